"""Codes and passkeys: checked by django-allauth, slowed like passwords, and each code good once."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from synthportal.people.sign_in.slowing import LOCKED, is_slowed, note_failure

WRONG = "This code is not right, or was used before. Wait for the next one and type that."
NOT_ACCEPTED = "This passkey was not accepted. Try again, or use another way."
# As long as a code is good for, with one step of tolerance on each side.
CODE_LIFE = timedelta(seconds=90)


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """A code of an authenticator app, or one of the recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.help_text = "Code", "Six digits from your authenticator app, or one of your recovery codes."
        field.widget.attrs |= {"inputmode": "numeric", "placeholder": ""}

    def clean_code(self) -> str:
        with slowed(self.user):
            try:
                code: str = super().clean_code()
            except ValidationError as error:
                raise ValidationError(WRONG) from error
            spend(self.authenticator, code)
        return code


class PasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The answer of a passkey or security key of this person."""

    def clean_credential(self) -> Authenticator:
        with slowed(self.user):
            return _accepted(super().clean_credential)


class PasskeySignInForm(LoginWebAuthnForm):  # type: ignore[misc]
    """The answer of a passkey that itself says whose it is; there is no secret to guess."""

    def clean_credential(self) -> Authenticator:
        found = _accepted(super().clean_credential)
        if not found.user.is_active:
            raise ValidationError(NOT_ACCEPTED)
        return found


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey to be added."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": "My passkey", "passwordless": True} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        name, alone = self.fields["name"], self.fields["passwordless"]
        name.label, name.help_text = "Name", "What you know it by: a phone, a key, this computer."
        alone.label = "Sign in with it alone"
        alone.help_text = "It then asks for its PIN or your finger, and replaces your password at sign-in."


def _accepted(check: Any) -> Authenticator:
    try:
        return check()
    except (ValidationError, ValueError, TypeError, KeyError) as error:
        raise ValidationError(NOT_ACCEPTED) from error


class slowed:  # noqa: N801 - reads as a word: with slowed(person)
    """Refuses to look where too many were wrong, and counts what was wrong as a failed sign-in."""

    def __init__(self, person: Any) -> None:
        self.person = person

    def __enter__(self) -> None:
        if is_slowed(context.request, self.person.username):
            raise ValidationError(LOCKED)

    def __exit__(self, kind: Any, error: BaseException | None, *_: Any) -> None:
        if isinstance(error, ValidationError):
            note_failure(context.request, self.person.username)


def spend(authenticator: Authenticator, code: str) -> None:
    """A code that was good once is not good again, in whichever process it comes. Raises ValidationError."""
    spent = hashlib.sha256("".join(code.split()).encode()).hexdigest()
    now = timezone.now()
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        if row.data.get("spent") == spent and row.last_used_at and now - row.last_used_at < CODE_LIFE:
            raise ValidationError(WRONG)
        row.data["spent"], row.last_used_at = spent, now
        row.save(update_fields=["data", "last_used_at"])
    authenticator.data, authenticator.last_used_at = row.data, now


class ProofForm(forms.Form):
    """The password, or a code, or a passkey: one of them shows that it is still the same person."""

    proof_password = forms.CharField(
        label="Password",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    proof_code = forms.CharField(
        label="Code",
        required=False,
        max_length=40,
        help_text="From your authenticator app, or one of your recovery codes.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    proof_passkey = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20_000)

    def __init__(self, *args: Any, ways: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for way in ("password", "code", "passkey"):
            if way not in ways:
                del self.fields[f"proof_{way}"]
        if len(ways - {"passkey"}) == 1:  # what alone can be typed is not called optional
            next(iter(self.fields.values())).required = "passkey" not in ways
