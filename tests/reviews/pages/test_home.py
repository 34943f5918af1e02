"""Home names the next step of each role."""

from __future__ import annotations

from django.urls import reverse

from reviews.models import Review
from tests.cast import World
from tests.reviews.pages.door import People, SignIn, flag, look, text


def test_home_names_the_next_step_of_each_role(world: World, client_of: SignIn) -> None:
    home = reverse("home")
    assert "Start reviewing" in text(client_of("ben").get(home))
    assert "incomes / run 1" in text(client_of("ana").get(home))
    assert "records wait for annotators" in text(client_of("cleo").get(home))
    assert "Nothing waits for you" in text(client_of("dan").get(home))
    assert "Open the trail" in text(client_of("eve").get(home))
    assert "Ask the administrator" in text(client_of("nobody").get(home))


def test_nobody_is_promised_what_their_roles_never_get(world: World, client_of: SignIn) -> None:
    shown = {name: text(client_of(name).get(reverse("home"))) for name in ("ana", "cleo", "dan", "eve")}
    assert "Nothing waits for you. Plans appear here" in shown["ana"]
    assert "Nothing waits for you. Flags, gates and requests appear here" in shown["cleo"]
    for name in ("dan", "eve"):
        assert "Nothing waits for you." in shown[name]
        assert "appear here as soon" not in shown[name]


def test_an_engineer_before_the_first_release_is_led_to_ask_for_one(world: World, client_of: SignIn) -> None:
    assert "Ask for a dataset that does not exist yet" in text(client_of("dan").get(reverse("home")))
    assert "Ask for a dataset that does not exist yet" not in text(client_of("ben").get(reverse("home")))


def test_an_administrator_without_a_role_is_led_to_the_portal_and_not_to_themselves(world, client_of) -> None:
    shown = text(client_of("root").get(reverse("home")))
    assert "Ask the administrator" not in shown
    assert "Administration" in shown
    assert "Webhooks" in shown


def test_what_waits_for_others_names_on_whom_and_keeps_the_claim_from_who_can_judge(world, client_of, people) -> None:
    shown = text(client_of("ana").get(reverse("home")))
    assert "Waiting for others Review incomes / run 1" in shown.replace(" What On whom How far", "")
    assert world.review.confidence
    assert "confidence" not in text(client_of("ben").get(reverse("home")))


def test_an_open_gate_waits_for_the_steward(reviewed: World, client_of: SignIn) -> None:
    shown = text(client_of("cleo").get(reverse("home")))
    assert "Look at the gate" in shown
    assert "it waits for your signature" in shown


def test_a_rejected_run_tells_its_owner_what_to_try(world: World, client_of: SignIn, people: People) -> None:
    while world.review.status == Review.Status.OPEN:
        verdict = flag(world, people["ben"])
        look(client_of("bea"), verdict, "leakage", "near_copy")
        client_of("bea").post(reverse("settle", args=[verdict.pk]), {"is_leak": "yes", "note": "my aunt"})
        world.review.refresh_from_db()
    shown = text(client_of("ana").get(reverse("home")))
    assert "confirmed leak" in shown
    assert "start another run" in shown
