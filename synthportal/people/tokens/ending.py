"""Tokens and sessions end with the password that they were made under, or the second factor."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from synthportal.people.sign_in.sessions import end_sessions
from synthportal.trail.audit import record


class EndsWithThePassword:
    """Stands among the password validators, which Django tells of every new password, wherever it was set."""

    def validate(self, password: str, user: Any = None) -> None:
        """Every password will do here."""

    def get_help_text(self) -> str:
        return "A new password ends your API tokens, and signs you out in other browsers."

    def password_changed(self, password: str, user: Any = None) -> None:
        """A thief's token or session does not outlive the password."""
        if user is None or not user.pk:
            return
        with transaction.atomic():
            end_everywhere(user, by=user)  # the session of a person who changes their own goes on under a new key


def end_everywhere(person: Any, *, by: Any) -> None:
    """Sign a person out in all browsers, and end all tokens: within the transaction of what makes it so."""
    end_sessions(person)
    ended = person.tokens.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
    if ended:
        record("tokens ended", person, by=by, tokens=ended)
