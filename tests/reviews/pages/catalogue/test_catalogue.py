"""The catalogue: found by column, looked into, asked for, granted until a day, told what changed."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from generation.stages.declare import describe_columns, state_about
from reviews.models import AccessRequest, RecordReport, Release, Wish
from reviews.stages.use.grant import restrict_release
from reviews.stages.use.view import look
from reviews.tasks import submit_release
from synthportal.models import AuditEvent, Notice, Person
from synthportal.people.tokens.tokens import create_token
from tests.cast import World
from tests.reviews.pages.door import SignIn, text
from tests.reviews.signing import all_seen

ANSWERS = {"origin": "The 1994 census.", "terms": "CC BY 4.0", "incident_contact": "privacy@example.org"}


def bearer(person: Person, release_id: UUID) -> dict[str, Any]:
    """What a program sends with a token for one release."""
    secret = create_token(person, "x", days=1, can_write=False, only_for={"release": release_id})[1]
    return {"headers": {"Authorization": f"Bearer {secret}"}}


def status_of(response: Any) -> int:
    """Of a download that is read to its end."""
    if response.streaming:
        b"".join(response.streaming_content)
    return int(response.status_code)


def test_a_release_is_found_by_what_is_in_it_and_by_what_it_is(release: Release, client_of: SignIn) -> None:
    client, url = client_of("dan"), reverse("releases")
    assert "Release 1" in text(client.get(url, {"column": "hours-per"}))
    assert "No release fits" in text(client.get(url, {"column": "blood pressure"}))
    for wanted in ({"purpose": "training"}, {"kind": "table"}, {"task": "predict"}, {"size": "small"}, {"age": "week"},
                   {"synthesizer": "gaussian_copula"}):  # fmt: skip
        assert "Release 1" in text(client.get(url, wanted)), wanted
    for other in ({"purpose": "testing"}, {"task": "other"}, {"size": "huge"}, {"synthesizer": "copula"}):
        assert "No release fits" in text(client.get(url, other)), other
    found = client.get("/api/v1/releases/", {"column": "hours-per", "number": 1}).json()
    assert found["count"] == 1
    assert client.get("/api/v1/releases/", {"number": 7}).json()["count"] == 0


def test_what_people_said_survives_from_the_upload_to_card_files_and_page(
    reviewed: World, people: dict[str, Person], client_of: SignIn
) -> None:
    describe_columns(
        reviewed.dataset, {"age": {"description": "At the interview.", "unit": "years", "allowed": "17 to 90"}},
        by=people["ana"],
    )  # fmt: skip
    state_about(reviewed.dataset, ANSWERS, by=people["ana"])
    reviewed.run.refresh_from_db()
    release = submit_release(reviewed.run, by=people["cleo"], **all_seen(reviewed.run))
    card = client_of("dan").get(f"/api/v1/releases/{release.pk}/card/").json()
    age = next(one for one in card["artefact"]["columns"] if one["label"] == "age")
    assert (age["description"], age["unit"], age["allowed"]) == ("At the interview.", "years", "17 to 90")
    assert age["missing_share"] == 0
    assert card["answers"]["origin"] == "The 1994 census."
    assert card["answers"]["retention"] == "not stated"
    assert card["waived"][0]["by"] == "cora"
    assert card["effort"]["runs"] == 1
    assert {one["column"] for one in card["bias"]["shares"]} >= {"income", "sex"}
    assert sum(one["real"] for one in card["bias"]["shares"] if one["column"] == "sex") == pytest.approx(1, abs=0.001)
    state_about(reviewed.dataset, ANSWERS | {"terms": "CC BY-SA 4.0"}, by=people["ana"])
    page = text(client_of("dan").get(reverse("release", args=[release.pk])))
    for words in ("The 1994 census.", "17 to 90", "CC BY 4.0", "said since CC BY-SA 4.0", "Bias by group"):
        assert words in page
    checklist = text(client_of("dan").get(reverse("checklist", args=[release.pk])))
    assert "AI Act, article 10" in checklist
    assert "Origin" in checklist


def test_the_records_are_looked_at_by_who_may_hold_them_and_each_look_is_recorded(
    release: Release, people: dict[str, Person], client_of: SignIn
) -> None:
    client, url = client_of("dan"), reverse("release_records", args=[release.pk])
    page = text(client.get(url))
    assert "1 to 50 of" in page
    found = client.get(url, {"q": "bachelors", "column": "3"})
    assert found.status_code == 200
    assert "No record matches" in text(client.get(url, {"q": "'; DROP TABLE t; --"}))
    assert client.get(url, {"column": "99"}).status_code == 409
    assert client.get(url, {"first": "999999"}).status_code == 409
    columns = text(client.get(reverse("release_columns", args=[release.pk])))
    assert "hours-per-week" in columns
    assert AuditEvent.objects.filter(action="viewed", actor=people["dan"].audit_name).count() == 4
    assert client_of("ben").get(url).status_code == 404


def test_so_many_look_at_once_and_a_further_look_is_told_to_try_again(
    release: Release, people: dict[str, Person], client_of: SignIn, settings: Any
) -> None:
    settings.VIEWS_AT_ONCE = 3
    url, dan = reverse("release_records", args=[release.pk]), client_of("dan")
    with look(people["cleo"]), look(people["dan"]), look(people["dan"]):
        refused = dan.get(url)
        assert (refused.status_code, "looking at records already" in text(refused)) == (409, True)
    with look(people["cleo"]), look(people["cleo"]), look(people["ana"]):
        refused = dan.get(f"/api/v1/releases/{release.pk}/rows/")
        assert (refused.status_code, "Try again in a moment" in refused.json()["detail"]) == (409, True)
    assert dan.get(url).status_code == 200


def test_a_file_that_cannot_be_read_is_not_said_to_take_too_long(
    release: Release, client_of: SignIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 no longer")
    monkeypatch.setattr("reviews.stages.use.view.records_path", lambda *_, **__: nullcontext(str(broken)))
    refused = client_of("dan").get(reverse("release_records", args=[release.pk]))
    assert refused.status_code == 409
    assert "stopped on an unexpected error" in text(refused)
    assert "more time or memory" not in text(refused)


def test_access_is_asked_for_with_a_purpose_refused_with_a_reason_asked_again_and_granted_until_a_day(
    release: Release, people: dict[str, Person], client_of: SignIn
) -> None:
    restrict_release(release, on_request=True, by=people["cleo"])
    dan, cleo, page = client_of("dan"), client_of("cleo"), reverse("release", args=[release.pk])
    ask, records = reverse("ask_access", args=[release.pk]), reverse("release_records", args=[release.pk])
    export = reverse("export", args=[release.pk])
    assert "Ask for access" in text(dan.get(page))
    assert "records that were judged clean" not in text(dan.get(page))
    assert [dan.get(url).status_code for url in (records, export)] == [403, 403]
    assert dan.get(f"/api/v1/releases/{release.pk}/rows/").status_code == 403
    assert dan.post(ask, {"purpose": " "}).status_code == 409
    dan.post(ask, {"purpose": "A credit model."})
    assert dan.post(ask, {"purpose": "Again."}).status_code == 409
    asked = AccessRequest.objects.get()
    assert "A credit model." in text(cleo.get(reverse("access")))
    assert "A credit model." not in text(client_of("eve").get(reverse("access")))
    assert cleo.post(reverse("refuse_access", args=[asked.pk]), {"reason": ""}).status_code == 409
    cleo.post(reverse("refuse_access", args=[asked.pk]), {"reason": "Credit is prohibited."})
    assert "Credit is prohibited." in text(dan.get(page))
    dan.post(ask, {"purpose": "A course on models."})
    again = AccessRequest.objects.get(status="asked")
    past = timezone.localdate() - timedelta(days=1)
    grant = reverse("grant_access", args=[again.pk])
    assert cleo.post(grant, {"until": past.isoformat()}).status_code == 409
    cleo.post(grant, {"until": timezone.localdate().isoformat()})
    assert dan.get(records).status_code == 200
    AccessRequest.objects.filter(pk=again.pk)
    told = list(Notice.objects.filter(person=people["dan"], event="access").values_list("words", flat=True))
    assert len(told) == 2
    cleo.post(reverse("refuse_access", args=[again.pk]), {"reason": "The course is over."})
    assert status_of(dan.get(export)) == 403


def test_a_grant_ends_with_its_day(release: Release, people: dict[str, Person], client_of: SignIn) -> None:
    restrict_release(release, on_request=True, by=people["cleo"])
    yesterday = timezone.localdate() - timedelta(days=1)
    AccessRequest.objects.create(
        release=release, person=people["dan"], purpose="A model.", status="granted", until=yesterday
    )
    assert client_of("dan").get(reverse("export", args=[release.pk])).status_code == 403


def test_a_token_for_one_release_opens_it_and_nothing_else_and_its_use_is_shown(
    release: Release, people: dict[str, Person], client_of: SignIn
) -> None:
    made = client_of("dan").post(reverse("release_token", args=[release.pk]))
    assert "sp_" in text(made)
    assert made["Cache-Control"] == "no-store"
    client, sent = client_of("nobody"), bearer(people["dan"], release.pk)
    client.logout()
    assert status_of(client.get(f"/api/v1/releases/{release.pk}/export/", **sent)) == 200
    assert client.get("/api/v1/releases/", **sent).json()["count"] == 1
    assert client.get("/api/v1/reviews/", **sent).status_code == 403
    assert client.post(f"/api/v1/releases/{release.pk}/withdraw/", **sent).status_code == 403
    other = bearer(people["cleo"], release.run.pk)
    assert client.get(f"/api/v1/releases/{release.pk}/", **other).status_code == 404
    assert client.get("/api/v1/releases/", **other).json()["count"] == 0
    page = text(client_of("dan").get(reverse("tokens")))
    assert "one release alone" in page
    assert "last used" in page.lower()


def test_a_reported_record_suspends_and_a_confirmed_one_withdraws(
    release: Release, people: dict[str, Person], client_of: SignIn
) -> None:
    dan, cleo, export = client_of("dan"), client_of("cleo"), reverse("export", args=[release.pk])
    assert status_of(dan.get(export)) == 200
    report = reverse("report_record", args=[release.pk])
    assert dan.post(report, {"words": "", "row": "1"}).status_code == 409
    assert dan.post(report, {"words": "My neighbour.", "row": "99999999"}).status_code == 409
    dan.post(report, {"words": "My neighbour.", "row": "3"})
    told = RecordReport.objects.get()
    assert b"neighbour" not in bytes(told.words)
    assert "My neighbour." in text(cleo.get(reverse("reports")))
    assert "My neighbour." not in text(client_of("eve").get(reverse("reports")))
    assert status_of(dan.get(export)) == 200
    cleo.post(reverse("suspend_release", args=[told.pk]), {"on": "yes"})
    refused = dan.get(export)
    assert refused.status_code == 403
    assert "is reported" in text(refused) or "was reported" in text(refused)
    cleo.post(reverse("suspend_release", args=[told.pk]), {"on": "no"})
    assert status_of(dan.get(export)) == 200
    cleo.post(reverse("settle_report", args=[told.pk]), {"is_leak": "yes", "reason": "She is the only one."})
    release.refresh_from_db()
    assert release.status == "withdrawn"
    assert status_of(dan.get(export)) == 410
    events = Notice.objects.filter(person=people["dan"]).values_list("event", flat=True)
    assert list(events).count("withdrawn") == 1


def test_a_wish_is_read_by_owners_and_answered(people: dict[str, Person], client_of: SignIn) -> None:
    dan, url = client_of("dan"), reverse("wishes")
    assert dan.post(url, {"title": "Claims", "purpose": ""}).status_code == 422
    dan.post(url, {"title": "Claims of cars", "purpose": "A model of costs."})
    wish = Wish.objects.get()
    assert "Claims of cars" in text(client_of("ana").get(url))
    assert "Claims of cars" not in text(client_of("ben").get(url))
    assert dan.post(reverse("answer_wish", args=[wish.pk]), {"answer": "No."}).status_code == 404
    client_of("cleo").post(reverse("answer_wish", args=[wish.pk]), {"answer": "In March."})
    assert "In March." in text(dan.get(url))
    assert Notice.objects.filter(person=people["dan"]).count() == 1
