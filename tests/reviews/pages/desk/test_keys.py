"""Keys of the desk: as shipped no two actions share one; what a person changes is checked in words."""

from __future__ import annotations

import pytest

from reviews.engine.reading.judgement import REASONS
from reviews.pages.desk.keys import ACTIONS, key_faults, key_from, key_in_words, keys_of, save_keys
from synthportal.models import Person

SHIPPED = {name: action.key for name, action in ACTIONS.items()}


def test_the_shipped_keys_are_the_specified_ones_and_share_nothing() -> None:
    assert key_faults(SHIPPED) == {}
    assert [SHIPPED[name] for name in ("clean", "leakage", "unrealistic", "save", "skip", "help")] == [
        "1", "2", "3", "mod+Enter", "s", "?",
    ]  # fmt: skip
    assert (SHIPPED["previous"], SHIPPED["next"]) == ("ArrowLeft", "ArrowRight")
    assert "mod+z" in ACTIONS["undo"].also
    assert all(reason in SHIPPED for known in REASONS.values() for reason in known)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Ctrl+Enter", "mod+Enter"), ("cmd + s", "mod+s"), ("Ctrl S", "mod+s"), ("Left", "ArrowLeft"),
        ("→", "ArrowRight"),
        ("Q", "q"), ("+", "+"), ("Ctrl++", "mod++"), ("f5", "F5"), ("  ", ""), ("?", "?"),
    ],
)  # fmt: skip
def test_a_key_is_understood_as_people_write_it(typed: str, key: str) -> None:
    assert key_from(typed) == key


@pytest.mark.parametrize("key", sorted({action.key for action in ACTIONS.values()} | {"mod++", "F5", "mod+ArrowUp"}))
def test_a_key_as_it_is_printed_is_understood_again(key: str) -> None:
    assert key_from(key_in_words(key)) == key


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("Backspace", "never a key"),
        ("Enter", "never a key"),
        ("mod+Backspace", "never a key"),
        ("mod+w", "The browser keeps"),
        ("hello", "Give one letter"),
        ("", "Every action needs a key"),
        ("2", "“2” already does “Leakage”"),
        ("mod+z", "already does “Take back the last verdict”"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_in_words(key: str, words: str) -> None:
    assert words in " ".join(key_faults(SHIPPED | {"clean": key}).values())


def test_only_what_differs_is_kept_so_that_new_shipped_keys_reach_everybody(people: dict[str, Person]) -> None:
    save_keys(people["ben"], SHIPPED | {"clean": "x"}, are_on=False)
    assert people["ben"].desk_settings.keys == {"clean": "x"}
    mine, hers = keys_of(people["ben"]), keys_of(people["bea"])
    assert (mine.by_action["clean"], mine.are_on) == ("x", False)
    assert (hers.by_action["clean"], hers.are_on) == ("1", True)
