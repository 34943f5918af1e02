"""What the portal invented says so wherever it is read, on controls as on records, and nowhere whether it is real."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse

from reviews.engine.reading.judgement import Judgement
from reviews.models import ReviewRecord
from reviews.stages.adjudicate import look_again
from reviews.stages.read_source import read_source
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from tests.cast import World
from tests.markup import markup
from tests.reviews.calibrated import judge_until, world_with
from tests.reviews.invented import LABEL, inventing
from tests.reviews.pages.door import People, SignIn, desk_of, flag, held_by, look, text

CHIP = re.compile(r'class="record__name">\s*([^<]*?)\s*<span class="chip"[^>]*>invented here</span>')


def chips(page: Any) -> list[str]:
    """The fields that carry the chip, in the card that is shown."""
    return CHIP.findall(markup(page).partition("<template")[0])


def test_an_invented_field_carries_its_chip_and_the_legend_explains_it(
    world: World, client_of: SignIn, people: People
) -> None:
    assert chips(client_of("ben").get(desk_of(world))) == []
    inventing(world)
    page = client_of("ben").get(desk_of(world))
    assert chips(page) == [LABEL]
    assert "made up by the portal for every record" in text(page)


def test_a_control_carries_the_same_chips_as_a_record(db: None, client_of: SignIn, people: People) -> None:
    world = inventing(world_with(control_rate=0.1))
    seen = {}
    for lane in ("random", "control", "hunt"):
        judge_until(world.review, people["ben"], lane)
        seen[lane] = chips(client_of("ben").get(desk_of(world)))
    assert list(seen.values()) == [[LABEL]] * 3


def test_the_api_says_of_each_field_whether_it_is_invented(world: World, client_of: SignIn) -> None:
    inventing(world)
    record = client_of("ben").post(f"/api/v1/reviews/{world.review.pk}/claim/").json()
    assert [field["label"] for field in record["fields"] if field["invented"]] == [LABEL]


def test_who_settles_a_flag_reads_that_the_value_was_invented_before_and_after_their_look(
    world: World, client_of: SignIn, people: People
) -> None:
    verdict, page = flag(inventing(world), people["ben"]), reverse("flags", args=[world.review.pk])
    said = f"The portal invented the value of {LABEL} for this record: it was made up, not taken from the source."
    blind = client_of("bea").get(page)
    assert (chips(blind), said in text(blind)) == ([LABEL], True)
    look(client_of("bea"), verdict)
    after = client_of("bea").get(page)
    assert (chips(after), said in text(after)) == ([LABEL], True)


def test_nobody_who_judges_reads_whether_an_invented_value_occurs_in_the_source(
    world: World, client_of: SignIn, people: People
) -> None:
    told, hidden = "same age as one training record and no other", f"same {LABEL} as one training record and no other"
    record = held_by(inventing(world), people["ben"])
    ReviewRecord.objects.filter(pk=record.pk).update(reasons=[told, hidden])
    answer = client_of("ben").post(f"/api/v1/records/{record.pk}/why/").json()
    assert answer["reasons"] == [told]
    ReviewRecord.objects.filter(pk=record.pk).update(reasons=[hidden])
    page = text(client_of("ben").post(reverse("why", args=[record.pk]), {"token": record.token}))
    assert hidden not in page
    assert "nothing else is known" in page


def test_a_source_reader_sees_no_real_value_beside_an_invented_one(world: World, people: People) -> None:
    grant(people["bea"], Role.SOURCE_READER)
    verdict = flag(inventing(world), people["ben"])
    look_again(verdict, Judgement("clean"), by=people["bea"])
    beside = {one.label: one for one in read_source(verdict, reason="near copy?", by=people["bea"])}
    assert (beside[LABEL].real, beside[LABEL].is_same) == (None, False)
    assert beside["age"].real is not None
