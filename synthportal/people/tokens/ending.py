"""Tokens and sessions end with the password that they were made under."""

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
            end_sessions(user)  # that of a person who changes their own goes on under a new key
            ended = user.tokens.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
            if ended:
                record("tokens ended", user, by=user, tokens=ended)
