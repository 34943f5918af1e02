"""What is told by its form: published test numbers, and what only looks like one."""

from __future__ import annotations

import pytest

from reviews.engine.reading.spans import spans_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to jo.bloggs+x@mail.example.org today", [("jo.bloggs+x@mail.example.org", "e-mail address")]),
        ("card 4111 1111 1111 1111.", [("4111 1111 1111 1111", "card number")]),
        ("card 4111 1111 1111 1112.", []),
        ("to GB82 WEST 1234 5698 7654 32 please", [("GB82 WEST 1234 5698 7654 32", "bank account")]),
        ("ssn 078-05-1120", [("078-05-1120", "social security number")]),
        ("ring +44 20 7946 0958 at six", [("+44 20 7946 0958", "phone number")]),
        ("on 2026-03-14 10:22", []),
        ("lives at 12 Elm Grove Road.", [("12 Elm Grove Road.", "street address")]),
        ("see https://example.org/a?b=1 now", [("https://example.org/a?b=1", "web address")]),
        ("from 10.0.0.7", [("10.0.0.7", "network address")]),
        ("password: hunter22", [("password: hunter22", "password or key")]),
        ("age 47, zip 90210, 3 of 15 in 2026", []),
    ],
)  # fmt: skip
def test_spans_by_their_form(text: str, found: list[tuple[str, str]]) -> None:
    assert [(text[start:end], what) for start, end, what in spans_in(text)] == found


def test_what_the_owner_overruled_is_not_shown_but_for_what_a_check_validates() -> None:
    """4111 1111 1111 1111 passes ISO/IEC 7812; 192.0.2.7 is a network address by its form alone, or a version."""
    text = "version 192.0.2.7 paid with 4111 1111 1111 1111"
    everything = frozenset({"IP_ADDRESS", "CREDIT_CARD"})
    assert [what for _, _, what in spans_in(text)] == ["network address", "card number"]
    assert [what for _, _, what in spans_in(text, everything)] == ["card number"]
