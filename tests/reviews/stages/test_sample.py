"""Controls: fabricated records that measure what annotators see, hidden among the sampled ones."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from scipy.stats import beta, binom, hypergeom

from generation.models import GenerationRun
from reviews.engine.controls.fabricate import Kind
from reviews.engine.gate.conditions import WAIVABLE
from reviews.engine.reading.judgement import Judgement
from reviews.models import Control, Review, ReviewRecord
from reviews.repositories.progress import progress_of
from reviews.repositories.samples import content_of
from reviews.stages.adjudicate import flags_for, look_again, settle_flag
from reviews.stages.gate import gate_conditions, waive_condition
from reviews.stages.review import claim_record
from reviews.stages.sample import NEAR_EXPOSED
from reviews.tasks import submit_release
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from synthportal.storage.vault import open_sealed
from tests.cast import World
from tests.reviews.calibrated import by_an_expert, judge, judge_as_an_expert, judge_until, world_with
from tests.reviews.signing import all_seen

SignIn = Callable[[str], Client]
People = dict[str, Person]


@pytest.fixture
def calibrated(db: None) -> World:
    """A review of 1,000 records with 20 fabricated leaks and 5 of nonsense; two may be missed."""
    return world_with(control_rate=0.1, missable_controls=2)


def test_the_queue_hides_five_leaks_of_each_kind_and_five_of_nonsense(calibrated: World) -> None:
    kinds = Counter(Control.objects.values_list("kind", flat=True))
    assert set(kinds.values()) == {5}
    assert set(kinds) == set(Kind)
    lanes = calibrated.review.records.values_list("lane").distinct()
    assert {lane for (lane,) in lanes} == {"random", "hunt", "control"}


@pytest.mark.slow
def test_nothing_that_an_annotator_gets_tells_a_control_from_a_record(
    calibrated: World, client_of: SignIn, people: People
) -> None:
    client, shapes = client_of("ben"), dict[str, set[Any]]()
    for _ in range(24):
        answer = client.post(f"/api/v1/reviews/{calibrated.review.pk}/claim/")
        held = answer.json()
        record = ReviewRecord.objects.get(pk=held["id"])
        kind = "control" if record.lane == "control" else "real"
        page = client.get(f"/reviews/{calibrated.review.pk}/")
        why = client.post(f"/api/v1/records/{record.pk}/why/").json()["reasons"] if record.lane != "hunt" else None
        said = by_an_expert(record)
        sent = {"verdict": "leakage", "reasons": ["near_copy"], "token": held["token"]}
        verdict = client.post(f"/api/v1/records/{record.pk}/verdict/", sent, "application/json")
        again = client.post(f"/api/v1/reviews/{calibrated.review.pk}/undo/").json()
        sent = {"verdict": said.decision, "reasons": list(said.reasons), "token": again["token"]}
        assert client.post(f"/api/v1/records/{record.pk}/verdict/", sent, "application/json").status_code == 201
        shapes.setdefault(kind, set()).add(
            (
                answer.status_code,
                tuple(held),
                tuple(field["label"] for field in held["fields"]),
                tuple(type(field["value"]) for field in held["fields"]),
                page.status_code,
                tuple(sorted(page.headers)),
                verdict.status_code,
                tuple(verdict.json()),
                tuple(again),
            )
        )
        if why is not None:
            assert why == ["Chosen for the sample; nothing else is known."]
    assert shapes["control"] <= shapes["real"]
    assert len(shapes["real"]) == 1


def test_what_is_sealed_has_sizes_in_steps(calibrated: World) -> None:
    sizes = {lane: set[int]() for lane in ("random", "hunt", "control")}
    for record in calibrated.review.records.all():
        sizes[record.lane].add(len(bytes(record.sealed)))
    assert sizes["control"] <= sizes["random"] | sizes["hunt"] | {min(sizes["random"]) + 512}
    assert len({size % 512 for lane in sizes.values() for size in lane}) == 1


def test_who_can_judge_sees_merged_counts_alone_until_the_review_is_closed(
    calibrated: World, client_of: SignIn, people: People
) -> None:
    judge_as_an_expert(calibrated.review, people["ben"], 30)
    url = f"/api/v1/runs/{calibrated.run.pk}/review/"
    seen = {name: client_of(name).get(url).json() for name in ("ben", "bea", "cleo", "ana", "eve")}
    hidden = ("random", "hunt", "controls", "no_longer_needed", "open_flags", "annotators", "outcome", "bound", "claim")
    assert all(seen[name][key] is None for name in ("ben", "bea") for key in hidden)
    assert all(seen[name][key] is not None for name in ("cleo", "ana", "eve") for key in hidden)
    assert seen["ben"]["judged"] == 30
    for page in ("/", "/reviews/", f"/reviews/{calibrated.review.pk}/"):
        shown = client_of("ben").get(page).content.decode()
        assert "measured on planted leaks" not in shown
        assert "sure that fewer" not in shown
    run = f"/runs/{calibrated.run.pk}/"
    assert f"After {progress_of(calibrated.review).decision.reviewed} of" in client_of("ana").get(run).content.decode()
    grant(people["cleo"], Role.ANNOTATOR)
    shown = client_of("cleo").get(run).content.decode()
    assert "measured on planted leaks" not in shown
    assert "records judged" in shown
    Review.objects.filter(pk=calibrated.review.pk).update(status="rejected")
    assert client_of("ben").get(url).json()["controls"]["judged"] > 0


def test_a_flagged_control_waits_for_a_second_person_as_any_flag_and_leaks_nothing(
    calibrated: World, client_of: SignIn, people: People
) -> None:
    control = judge_until(calibrated.review, people["ben"], "control")
    before, open_flags = flags_for(people["bea"], calibrated.review).count(), progress_of(calibrated.review).open_flags
    flag = judge(control, Judgement("leakage", ["secret"]), people["ben"])
    assert flags_for(people["bea"], calibrated.review).count() == before + 1
    assert progress_of(calibrated.review).open_flags == open_flags  # the gate does not wait for it
    look_again(flag, Judgement("leakage", ["secret"]), by=people["bea"])
    settle_flag(flag, is_leak=True, note="A password.", by=people["bea"])
    calibrated.review.refresh_from_db()
    assert calibrated.review.status == Review.Status.OPEN
    assert progress_of(calibrated.review).leaks == 0


def test_a_leak_control_called_unrealistic_is_missed(calibrated: World, people: People) -> None:
    control = judge_until(calibrated.review, people["ben"], "control")
    while control.control.kind == Kind.NONSENSE:
        judge(control, by_an_expert(control), people["ben"])
        control = judge_until(calibrated.review, people["ben"], "control")
    before = progress_of(calibrated.review).leak_controls
    judge(control, Judgement("unrealistic", ["implausible_value"]), people["ben"])
    after = progress_of(calibrated.review).leak_controls
    assert (after.judged, after.found) == (before.judged + 1, before.found)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_controls_and_records_of_the_artefact_apart(world: World) -> None:
    real = world.review.records.filter(lane="random").first()
    assert real is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Control.objects.create(record=real, kind="near_copy", expected="leakage")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewRecord.objects.create(review=world.review, lane="control", position=9_999, row=3, sealed=b"")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewRecord.objects.create(review=world.review, lane="random", position=9_999, row=None, sealed=b"")


def plausible_leaks(lot: int, n: int, sensitivity: float, risk: float) -> int:
    """The most leaks in a lot under which seeing none in n still has a chance above `risk`, by scipy."""

    def unseen(leaks: int) -> float:
        drawn = range(min(leaks, n) + 1)
        return float(sum(hypergeom.pmf(x, lot, leaks, n) * binom.pmf(0, x, sensitivity) for x in drawn))

    return max(leaks for leaks in range(lot // 5) if unseen(leaks) > risk)


@pytest.mark.slow
def test_the_bound_allows_for_what_the_controls_show_that_reviewers_miss(calibrated: World, people: People) -> None:
    missed = 0
    while record := claim_record(calibrated.review, by=people["ben"]):
        is_missed = record.lane == "control" and record.control.kind != "nonsense" and missed == 0
        missed += is_missed
        judge(record, Judgement("clean") if is_missed else by_an_expert(record), people["ben"])
    found = progress_of(calibrated.review)
    assert (found.leak_controls.judged, found.leak_controls.found) == (20, 19)
    sensitivity = beta.ppf(0.025, 19, 2)
    assert found.claim.bound == plausible_leaks(1_000, found.required, sensitivity, 0.025) / 1_000
    assert "(19 of 20 found)" in found.claim.sentence
    assert found.claim.bound < 0.05
    assert found.decision.outcome == "accept"


@pytest.mark.slow
def test_too_many_missed_controls_shut_the_gate_for_these_bytes_and_say_so(calibrated: World, people: People) -> None:
    missed = 0
    while record := claim_record(calibrated.review, by=people["ben"]):
        late = record.position > calibrated.review.records.count() // 2
        is_missed = record.lane == "control" and record.control.kind != "nonsense" and late and missed < 3
        missed += is_missed
        judge(record, Judgement("clean") if is_missed else by_an_expert(record), people["ben"])
    lines = {line.name: line for line in gate_conditions(calibrated.run)}
    assert not lines["review"].met
    assert "missed 3 controls" in lines["review"].why


@pytest.mark.slow
def test_no_control_leaves_with_the_release_and_the_certificate_counts_them(calibrated: World, people: People) -> None:
    judge_as_an_expert(calibrated.review, people["ben"])
    run = GenerationRun.objects.select_related("dataset", "plan").get(pk=calibrated.run.pk)
    for line in gate_conditions(run):
        if not line.met and line.name in WAIVABLE:
            waive_condition(run, line.name, reason="Good enough to try the tools.", by=people["cora"])
    release = submit_release(run, by=people["cleo"], **all_seen(run))
    controls = release.certificate["certificate"]["review"]["controls"]
    assert (controls["judged"], controls["found"]) == (20, 20)
    assert "near copy of an invented person" in controls["kinds"]
    assert "nonsense" not in controls["kinds"]
    with open_sealed(run.dataset.key_id, release.artefact_sha256) as artefact:
        rows = pq.read_table(io.BytesIO(artefact.read())).to_pylist()
    assert len(rows) == run.artefact_rows
    released = {tuple(map(str, row.values())) for row in rows}
    for record in calibrated.review.records.filter(lane="control"):
        assert tuple(str(value) for _, value in content_of(record)) not in released


def test_what_an_audit_leads_to_comes_first_in_the_hunt_lane(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviews.stages.sample.rows_near_exposed", lambda _: [0, 0, *range(1, 40)])
    world = world_with(hunt_records=3)
    lanes = {lane: world.review.records.filter(lane=lane) for lane in ("random", "hunt")}
    drawn = set(lanes["random"].values_list("row", flat=True))
    hunted = {record.row: record.reasons for record in lanes["hunt"]}
    assert sorted(hunted) == [row for row in range(40) if row not in drawn][:3]
    assert {reason for reasons in hunted.values() for reason in reasons if "audit" in reason} == {NEAR_EXPOSED}
    assert all(reasons.count(NEAR_EXPOSED) == 1 for reasons in hunted.values())
