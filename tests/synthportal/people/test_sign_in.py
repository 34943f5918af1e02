"""Passwords cannot be guessed quickly, and nobody locks another out from somewhere else."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from synthportal.models import Person
from synthportal.people.sign_in.addresses import address_of
from synthportal.people.sign_in.slowing import MOST_FROM_AN_ADDRESS

PASSWORD = "correct horse battery staple"
HOME, AWAY = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def ana(db) -> Person:
    return Person.objects.create_user("ana", password=PASSWORD)


def sign_in(name: str, password: str, address: str, url: str = "login") -> int:
    """As the shipped proxy sends it on: the visitor's address, and nothing else, in X-Forwarded-For."""
    body = {"username": name, "password": password}
    return Client().post(reverse(url), body, headers={"x-forwarded-for": address}, REMOTE_ADDR="172.18.0.2").status_code


@pytest.fixture(autouse=True)
def _behind_the_proxy(settings) -> None:
    settings.PROXIES, settings.AXES_ENABLED = 1, True


def test_five_wrong_passwords_lock_the_name_for_that_address_and_for_no_other(ana):
    assert [sign_in("ana", "wrong", AWAY) for _ in range(5)] == [200, 200, 200, 200, 429]
    assert sign_in("ana", PASSWORD, AWAY) == 429
    assert sign_in("ana", PASSWORD, HOME) == 302


@pytest.mark.parametrize("url", ["login", "admin:login"])
def test_a_spray_over_many_names_is_slowed_and_others_still_sign_in(ana, url):
    answers = [sign_in(f"name{number}", "Spring2026!", AWAY, url) for number in range(MOST_FROM_AN_ADDRESS + 1)]
    assert (answers[0], answers[-1]) == (200, 429)
    assert sign_in("ana", PASSWORD, AWAY, url) == 429
    assert sign_in("ana", PASSWORD, HOME) == 302


def test_the_answer_says_what_to_do_and_when(ana):
    for _ in range(5):
        sign_in("ana", "wrong", AWAY)
    body = {"username": "ana", "password": PASSWORD}
    answer = Client().post(reverse("login"), body, headers={"x-forwarded-for": AWAY})
    assert answer["Retry-After"] == "900"
    assert "Wait a quarter of an hour" in answer.content.decode()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.9", "172.18.0.2"),  # what a visitor claims counts for nothing
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "10.9.9.9, 198.51.100.9", "198.51.100.9"),
        (2, "10.9.9.9, 198.51.100.9, 172.18.0.3", "198.51.100.9"),
        (2, "198.51.100.9", "172.18.0.2"),  # it did not pass both proxies
        (1, "", "172.18.0.2"),
        (1, "no address", None),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "::ffff:198.51.100.9", "198.51.100.9"),
    ],
)
def test_the_address_is_what_the_outermost_proxy_of_ours_saw(settings, proxies, forwarded, expected):
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="172.18.0.2", HTTP_X_FORWARDED_FOR=forwarded)
    assert address_of(request) == expected
