"""The page of flags: a second person settles them, and nobody their own."""

from __future__ import annotations

from django.urls import reverse

from reviews.models import Adjudication
from tests.cast import World
from tests.markup import markup
from tests.reviews.pages.door import People, SignIn, flag, look, text


def test_a_second_person_sees_the_flag_and_settles_it(world: World, client_of: SignIn, people: People) -> None:
    verdict = flag(world, people["ben"])
    page = reverse("flags", args=[world.review.pk])
    blind = text(client_of("bea").get(page))
    assert "the same house" not in blind
    look(client_of("bea"), verdict, "unrealistic", "too_generic")
    shown = text(client_of("bea").get(page))
    assert "First: ben" in shown
    assert "too generic" in shown
    assert "near copy of a real record" in shown
    assert "the same house" in shown
    assert "marked" in shown
    assert "the same house" not in text(client_of("ben").get(page))
    client_of("bea").post(reverse("settle", args=[verdict.pk]), {"is_leak": "no", "note": "a common street"})
    settled = Adjudication.objects.get()
    assert (settled.is_leak, settled.by, settled.note) == (False, people["bea"], "a common street")


def test_nobody_settles_their_own_flag(world: World, client_of: SignIn, people: People) -> None:
    verdict = flag(world, people["ben"])
    answer = client_of("ben").post(reverse("settle", args=[verdict.pk]), {"is_leak": "no"})
    assert answer.status_code == 409
    assert "by a second person" in text(answer)
    assert client_of("ana").post(reverse("settle", args=[verdict.pk]), {"is_leak": "no"}).status_code == 404
    assert not Adjudication.objects.exists()


def test_a_settled_flag_is_not_settled_again(world: World, client_of: SignIn, people: People) -> None:
    verdict = flag(world, people["ben"])
    look(client_of("bea"), verdict)
    client_of("bea").post(reverse("settle", args=[verdict.pk]), {"is_leak": "no"})
    answer = client_of("cleo").post(reverse("settle", args=[verdict.pk]), {"is_leak": "yes", "note": "I disagree"})
    assert answer.status_code == 409
    assert "settled or was taken back" in text(answer)


def test_a_leak_is_confirmed_in_a_step_that_says_what_it_does_and_only_with_a_note(
    world: World, client_of: SignIn, people: People
) -> None:
    verdict, bea = flag(world, people["ben"]), client_of("bea")
    page = reverse("flags", args=[world.review.pk])
    assert "closes this review for good: the run" not in text(bea.get(page))
    look(bea, verdict, "leakage", "near_copy")
    assert "Confirming closes this review for good: the run is rejected" in text(bea.get(page))
    refused = bea.post(reverse("settle", args=[verdict.pk]), {"is_leak": "yes", "note": "  "})
    assert refused.status_code == 400
    assert markup(refused).count("a confirmed leak needs a note") == 1
    assert '<details class="fold" open>' in markup(refused)
    assert not Adjudication.objects.exists()
    bea.post(reverse("settle", args=[verdict.pk]), {"is_leak": "yes", "note": "the only red house"})
    assert Adjudication.objects.get().note == "the only red house"
    world.review.refresh_from_db()
    assert world.review.status == "rejected"
