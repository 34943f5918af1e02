"""Signing in, one's second factors, and the browsers in which one is signed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST, require_safe

from synthportal.models import Session
from synthportal.people.sign_in.factors import NOT_ACCEPTED
from synthportal.people.sign_in.providers import provider_links
from synthportal.people.sign_in.required import has_second_factor, lacks_second_factor
from synthportal.people.sign_in.sessions import end_sessions, hashed
from synthportal.trail.audit import record_of_portal

HOME = reverse_lazy("mfa_index")


class SignIn(LoginView):
    """Name and password; who has a second factor is asked for it next."""

    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Hand over to the steps that follow a right password."""
        person = form.get_user()
        login = Login(user=person, redirect_url=self.get_success_url())
        answer: HttpResponse = perform_password_login(self.request, {"username": person.username}, login)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and the identity providers that the settings name."""
        return super().get_context_data(**kwargs) | {"providers": provider_links(self.request)}


class SecondFactor(AuthenticateView):  # type: ignore[misc]
    """The code or the passkey after a right password."""

    template_name = "people/sign_in/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which of the two this person has."""
        kinds = set(self.stage.login.user.authenticator_set.values_list("type", flat=True))
        ways = {"has_code": bool(kinds & {"totp", "recovery_codes"}), "has_passkey": "webauthn" in kinds}
        return {**super().get_context_data(**kwargs), **ways}


class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc]
    """A passkey in place of name and password."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Back to the sign-in, which says so."""
        messages.error(self.request, NOT_ACCEPTED)
        return redirect("login")


class NewApp(ActivateTOTPView):  # type: ignore[misc]
    """Set up an authenticator app: scan, type the first code."""

    template_name = "people/sign_in/app.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, and say so in the trail."""
        answer: HttpResponse = super().form_valid(form)
        _tell(self.request, "second factor added", "app")
        return answer


class RemoveApp(DeactivateTOTPView):  # type: ignore[misc]
    """Take the authenticator app away."""

    template_name = "people/sign_in/remove.html"
    success_url = HOME
    extra_context = {"what": "your authenticator app"}

    def form_valid(self, form: Any) -> HttpResponse:
        """Take it away, and say so in the trail."""
        answer: HttpResponse = super().form_valid(form)
        _tell(self.request, "second factor removed", "app")
        return answer


class NewPasskey(AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey or security key."""

    template_name = "people/sign_in/passkey.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, and say so in the trail."""
        answer: HttpResponse = super().form_valid(form)
        _tell(self.request, "second factor added", "passkey")
        return answer


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """Take a passkey away."""

    template_name = "people/sign_in/remove.html"
    success_url = HOME
    extra_context = {"what": "this passkey"}

    def form_valid(self, form: Any) -> HttpResponse:
        """Take it away unless it is the last where one is required; say so in the trail."""
        from synthportal.people.sign_in.adapters import FactorAdapter

        if not FactorAdapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, "This is your last second factor, and your role needs one. Add another first.")
            return redirect(HOME)
        answer: HttpResponse = super().form_valid(form)
        _tell(self.request, "second factor removed", "passkey")
        return answer


class Codes(ViewRecoveryCodesView):  # type: ignore[misc]
    """The codes for the day the phone is lost."""

    template_name = "people/sign_in/codes.html"


class NewCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    """New codes in place of the old ones."""

    template_name = "people/sign_in/new_codes.html"


def _tell(request: HttpRequest, action: str, kind: str) -> None:
    person: Any = request.user
    record_of_portal(action, by=person, person=person.pk, kind=kind)


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """How one signs in, and where one is signed in now."""
    person: Any = request.user
    factors = list(person.authenticator_set.order_by("created_at"))
    context = {
        "app": next((one for one in factors if one.type == "totp"), None),
        "passkeys": [one for one in factors if one.type == "webauthn"],
        "codes": next((one.wrap() for one in factors if one.type == "recovery_codes"), None),
        "has_factor": has_second_factor(person),
        "must_add": lacks_second_factor(request),
        "sessions": person.sessions.order_by("-used_at"),
        "this_one": hashed(request.session.session_key),
    }
    return render(request, "people/sign_in/index.html", context)


@login_required
@require_POST
def session_end(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Sign out in one browser."""
    session = get_object_or_404(Session, shown_as=pk, person_id=request.user.pk)
    session.delete()
    messages.success(request, f"{session.device or 'That browser'} is signed out.")
    return redirect(HOME)


@login_required
@require_POST
def sessions_end(request: HttpRequest) -> HttpResponseBase:
    """Sign out everywhere but here."""
    count = end_sessions(request.user, but=request)
    messages.success(request, f"Signed out in {count} other {'browser' if count == 1 else 'browsers'}.")
    return redirect(HOME)
