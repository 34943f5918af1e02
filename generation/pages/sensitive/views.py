"""The page "what is sensitive here"."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generation.pages.links import SEES
from generation.pages.sensitive.page import sensitive_context
from synthportal.people.accounts.views import signed_in
from synthportal.roles import require


@login_required
@require_safe
def sensitive(request: HttpRequest) -> HttpResponse:
    """Over all datasets that a person sees: owners their own, stewards and auditors all."""
    person = signed_in(request)
    require(person, *SEES)
    return render(request, "generation/sensitive/sensitive.html", sensitive_context(request, person))
