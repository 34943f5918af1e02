"""People talk about a run, a gate and a flag where it stands, and who is named is told."""

from __future__ import annotations

import pytest
from django.urls import reverse

from synthportal.models import AuditEvent, Comment, Notice
from tests.cast import World
from tests.reviews.pages.door import People, SignIn, flag, look, text


def told() -> list[str]:
    return sorted(Notice.objects.filter(event="commented").values_list("person__username", flat=True))


@pytest.mark.parametrize("place", ["run", "gate"])
def test_a_comment_stands_on_the_page_and_tells_whom_it_names(
    world: World, client_of: SignIn, people: People, place: str
) -> None:
    page, thread = reverse(place, args=[world.run.pk]), reverse(f"{place}_comments", args=[world.run.pk])
    cleo = client_of("cleo")
    answer = cleo.post(thread, {"words": "@ana, why are <so few> of them old? See @Eve."})
    assert answer["Location"] == f"{page}#comments"
    assert f'hx-get="{thread}"' in client_of("ana").get(page).content.decode()
    shown = text(client_of("ana").get(thread))
    assert "why are <so few> of them old?" in shown
    assert told() == ["ana", "eve"]
    notice = Notice.objects.filter(person=people["ana"]).get()
    assert notice.path == thread
    assert notice.words.startswith("cleo wrote about ")
    client_of("ana").post(thread, {"words": "Few are in the source."})
    assert told() == ["ana", "cleo", "eve"]
    event = AuditEvent.objects.filter(action="commented").first()
    assert event is not None
    assert "few" not in str(event.facts)
    elsewhere = reverse("gate_comments" if place == "run" else "run_comments", args=[world.run.pk])
    assert "so few" not in text(client_of("ana").get(elsewhere))


@pytest.mark.parametrize("words", ["", "  ", "x" * 2_001, "Ask @nobody-here.", "Ask @ben.", "Ask @dan"])
def test_what_is_no_comment_is_said_and_what_was_typed_stays(world: World, client_of: SignIn, words: str) -> None:
    """ben judges and dan downloads: neither sees the run, which is told like a name that does not exist."""
    answer = client_of("cleo").post(reverse("run_comments", args=[world.run.pk]), {"words": words})
    assert answer.status_code == 409
    assert words.strip() in text(answer)
    assert "1 to 2,000 characters" in text(answer) or "Nobody who reads here is called @" in text(answer)
    assert (Comment.objects.count(), told()) == (0, [])


def test_the_trail_tells_who_spoke_about_what_and_whom_they_named(world: World, client_of: SignIn) -> None:
    client_of("cleo").post(reverse("gate_comments", args=[world.run.pk]), {"words": "Look at this, @ana."})
    page = text(client_of("eve").get(reverse("audit"), {"action": "commented"}))
    assert "commented cleo incomes / run 1 about gate named ana" in page
    assert "commented cleo" in text(client_of("eve").get(reverse("audit"), {"subject": "incomes / run 1"}))


def test_an_address_is_no_name(world: World, client_of: SignIn) -> None:
    client_of("cleo").post(reverse("run_comments", args=[world.run.pk]), {"words": "Write to team@example.org."})
    assert Comment.objects.count() == 1
    assert told() == []


def test_who_wrote_a_comment_takes_it_back_and_nobody_else(world: World, client_of: SignIn) -> None:
    thread = reverse("run_comments", args=[world.run.pk])
    client_of("cleo").post(thread, {"words": "I think column nine is wrong."})
    back = reverse("comment_take_back", args=[Comment.objects.get().pk])
    assert client_of("ana").post(back).status_code == 403
    assert client_of("ben").post(back).status_code == 404
    client_of("cleo").post(back)
    shown = text(client_of("ana").get(thread))
    assert "column nine" not in shown
    assert "Taken back." in shown
    assert Comment.objects.get().words == ""
    trail = text(client_of("eve").get(reverse("audit"), {"action": "comment taken back"}))
    assert "comment taken back cleo incomes / run 1 about run" in trail


def test_nobody_talks_about_a_flag_before_a_second_person_has_looked(
    world: World, client_of: SignIn, people: People
) -> None:
    verdict = flag(world, people["ben"])
    thread = reverse("flag_comments", args=[verdict.pk])
    for name in ("ana", "ben", "bea", "cleo", "eve", "dan"):
        assert client_of(name).get(thread).status_code == 404
    look(client_of("bea"), verdict)
    assert "Talk with ben about it" in text(client_of("bea").get(reverse("flags", args=[world.review.pk])))
    # Whether somebody has looked would tell who flagged it that it is no control.
    assert client_of("ben").get(thread).status_code == 404
    client_of("bea").post(thread, {"words": "What was it, @ben?"})
    assert told() == ["ben"]
    client_of("ben").post(thread, {"words": "A common street, I was wrong."})
    assert told() == ["bea", "ben"]
    assert "I was wrong" in text(client_of("eve").get(thread))
    for name in ("ana", "dan"):
        assert client_of(name).get(thread).status_code == 404


def test_a_kept_page_holds_no_comments(world: World, client_of: SignIn) -> None:
    client_of("cleo").post(reverse("gate_comments", args=[world.run.pk]), {"words": "Between us."})
    kept = client_of("cleo").get(reverse("dossier", args=[world.run.pk])).content.decode()
    assert "Comments" not in kept
