"""Is it still the same person? By password, code or passkey, asked again where much depends on it."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.internal import auth as passkeys
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from synthportal.people.sign_in.factors import CodeForm, PasskeyForm, ProofForm
from synthportal.people.sign_in.sessions import confirm
from synthportal.people.sign_in.slowing import forget_failures

WRONG_PASSWORD = "This is not your password."
NOTHING = "Type your password or a code, or use a passkey."
FIELDS = ("proof_password", "proof_code", "proof_passkey")


def ways_of(person: Any) -> frozenset[str]:
    """How this person can show that it is them."""
    kinds = set(person.authenticator_set.values_list("type", flat=True))
    ways = {"password"} if person.has_usable_password() else set()
    if kinds & {"totp", "recovery_codes"}:
        ways.add("code")
    if "webauthn" in kinds:
        ways.add("passkey")
    return frozenset(ways)


def proof_form(request: HttpRequest, *, is_posted: bool) -> ProofForm:
    """The form for this person; with what was posted, checked: then a valid form has confirmed the session."""
    person: Any = request.user
    ways = ways_of(person)
    if not is_posted:
        return ProofForm(ways=ways)
    form = ProofForm(request.POST, ways=ways)
    if form.is_valid():
        _check(form, request, person)
    if form.is_valid():
        confirm(request)
        forget_failures(request, person.username)
    return form


def _check(form: ProofForm, request: HttpRequest, person: Any) -> None:
    given = {name.removeprefix("proof_"): value for name, value in form.cleaned_data.items() if value}
    if "passkey" in given:
        _adopt(form, "proof_passkey", PasskeyForm({"credential": given["passkey"]}, user=person), "credential")
    elif "code" in given:
        _adopt(form, "proof_code", CodeForm({"code": given["code"]}, user=person), "code")
    elif "password" in given:
        found = authenticate(request, username=person.username, password=given["password"])
        if found is None or found.pk != person.pk:
            form.add_error("proof_password", WRONG_PASSWORD)
    else:
        form.add_error(None, NOTHING)


def _adopt(form: ProofForm, name: str, checked: Any, field: str) -> None:
    if not checked.is_valid():
        form.add_error(None if name == "proof_passkey" else name, ValidationError(checked.errors.get(field, [NOTHING])))


def passkey_challenge(person: Any) -> dict[str, object]:
    """What the browser's part of a passkey is asked."""
    return {"request_options": passkeys.begin_authentication(person)}
