"""A person's own page: password and API tokens."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from synthportal.models import ApiToken, Person
from synthportal.people.accounts.forms import TokenForm
from synthportal.people.tokens.tokens import create_token, revoke_token


def signed_in(request: HttpRequest) -> Person:
    """The person of a request behind login_required."""
    assert isinstance(request.user, Person)  # noqa: S101 - login_required has seen to it
    return request.user


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """One's tokens; a new one's secret is shown in the answer to the request that made it, and never again."""
    person, secret = signed_in(request), ""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _, secret = create_token(person, **form.token())
        form = TokenForm()
    context = {"form": form, "secret": secret, "tokens": person.tokens.order_by("-created_at")}
    response = render(request, "account.html", context)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def token_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Revoke one of one's own tokens."""
    token = get_object_or_404(ApiToken, pk=pk, person=signed_in(request))
    revoke_token(token, by=signed_in(request))
    messages.success(request, f"The token “{token.name}” is revoked.")
    return redirect("tokens")
