"""The trail's page: every event once, and found by who, what and to what."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.db import connection
from django.urls import reverse

from synthportal.models import AuditEvent
from tests.cast import World, without_triggers
from tests.markup import markup
from tests.reviews.pages.door import SignIn, text


def test_the_trail_is_read_in_pages_without_gap_or_repetition(reviewed: World, client_of: SignIn) -> None:
    client, url, seen = client_of("eve"), reverse("audit"), list[int]()
    while url:
        page = markup(client.get(url))
        seen += [int(number.replace(",", "")) for number in re.findall(r'<td class="num">([\d,]+)</td>', page)]
        older = re.search(r'rel="next" href="([^"]+)"', page)
        url = reverse("audit") + unescape(older[1]) if older else ""
    assert seen == list(AuditEvent.objects.order_by("-seq").values_list("seq", flat=True))


def test_the_trail_is_filtered_by_who_what_and_to_what(reviewed: World, client_of: SignIn) -> None:
    client, url = client_of("eve"), reverse("audit")
    judged = AuditEvent.objects.filter(action="judged").count()
    page = markup(client.get(url, {"actor": "Ben", "action": "judged"}))
    assert page.count('<td class="nowrap strong">judged</td>') == min(judged, 50)
    one = AuditEvent.objects.filter(action="judged").latest("seq")
    assert markup(client.get(url, {"subject": one.subject_id})).count("<tr>") == 2
    assert "No event fits" in text(client.get(url, {"actor": "dan", "action": "judged"}))


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
