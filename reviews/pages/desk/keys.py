"""The keys of the desk: what can be done, which key does it as shipped, and what a person has changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from reviews.engine.reading.judgement import REASONS
from reviews.models import DeskSettings, Verdict
from synthportal.models import Person

LEAKAGE, UNREALISTIC = Verdict.Decision.LEAKAGE, Verdict.Decision.UNREALISTIC
REASON_LETTERS = {LEAKAGE: "abcde", UNREALISTIC: "fghijklo"}
# Never a key for anything: they move the focus, delete what was typed or leave the page.
FORBIDDEN = {"Backspace", "Delete", "Tab", "Enter", "Space", "Escape", "mod+Backspace", "mod+Escape"}
# Browsers keep these for themselves: a page never sees them, or takes away what everybody expects.
THE_BROWSERS = {f"mod+{key}" for key in "acfhlnpqrtvwx0123456789"}
NAMED = {
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
    **{name.lower(): name for name in ("Home", "End", "PageUp", "PageDown", *FORBIDDEN) if "+" not in name},
    "left": "ArrowLeft",
    "right": "ArrowRight",
    "up": "ArrowUp",
    "down": "ArrowDown",
    "esc": "Escape",
    "←": "ArrowLeft",
    "→": "ArrowRight",
    "↑": "ArrowUp",
    "↓": "ArrowDown",
}
SHOWN = {"ArrowLeft": "←", "ArrowRight": "→", "ArrowUp": "↑", "ArrowDown": "↓"}


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does. `also` are keys that do it too and cannot be changed."""

    name: str
    words: str
    key: str
    group: str = "Moves"
    also: tuple[str, ...] = ()


def _reason_actions() -> list[Action]:
    return [
        Action(reason, words, letter, f"Reasons for {decision}")
        for decision, letters in REASON_LETTERS.items()
        for letter, (reason, words) in zip(letters, REASONS[decision].items(), strict=False)
    ]


ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        Action("clean", "Clean: saved at once", "1", "Verdict"),
        Action("leakage", "Leakage", "2", "Verdict"),
        Action("unrealistic", "Unrealistic", "3", "Verdict"),
        Action("save", "Save the flag with its reasons and note", "mod+Enter", "Verdict"),
        Action("undo", "Take back the last verdict", "z", "Verdict", also=("mod+z",)),
        Action("skip", "Skip, with a reason", "s", "Verdict"),
        Action("mark", "Mark fields: then the signs beside them, until Esc or this key", "m", "Record"),
        Action("note", "Write a note", "n", "Record"),
        Action("why", "Why this record is here, and what was found in it", "w", "Record"),
        Action("previous", "Look back at my verdict before", "ArrowLeft", "Record"),
        Action("next", "Forward again", "ArrowRight", "Record"),
        Action("rules", "Open or close the guidelines", "r", "Record"),
        *_reason_actions(),
        Action("help", "The list of keys", "?", "Record"),
    )
}


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one person: key by action, and whether keys without Ctrl are on at all."""

    by_action: Mapping[str, str]
    are_on: bool

    def pressed(self, action: str) -> str:
        """What components put into `data-key`: every key of the action."""
        return " ".join((self.by_action[action], *ACTIONS[action].also))

    @property
    def spare(self) -> list[dict[str, str]]:
        """Digits that do nothing else, for reasons of a dataset's own: as components take them."""
        return [{"press": digit, "shown": digit} for digit in "4567890" if digit not in self.by_action.values()]

    def shown(self, action: str) -> str:
        """The key as it stands on a button."""
        return key_in_words(self.by_action[action])


def keys_of(person: Person) -> Keys:
    """The person's keys; what they have not changed is as shipped."""
    kept = DeskSettings.objects.filter(person=person).first()
    changed = kept.keys if kept else {}
    by_action = {name: changed.get(name, action.key) for name, action in ACTIONS.items()}
    return Keys(by_action, kept is None or kept.keys_on)


def save_keys(person: Person, wanted: Mapping[str, str], *, are_on: bool) -> None:
    """Keep what differs from the shipped keys. The caller has seen to it that `key_faults` finds nothing."""
    changed = {name: key for name, key in wanted.items() if name in ACTIONS and key != ACTIONS[name].key}
    DeskSettings.objects.update_or_create(person=person, defaults={"keys": changed, "keys_on": are_on})


def key_from(typed: str) -> str:
    """A key as somebody types it, under the name the page uses: "Ctrl+Enter" is "mod+Enter", "Left" is "ArrowLeft"."""
    typed = typed.strip()
    parts = [part for part in re.split(r"[+\s]+", typed) if part]
    parts += ["+"] if re.search(r"(^|[+\s])\+$", typed) else [] if parts else [""]
    last = parts[-1]
    with_mod = any(part.casefold() in {"ctrl", "control", "cmd", "command", "mod", "meta", "⌘"} for part in parts[:-1])
    key = NAMED.get(last.casefold(), last.lower() if len(last) == 1 else last)
    return f"mod+{key}" if with_mod else key


def key_in_words(key: str) -> str:
    """A key as it is printed: "mod+Enter" is "Ctrl Enter", "z" is "Z"."""
    last = key.removeprefix("mod+")
    printed = SHOWN.get(last, last.upper() if len(last) == 1 else last)
    return f"Ctrl {printed}" if last != key else printed


def key_faults(wanted: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with these keys, as one sentence by action; empty when they can be used."""
    faults = {name: fault for name, key in wanted.items() if (fault := _fault_of(key))}
    users = defaultdict(list)
    for name, key in wanted.items():
        for one in (key, *ACTIONS[name].also):
            users[one].append(name)
    for key, names in users.items():
        first, *others = sorted(names, key=lambda name: wanted[name] != ACTIONS[name].key)
        for name in others if key else []:
            other = ACTIONS[first].words.split(":")[0]
            faults.setdefault(
                name, f"“{key_in_words(key)}” already does “{other}”: choose another key for one of them."
            )
    return faults


def _fault_of(key: str) -> str:
    last = key.removeprefix("mod+")
    if not key:
        return "Every action needs a key. To use none, switch the keys off below."
    if key in FORBIDDEN or last in {"Backspace", "Escape", "Tab"}:
        return f"“{key_in_words(key)}” is never a key of the desk: it deletes, moves the focus or leaves."
    if key in THE_BROWSERS:
        return f"The browser keeps “{key_in_words(key)}” for itself."
    if len(last) > 1 and last not in NAMED.values():
        return "Give one letter, digit or sign, an arrow (Left, Right), F1 to F12, or one of them after Ctrl+."
    return ""
