"""Passwords that guessers try first."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

SAID = "Guessers try this password early. Take several words that do not belong together."


class CommonPasswords(CommonPasswordValidator):
    """Refuses what is on the shipped list of 20,000, also doubled, or with digits and signs put at its ends.

    The list has few of twelve characters or more: what people do to a short one to make it long enough is undone.
    """

    def validate(self, password: str, user: Any = None) -> None:
        if any(core in self.passwords for core in _cores(password.lower().strip())):
            raise ValidationError(SAID, code="password_too_common")

    def get_help_text(self) -> str:
        return "At least 12 characters, and none of the passwords that guessers try first."


def _cores(password: str) -> set[str]:
    bare = password.strip("0123456789!?.,-_#*+$@ ")
    found = {password, bare, "".join(letter for letter in bare if letter.isalnum())}
    return {each for core in found for each in (core, _once(core)) if len(each) > 3}


def _once(text: str) -> str:
    """`passpass` -> `pass`: the shortest piece that gives the text when repeated."""
    at = (text + text).find(text, 1) if text else 0
    return text[:at]
