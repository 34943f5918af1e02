"""The one door for acts that bind others: is it still the same person? And second factors where they are required."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from synthportal.people.sign_in.proof import FIELDS, passkey_challenge, proof_form, ways_of
from synthportal.people.sign_in.providers import provider_links
from synthportal.people.sign_in.required import lacks_second_factor
from synthportal.people.sign_in.sensitive import Act, act_at, in_words
from synthportal.people.sign_in.sessions import was_recent
from synthportal.people.tokens.authentication import bearer_of
from synthportal.web.refusals import API, problem

ASKED = "proof_asked"
LOOKED_FOR = "proof_for"  # the method of the request that is confirmed
OWN = (*FIELDS, ASKED, LOOKED_FOR, "csrfmiddlewaretoken")
# What somebody without a second factor who needs one may still open.
WITHOUT_FACTOR = ("account/sign-in/", "logout/", "login/", "static/", "health/", "account/password/")
SET_UP = "Your role needs a second factor. Set up an authenticator app or a passkey here; then everything else opens."


class ConfirmationMiddleware:
    """Before a sensitive act of somebody who signed in a while ago: the password, a code or a passkey again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponseBase | None:
        """None lets the act go on with what was posted; else the question, which holds what was typed."""
        act = _act_of(request)
        if act is None or _by_token(request) or not request.user.is_authenticated or was_recent(request):
            return None
        if request.path.startswith(API):
            return problem(403, in_words(act))
        is_posted = request.method == "POST" and ASKED in request.POST
        form = proof_form(request, is_posted=is_posted)
        if not is_posted or not form.is_valid():
            return question(request, act, form)
        return redirect(request.get_full_path()) if act.method == "GET" else None


def _act_of(request: HttpRequest) -> Act | None:
    """The act that is asked for, or that the answered question was about."""
    route = request.resolver_match.route if request.resolver_match else ""
    looked_for = request.POST.get(LOOKED_FOR) if request.method == "POST" and not _by_token(request) else None
    return (looked_for and act_at(looked_for, route)) or act_at(request.method, route)


def _by_token(request: HttpRequest) -> bool:
    """A program's own way in, which people/tokens/authentication.py holds to its scopes. With any other header of
    this name it is the session that signs in.
    """
    return request.path.startswith(API) and bearer_of(request) is not None


def question(request: HttpRequest, act: Act, form: Any) -> HttpResponse:
    """Asks for the proof on a page that keeps everything that was filled in."""
    person: Any = request.user
    kept = [(name, value) for name, values in request.POST.lists() if name not in OWN for value in values]
    ways = ways_of(person)
    context = {
        "act": act.words,
        "looked_for": act.method,
        "form": form,
        "kept": kept,
        "minutes": settings.REAUTHENTICATION_MINUTES,
        "challenge": passkey_challenge(person) if "passkey" in ways else None,
        "providers": provider_links(request, again=True, next_url=_way_back(request, act)),
        "no_way": not ways,
    }
    response = render(request, "people/sign_in/confirm.html", context, status=403)
    if request.headers.get("HX-Request"):  # a fragment's place is no place for a question
        response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
    return response


def _way_back(request: HttpRequest, act: Act) -> str:
    return request.get_full_path() if act.method == "GET" else f"{reverse('confirm')}?{urlencode({'done': 1})}"


@login_required
@require_safe
def confirmed(request: HttpRequest) -> HttpResponse:
    """Says that it is done: to who uses this session in a program, and in a tab that comes from the provider."""
    context = {"minutes": settings.REAUTHENTICATION_MINUTES, "elsewhere": "done" in request.GET}
    return render(request, "people/sign_in/confirmed.html", context)


class SecondFactorMiddleware:
    """Where stewards and administrators must have a second factor, they set one up before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponseBase | None:
        """None for everybody who needs none or has one."""
        if not settings.REQUIRE_SECOND_FACTOR or _by_token(request):
            return None
        if request.path.lstrip("/").startswith(WITHOUT_FACTOR) or not lacks_second_factor(request):
            return None
        if request.path.startswith(API):
            return problem(403, f"{SET_UP} It is at {reverse('mfa_index')}.")
        messages.warning(request, SET_UP)
        return redirect("mfa_index")
