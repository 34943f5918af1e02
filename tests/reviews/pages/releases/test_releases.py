"""The pages of releases: the records shown, the certificate, a withdrawal, the catalogue."""

from __future__ import annotations

import hashlib
import io
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.engine.certificate.certificate import verify
from reviews.models import Release
from reviews.repositories.samples import content_of
from reviews.repositories.trust.keys import signing_key
from reviews.tasks import submit_release
from synthportal.models import Person
from tests.cast import World, put_as_made
from tests.markup import markup
from tests.reviews.pages.door import SignIn, text
from tests.reviews.signing import all_seen, publish


def test_the_release_page_shows_ten_clean_records_of_the_random_lane(release: Release, client_of: SignIn) -> None:
    page = markup(client_of("dan").get(reverse("release", args=[release.pk])))
    assert "10 records that were judged clean" in page
    first = release.review.records.filter(lane="random").order_by("position").first()
    assert first is not None
    row = "".join(f"<td>{value}</td>" for _, value in content_of(first))
    assert row in unescape(page)
    assert release.claim in unescape(page)
    assert "Who downloaded it" not in page


@pytest.mark.parametrize("who", ["ana", "dan", "eve", "cleo"])
def test_the_page_asks_once_who_may_have_the_release_and_what_is_their_own(
    release: Release, client_of: SignIn, who: str
) -> None:
    client, url = client_of(who), f"/releases/{release.pk}/"
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    assert len(asked) < 50


def test_the_certificate_verifies_and_the_manifest_names_the_signed_digest(release: Release, client_of: SignIn) -> None:
    client = client_of("dan")
    envelope = client.get(reverse("certificate", args=[release.pk])).json()
    assert verify(envelope, signing_key().public_key()) == []
    manifest = client.get(reverse("manifest", args=[release.pk])).content.decode()
    assert f"{release.artefact_sha256}  release-1.parquet\n" in manifest
    served: Any = client.get(reverse("export", args=[release.pk]), {"format": "jsonl"})
    digest = hashlib.sha256(b"".join(served.streaming_content)).hexdigest()
    assert f"{digest}  release-1.jsonl\n" in manifest
    card = client.get(reverse("card", args=[release.pk])).content.decode()
    assert card.startswith("# incomes, release 1\n")


def test_a_withdrawn_release_says_so_and_shows_no_record(release: Release, client_of: SignIn) -> None:
    page, url = reverse("withdraw", args=[release.pk]), reverse("release", args=[release.pk])
    assert "Say why this release is withdrawn" in text(client_of("cleo").post(page, {"reason": " "}))
    assert client_of("dan").post(page, {"reason": "no"}).status_code == 403
    client_of("cleo").post(page, {"reason": "A person recognised herself."})
    shown = text(client_of("dan").get(url))
    assert "Withdrawn by cleo" in shown
    assert "A person recognised herself." in shown
    assert "records that were judged clean" not in shown


def test_what_is_sensitive_says_in_which_release_a_column_is(release: Release, client_of: SignIn) -> None:
    """Release 1 has all columns of the run; what the plan dropped is in none."""
    found = client_of("eve").get("/api/v1/sensitive/").json()["results"]
    released = {one["column"]: [each["number"] for each in one["releases"]] for one in found}
    assert released == {name: [1] if name in release.run.columns else [] for name in released}
    assert [1] in released.values()
    assert f"/releases/{release.pk}/" in markup(client_of("eve").get(reverse("sensitive")))


def test_the_catalogue_is_searched_by_the_address(release: Release, client_of: SignIn) -> None:
    client = client_of("dan")
    assert "Release 1" in text(client.get(reverse("releases"), {"q": "INCOME"}))
    assert "No release fits" in text(client.get(reverse("releases"), {"q": "weather"}))
    assert "No release fits" in text(client.get(reverse("releases"), {"status": "withdrawn"}))


def test_a_release_says_how_its_csv_is_written_and_one_made_before_that_it_is_not_known(
    release: Release, client_of: SignIn
) -> None:
    url, client = reverse("release", args=[release.pk]), client_of("dan")
    assert "written as the source was" in text(client.get(url))
    plan = release.run.plan
    plan.schema = [{key: column[key] for key in ("name", "label", "sdtype", "role")} for column in plan.schema]
    put_as_made(plan)
    assert "how the source was written was not kept" in text(client.get(url))


def test_page_and_card_have_a_dictionary_of_the_columns(
    reviewed: World, people: dict[str, Person], client_of: SignIn
) -> None:
    plan = reviewed.run.plan
    said: dict[str, dict[str, Any]] = {
        "age": {"unit": "years", "description": "At the interview.",
                "spelling": {"written": "number", "type": "int64", "missing": "n/a", "step": 5, "middle": 2}},
        "hours-per-week": {
            "spelling": {"written": "number", "decimal": ",", "places": 2, "is_fixed": True, "suffix": " h"}
        },
        "sex": {"spelling": None},
    }  # fmt: skip
    plan.schema = [column | said.get(column["label"], {}) for column in plan.schema]
    for column in plan.schema:
        if column.get("spelling", {}) is None:
            del column["spelling"]
    put_as_made(plan)
    release = submit_release(reviewed.run, by=people["cleo"], **all_seen(reviewed.run))
    card = client_of("dan").get(reverse("card", args=[release.pk])).content.decode()
    assert r"| age | numerical | years | At the interview. | | n/a | bins of 5 years, as middles |" in card.replace(
        "|  |", "| |"
    )
    assert "decimal comma, 2 decimals, h" in card
    assert "| sex | categorical | | | not known | not known | |" in card.replace("  ", " ")
    page = text(client_of("dan").get(reverse("release", args=[release.pk])))
    for words in ("Dictionary of", "At the interview.", "bins of 5 years, as middles", "decimal comma, 2 decimals, h"):
        assert words in page
    facts = client_of("dan").get(reverse("certificate", args=[release.pk])).json()["certificate"]["artefact"]["columns"]
    assert next(one for one in facts if one["label"] == "age")["coarsened"] == "bins of 5 years, as middles"


def test_a_release_is_offered_in_further_formats_once_they_are_made_and_signed(
    unsigned: Release, client_of: SignIn
) -> None:
    client, url = client_of("dan"), reverse("export", args=[unsigned.pk])
    page = reverse("release", args=[unsigned.pk])
    assert "XLSX" not in text(client.get(page))
    publish(unsigned)
    assert "XLSX" in text(client.get(page))
    plain: Any = client.get(url, {"format": "plain_csv"})
    assert b"".join(plain.streaming_content).startswith(b'"')
    book: Any = client.get(url, {"format": "xlsx"})
    rows = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active.iter_rows(values_only=True)
    assert len(list(rows)) == (unsigned.run.artefact_rows or 0) + 1
