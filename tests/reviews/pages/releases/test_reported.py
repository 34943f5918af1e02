"""A reported record: the steward who settles the report looks at it, also while nothing is sent; nobody else does."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
from django.urls import reverse

from reviews.models import RecordReport, Release
from reviews.stages.release import withdraw_release
from reviews.tasks import submit_report, submit_settlement, submit_suspension
from synthportal.models import AuditEvent, Person
from synthportal.storage.vault import open_sealed
from tests.reviews.pages.door import SignIn, text

LAST = 1_999  # beyond the first page of the viewer, and at the end of the file


def reported(release: Release, people: dict[str, Person], *, row: int | None = LAST, by: str = "dan") -> RecordReport:
    report = submit_report(release, row=row, words="My neighbour.", by=people[by])
    submit_suspension(report, is_on=True, by=people["cleo"])
    return report


def cells_of(release: Release, row: int) -> list[str]:
    """The record as pyarrow reads it from the sealed artefact."""
    with open_sealed(release.run.dataset.key_id, release.artefact_sha256) as file:
        record = pq.read_table(file).slice(row, 1).to_pylist()[0]
    return [str(value) for value in record.values() if isinstance(value, str)]


def test_a_steward_looks_at_the_reported_record_while_the_release_is_suspended(
    release: Release, people: dict[str, Person], client_of: SignIn
) -> None:
    report, cleo = reported(release, people), client_of("cleo")
    address = reverse("reported_record", args=[report.pk])
    assert cleo.get(reverse("release_records", args=[release.pk])).status_code == 403
    assert address in cleo.get(reverse("reports")).content.decode()
    page = cleo.get(address)
    words = text(page)
    assert page.context["found"].places == (LAST,)
    assert [cell for cell in cells_of(release, LAST) if cell not in words] == []
    for said in ("My neighbour.", "Does the record give somebody away?", "Let downloads go on"):
        assert said in words
    event = AuditEvent.objects.filter(action="viewed", actor=people["cleo"].audit_name).get()
    assert (event.facts["report"], event.facts["rows"]) == (str(report.pk), 1)


@pytest.mark.parametrize(("who", "code"), [("dan", 404), ("eve", 404), ("ana", 404), ("ben", 404), ("root", 404)])
def test_nobody_else_looks_at_it_not_even_who_reported_it(
    release: Release, people: dict[str, Person], client_of: SignIn, who: str, code: int
) -> None:
    address = reverse("reported_record", args=[reported(release, people).pk])
    assert client_of(who).get(address).status_code == code
    assert address not in client_of(who).get(reverse("reports")).content.decode()


def test_a_steward_who_reported_it_neither_looks_nor_settles(
    release: Release, people: dict[str, Person], client_of: SignIn
) -> None:
    report = reported(release, people, by="cora")
    address = reverse("reported_record", args=[report.pk])
    refused = client_of("cora").get(address)
    assert (refused.status_code, "is not settled by who made it" in text(refused)) == (403, True)
    assert f'href="{address}"' not in client_of("cora").get(reverse("reports")).content.decode()
    assert client_of("cleo").get(address).status_code == 200


def test_once_it_is_settled_the_record_is_shown_to_nobody(
    release: Release, people: dict[str, Person], client_of: SignIn
) -> None:
    report = reported(release, people)
    submit_settlement(report, is_leak=True, reason="She is the only one.", by=people["cleo"])
    for who in ("cleo", "cora"):
        assert client_of(who).get(reverse("reported_record", args=[report.pk])).status_code == 403


def test_a_report_that_still_waits_is_looked_at_after_a_withdrawal_for_another_reason(
    release: Release, people: dict[str, Person], client_of: SignIn
) -> None:
    report = reported(release, people)
    withdraw_release(release, reason="A mistake.", by=people["cora"])
    assert client_of("cleo").get(reverse("reported_record", args=[report.pk])).status_code == 200
    assert client_of("cleo").get(reverse("release_records", args=[release.pk])).status_code == 410


def test_where_the_row_is_not_known_the_steward_searches(
    release: Release, people: dict[str, Person], client_of: SignIn
) -> None:
    address, cleo = reverse("reported_record", args=[reported(release, people, row=None).pk]), client_of("cleo")
    first = cleo.get(address)
    assert (first.status_code, first.context["found"].places) == (200, ())
    word = cells_of(release, LAST)[0]
    assert cleo.get(address, {"q": word}).context["found"].places
    assert "No record matches" in text(cleo.get(address, {"q": "'; DROP TABLE t; --"}))
