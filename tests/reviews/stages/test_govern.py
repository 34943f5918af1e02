"""Tiers as versions: what a steward may change, what it costs, who may, and that running reviews keep theirs."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from reviews.engine.acceptance.plans import PlanKind
from reviews.engine.policy.policy import QUICK, STANDARD, TIERS, PolicyError, ReviewPolicy
from reviews.engine.policy.words import FIELDS, consequence, difference
from reviews.engine.policy.workload import workload
from reviews.models import TierVersion
from reviews.pages.tiers.forms import TierForm, typed_of
from reviews.repositories.samples import policy_of
from reviews.repositories.tiers import current_tier, versions_of
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import AuditEvent
from synthportal.trail.verification import faults
from tests.cast import agree_tier


@pytest.fixture
def cleo(people):
    return people["cleo"]


def typed(policy: ReviewPolicy, **changes: object) -> dict[str, object]:
    """What a browser sends for the form of a policy."""
    values = {name: typed_of(name, getattr(policy, name)) for name in FIELDS} | {"seen": policy.version} | changes
    return {name: value for name, value in values.items() if value is not False}


@pytest.mark.parametrize("name", TIERS)
def test_until_a_steward_changes_it_a_tier_is_the_shipped_one(name, db):
    assert current_tier(name) == TIERS[name]


def test_the_newest_version_counts_and_keeps_what_the_one_before_it_changed(cleo):
    agree_tier("standard", {"ltpd": 0.02}, reason="The files are small.", by=cleo)
    agree_tier("standard", {"hunt_records": 80}, reason="More suspects.", by=cleo)
    now = current_tier("standard")
    assert (now.version, now.ltpd, now.hunt_records, now.reason) == (3, 0.02, 80, "More suspects.")
    assert current_tier("quick") == QUICK
    assert [policy.version for policy, _ in versions_of("standard")] == [3, 2, 1]


def test_a_review_keeps_the_policy_it_was_opened_under(world, cleo):
    before = policy_of(world.review)
    agree_tier("quick", {"ltpd": 0.03}, reason="Sharper.", by=cleo)
    world.review.refresh_from_db()
    assert policy_of(world.review) == before
    assert current_tier("quick").ltpd == 0.03


@pytest.mark.parametrize("name", ["ana", "ben", "dan", "eve", "nobody", "root"])
def test_nobody_but_a_steward_changes_a_tier(name, people, client_of):
    with pytest.raises(NotPermitted):
        agree_tier("standard", {"ltpd": 0.02}, reason="Please.", by=people[name])
    sent = typed(STANDARD, ltpd="2", reason="Please.", do="save")
    assert client_of(name).post("/policies/tiers/standard/", sent).status_code == 403
    assert not TierVersion.objects.exists()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ltpd": 0.9}, "ltpd must be a fraction from 0.0001 to 0.5"),
        ({"plan_kind": "three_look", "accept": 1}, "accept must be 0"),
        ({"name": "lax"}, "not fields of a policy"),
        ({"version": 7}, "not fields of a policy"),
    ],
)
def test_values_that_make_no_policy_are_refused(changes, why, cleo):
    with pytest.raises(PolicyError, match=why):
        agree_tier("standard", changes, reason="To see.", by=cleo)


def test_a_change_needs_a_reason_and_must_change_something(cleo):
    with pytest.raises(Conflict, match="needs a reason"):
        agree_tier("standard", {"ltpd": 0.02}, reason=" ", by=cleo)
    with pytest.raises(Conflict, match="Nothing was changed"):
        agree_tier("standard", {"ltpd": 0.01}, reason="Same.", by=cleo)
    with pytest.raises(Conflict, match="no such tier"):
        agree_tier("lax", {}, reason="Why not.", by=cleo)


@pytest.mark.both
def test_the_second_of_two_stewards_is_told_that_the_version_moved(cleo):
    agree_tier("standard", {"ltpd": 0.02}, reason="The files are small.", by=cleo, seen=1)
    with pytest.raises(Conflict, match=r"version 2 counts now, because: The files are small\. Nothing of yours"):
        agree_tier("standard", {"accept": 1}, reason="Mine.", by=cleo, seen=1)
    assert TierVersion.objects.count() == 1


@pytest.mark.both
def test_a_race_that_only_the_database_sees_is_the_same_sentence(cleo, monkeypatch):
    stale = current_tier("standard")
    newest = agree_tier("standard", {"ltpd": 0.02}, reason="First.", by=cleo)
    answers = iter([stale, newest])
    monkeypatch.setattr("reviews.repositories.tiers.current_tier", lambda name: next(answers))
    with pytest.raises(Conflict, match="changed this tier meanwhile"):
        agree_tier("standard", {"accept": 1}, reason="Second.", by=cleo, seen=1)


@pytest.mark.both
def test_a_version_never_changes_and_the_trail_names_the_fields(cleo):
    agree_tier("standard", {"ltpd": 0.02, "accept": 1}, reason="The files are small.", by=cleo)
    event = AuditEvent.objects.get(action="tier changed")
    assert (event.facts["tier"], event.facts["version"], event.facts["fields"]) == ("standard", 2, ["accept", "ltpd"])
    assert list(faults()) == []
    for statement in ("UPDATE reviews_tierversion SET reason = 'other'", "DELETE FROM reviews_tierversion"):
        with pytest.raises(DatabaseError, match="version of a policy"), transaction.atomic():
            connection.cursor().execute(statement)


def test_the_cost_that_is_announced_is_the_cost_of_the_review_that_opens(world):
    announced = workload(QUICK, world.run.artefact_rows, 20)
    assert world.review.records.filter(lane="random").count() == announced.random
    assert world.review.records.count() <= announced.records


def test_what_a_change_does_is_said_in_records_verdicts_and_hours(cleo):
    # Known answers at 1 %, 95 %, great lot: 299 with none, 473 with one accepted.
    plain = agree_tier("standard", {"control_rate": 0.0}, reason="No controls.", by=cleo)
    laxer = agree_tier("standard", {"accept": 1}, reason="One may pass.", by=cleo)
    told = consequence(workload(plain, None, 20), workload(laxer, None, 20))
    assert told[0] == f"This makes the review {473 - 299} records longer: {473 + 50} instead of {299 + 50}."
    assert difference(plain, laxer) == ["Leaks the sample is sized for: 1, before 0."]
    assert difference(STANDARD, plain) == ["Controls: 0 %, before 10 %."]
    back = consequence(workload(laxer, None, 20), workload(plain, None, 20))
    assert "174 records shorter" in back[0]


@pytest.mark.parametrize("policy", TIERS.values(), ids=list(TIERS))
def test_a_form_that_is_sent_back_untouched_changes_nothing(policy):
    form = TierForm(typed(policy, reason="None."), was=policy)
    assert form.is_valid(), form.errors
    assert form.changes() == {}


@pytest.mark.parametrize(("percent", "fraction"), [("0.01", 0.0001), ("0.7", 0.007), ("1.1", 0.011), ("29", 0.29)])
def test_a_percentage_is_kept_as_the_fraction_that_was_meant(percent, fraction):
    form = TierForm(typed(STANDARD, ltpd=percent, reason="To see."), was=STANDARD)
    assert form.is_valid(), form.errors
    assert form.changes() == {"ltpd": fraction}
    assert typed_of("ltpd", fraction) == percent


def confirm(client, number=2) -> None:
    said = {"number": number, "note": "Agreed.", "do": "confirm"}
    assert client.post("/policies/tiers/standard/decide/", said).status_code == 302


def test_everybody_signed_in_reads_the_policies_and_nobody_else(people, client_of, client):
    for name in people:
        for path in ("/policies/", "/policies/tiers/standard/", "/policies/limits/training/"):
            page = client_of(name).get(path)
            assert page.status_code == 200, (name, path)
            assert ("Save as version 2" in page.content.decode()) == (name in {"cleo", "cora"} and path != "/policies/")
    assert client.get("/policies/").status_code == 302
    assert client_of("cleo").get("/policies/tiers/lax/").status_code == 404
    assert client_of("cleo").get("/policies/limits/fun/").status_code == 404


def test_the_page_of_the_tiers_shows_sentence_and_cost_for_the_size_that_was_typed(client_of):
    page = client_of("eve").get("/policies/", {"lot": "1000"}).content.decode()
    assert "95 % sure that fewer than 5 % of the records carry what reviewers call a leak, if they miss nothing" in page
    assert "77: 57 at random, 20 searched out at most" in page  # 57 of 1,000: acceptance.md
    assert page.count('<svg class="plot"') == 3
    for wrong in ("many", "0", "-3", "9" * 30, ""):
        assert client_of("eve").get("/policies/", {"lot": wrong}).status_code == 200
    assert "choose a higher limit" in client_of("eve").get("/policies/", {"lot": "20"}).content.decode()


def test_the_time_is_measured_once_there_are_verdicts_to_measure(world, people, client_of):
    from reviews.models import Verdict

    assert "assumed until there are 20 verdicts" in client_of("eve").get("/policies/").content.decode()
    for record in world.review.records.filter(lane="random")[:21]:
        Verdict.objects.create(record=record, by=people["ben"], decision="clean", seconds=7.0)
    assert "7 s per verdict, the median of the last 21 here" in client_of("eve").get("/policies/").content.decode()


def test_a_steward_sees_what_a_change_does_before_saving_it(client_of):
    sent = typed(STANDARD, accept="1", lot="10000", do="preview", reason="")
    page = client_of("cleo").post("/policies/tiers/standard/", sent).content.decode()
    assert "Leaks the sample is sized for: 1, before 0." in page
    assert "records longer" in page
    assert "This field is required" not in page
    fragment = (
        client_of("cleo").post("/policies/tiers/standard/", sent, headers={"hx-request": "true"}).content.decode()
    )
    assert "records longer" in fragment
    assert "<html" not in fragment
    assert not TierVersion.objects.exists()


def test_a_saved_change_is_in_the_history_with_who_what_and_why(client_of):
    sent = typed(STANDARD, ltpd="0.7", reason="<b>Sharper</b>.", do="save")
    assert client_of("cleo").post("/policies/tiers/standard/", sent).status_code == 302
    assert current_tier("standard").ltpd == 0.01
    confirm(client_of("cora"))
    assert current_tier("standard").ltpd == 0.007
    page = client_of("eve").get("/policies/tiers/standard/").content.decode()
    assert "Leak rate to be refused: 0.7 %, before 1 %." in page
    assert "&lt;b&gt;Sharper&lt;/b&gt;." in page
    assert "cleo" in page


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"ltpd": "70"}, "ltpd", "less than or equal to 50"),
        ({"confidence": "x"}, "confidence", "Enter a number"),
        ({"plan_kind": "three_look", "accept": "2"}, "accept", "accept must be 0"),
        ({"accept": ""}, "accept", "required"),
        ({"reason": ""}, "reason", "required"),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(changes, field, words, client_of):
    sent = typed(STANDARD, reason="Because it is so.", hunt_records="77", do="save") | changes
    answer = client_of("cleo").post("/policies/tiers/standard/", sent)
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[field])
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    assert 'value="77"' in page
    assert ("Because it is so." in page) == (field != "reason")
    assert not TierVersion.objects.exists()


def test_a_save_on_an_old_version_is_refused_in_words_and_keeps_both_changes_apart(client_of, cleo):
    agree_tier("standard", {"hunt_records": 80}, reason="More suspects.", by=cleo)
    sent = typed(STANDARD, accept="1", reason="One may pass.", do="save")  # seen: version 1
    answer = client_of("cleo").post("/policies/tiers/standard/", sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "version 2 counts now, because: More suspects." in page
    assert "One may pass." in page
    assert "Leaks the sample is sized for: 1, before 0." in page
    form = answer.context["form"]
    assert (form["accept"].value(), str(form["hunt_records"].value()), form["seen"].value()) == ("1", "80", 2)
    again = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    again = {name: value for name, value in again.items() if value is not False} | {"do": "save"}
    assert client_of("cleo").post("/policies/tiers/standard/", again).status_code == 302
    confirm(client_of("cora"), 3)
    now = current_tier("standard")
    assert (now.version, now.accept, now.hunt_records) == (3, 1, 80)


def test_an_early_stop_is_chosen_on_the_page_and_kept_as_a_plan_kind(client_of):
    sent = typed(STANDARD, plan_kind="sequential", accept="4", spend_attempts="on", reason="Faster.", do="save")
    assert client_of("cleo").post("/policies/tiers/standard/", sent).status_code == 302
    confirm(client_of("cora"))
    now = current_tier("standard")
    assert now.plan_kind is PlanKind.SEQUENTIAL
    assert now.spend_attempts is True
    assert (
        "as soon as it is settled (Wald), before after all records"
        in client_of("eve").get("/policies/tiers/standard/").content.decode()
    )
