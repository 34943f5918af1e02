"""The page on which a run or a bake-off is asked for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from generation.pages.runs.page import new_run_context
from generation.pages.runs.request_form import RequestForm
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in


def posted(request: HttpRequest) -> QueryDict | None:
    """What the form holds; None where it begins."""
    if request.method == "POST":
        return request.POST
    return request.GET if _is_fragment(request) else None


def requested(request: HttpRequest, form: RequestForm, submit: Callable[[], HttpResponse]) -> HttpResponse:
    """Do what the form asks for; or show it, with one more row, or its estimate alone for htmx, as it stands."""
    if _is_fragment(request):
        return _shown(request, form, "generation/runs/_estimate.html")
    if request.method != "POST" or "more" in request.POST:
        return _shown(request, form)
    if form.is_valid():
        try:
            return submit()
        except Conflict as refused:
            form.refuse(refused.reasons)
    return _shown(request, form, status=422)


def _shown(
    request: HttpRequest, form: RequestForm, template: str = "generation/runs/new.html", status: int = 200
) -> HttpResponse:
    return render(request, template, new_run_context(form, signed_in(request)), status=status)


def _is_fragment(request: HttpRequest) -> bool:
    return bool(request.htmx and not request.htmx.boosted)  # type: ignore[attr-defined]
