"""The trail's page: every event once, and found by who, what and to what."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

from django.db import connection
from django.urls import reverse

from reviews.models import Release
from synthportal.models import AuditEvent
from tests.cast import World, without_triggers
from tests.markup import markup
from tests.reviews.pages.door import SignIn, text

EVENT = r'<span class="event">([\d,]+)</span>'


def test_the_trail_is_read_in_pages_without_gap_or_repetition(reviewed: World, client_of: SignIn) -> None:
    client, url, seen = client_of("eve"), reverse("audit"), list[int]()
    while url:
        page = markup(client.get(url))
        seen += [int(number.replace(",", "")) for number in re.findall(EVENT, page)]
        older = re.search(r'rel="next" href="([^"]+)"', page)
        url = reverse("audit") + unescape(older[1]) if older else ""
    assert sorted(seen) == sorted(AuditEvent.objects.values_list("seq", flat=True))


def test_verdicts_of_a_review_are_one_line_that_unfolds(reviewed: World, client_of: SignIn) -> None:
    judged = AuditEvent.objects.filter(action="judged")
    page = markup(client_of("eve").get(reverse("audit"), {"action": "judged"}))
    assert page.count("<tbody>") == 1
    assert f"{judged.count()} times" in text(page)
    assert "verdict of incomes / run 1" in text(page)


def test_the_trail_is_filtered_by_who_what_to_what_and_when(reviewed: World, client_of: SignIn) -> None:
    client, url = client_of("eve"), reverse("audit")

    def found(**sought: str) -> set[int]:
        page = markup(client.get(url, sought))
        return {int(number.replace(",", "")) for number in re.findall(EVENT, page)}

    def kept(**wanted: object) -> set[int]:
        return set(AuditEvent.objects.filter(**wanted).values_list("seq", flat=True))

    assert found(actor="Ben", action="judged") == kept(action="judged")
    one = AuditEvent.objects.filter(action="judged").latest("seq")
    assert found(subject=one.subject_id) == {one.seq}
    assert kept(action="uploaded") <= found(subject="incomes")
    assert kept(action="judged") <= found(subject="incomes / run 1")
    assert kept(action="uploaded").isdisjoint(found(subject="incomes / run 1"))
    assert found(list="waivers") == kept(action="waived")
    day = one.at.date()
    assert one.seq in found(since=str(day), until=str(day), action="judged")
    assert found(until=str(day - timedelta(days=2))) == set()
    assert "No event fits" in text(client.get(url, {"actor": "dan", "action": "judged"}))


def test_the_time_line_of_a_release_begins_with_its_upload(release: Release, client_of: SignIn) -> None:
    page = text(client_of("eve").get(reverse("audit"), {"subject": "release 1", "order": "oldest"}))
    places = [
        page.index(f" {word} ") for word in ("uploaded", "confirmed", "sampled", "judged", "released", "attested")
    ]
    assert places == sorted(places)


def test_the_trail_leaves_as_csv_and_json_with_names_and_that_is_recorded(reviewed: World, client_of: SignIn) -> None:
    client, url = client_of("eve"), reverse("audit_export")
    number = AuditEvent.objects.filter(action="judged").count()
    table = client.get(url, {"format": "csv", "action": "judged"})
    rows = list(csv.DictReader(io.StringIO(table.content.decode())))
    assert (len(rows), rows[0]["about"]) == (number, "verdict of incomes / run 1")
    told = client.get(url, {"format": "json", "action": "trail exported"})
    (taken,) = told.json()
    assert (taken["who"], taken["facts"]) == ("eve", {"events": number, "format": "csv"})
    assert client.get(url, {"format": "xml"}).status_code == 404
    assert client_of("ana").get(url, {"format": "csv"}).status_code == 404


def test_the_button_reads_the_whole_trail_and_says_what_it_found(world: World, client_of: SignIn) -> None:
    client = client_of("eve")
    assert "was not read yet" in text(client.get(reverse("audit")))
    said = text(client.post(reverse("audit_verify"), follow=True))
    assert "The whole trail was read. Nothing was changed, and nothing is missing." in said
    assert "The whole chain was last read up to event" in said
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE synthportal_auditevent SET actor = 'person:1' WHERE seq = 3")
    said = text(client.post(reverse("audit_verify"), follow=True))
    assert "Event 3 was changed after it was written." in said
    assert "The trail has an alarm. Nothing is released." in said


def test_an_alarm_stands_on_the_homes_of_auditors_and_stewards(world: World, client_of: SignIn, settings: Any) -> None:
    for name in ("eve", "cleo"):
        assert "has an alarm" not in text(client_of(name).get(reverse("home")))
    settings.AUDIT_HEADS.unlink()
    for name in ("eve", "cleo"):
        assert "The trail has an alarm. Nothing is released." in text(client_of(name).get(reverse("home")))
