"""Attacks from outside on a portal in production: each is refused in words, and hurts nobody else."""

from __future__ import annotations

import json

import pytest

from synthportal.people.sign_in.slowing import MOST_FROM_AN_ADDRESS
from tests.cast import PASSWORD
from tests.whole.stack.asking import HERE, as_browser, ask, sign_in

pytestmark = [pytest.mark.nginx, pytest.mark.slow]
GUESSER, SPRAYER, LIAR = "127.0.0.2", "127.0.0.3", "127.0.0.4"
FORM = "application/x-www-form-urlencoded"


def test_who_guesses_one_password_is_locked_out_and_its_owner_elsewhere_is_not(stack):
    codes = [sign_in(stack, "eve", f"wrong {n}", GUESSER).status for n in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    locked = sign_in(stack, "eve", PASSWORD, GUESSER)
    assert locked.status == 429
    assert b"Wait a quarter of an hour" in locked.body  # type: ignore[attr-defined]
    assert sign_in(stack, "eve", PASSWORD, HERE).status == 302
    counted = stack.portal.query(f"SELECT username FROM axes_accessattempt WHERE ip_address = '{GUESSER}'")
    assert counted == [("eve",)]


def test_an_address_that_a_visitor_claims_counts_for_nothing(stack):
    claims = [{"X-Forwarded-For": f"203.0.113.{n}", "X-Real-IP": f"203.0.113.{n}"} for n in range(5)]
    codes = [sign_in(stack, "dan", "wrong", LIAR, **claim).status for claim in claims]
    assert codes == [200, 200, 200, 200, 429]


def test_one_password_tried_on_many_names_is_slowed_and_others_sign_in_meanwhile(stack):
    """Of two hundred names a few are looked at, and all others are told to wait."""
    answers = [sign_in(stack, f"name{n}", "Spring2026!", SPRAYER) for n in range(200)]
    assert (answers[0].status, answers[-1].status) == (200, 429)
    assert b"Wait a" in answers[-1].body  # type: ignore[attr-defined]
    looked_at = stack.portal.query(
        f"SELECT COALESCE(SUM(failures_since_start), 0) FROM axes_accessattempt WHERE ip_address = '{SPRAYER}'"
    )
    assert 0 < looked_at[0][0] <= MOST_FROM_AN_ADDRESS
    assert sign_in(stack, "cora", PASSWORD, HERE).status == 302


def test_a_form_just_over_the_limit_is_refused_with_words(stack):
    """Between what the portal takes and what the proxy takes it is the portal that says so; over both, the proxy."""
    head = as_browser(stack, "ana") | {"Content-Type": FORM}
    for size, status in ((5 * 2**20 + 1, 400), (6 * 2**20 + 1, 413)):
        answer = ask(stack, "POST", "/account/", b"x" * size, **head)
        assert answer.status == status
        assert b"larger than the portal takes" in answer.body  # type: ignore[attr-defined]
        assert b"Nothing was kept: send less at a time." in answer.body  # type: ignore[attr-defined]


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_json_that_is_nested_deeply_is_a_bad_request_and_tells_nothing_of_the_machine(stack, opening):
    head = as_browser(stack, "cleo") | {"Content-Type": "application/json"}
    answer = ask(stack, "POST", "/api/v1/policies/", opening * 200_000, **head)
    told = json.loads(answer.body)  # type: ignore[attr-defined]
    assert (answer.status, told["detail"]) == (
        400,
        "This is nested too deeply. Send lists and objects of a few levels.",
    )
    assert not any(word in str(told) for word in ("Traceback", "File", "recursion"))
    assert ask(stack, "GET", "/health/ready/").status == 200
