"""The living style guide: every component on one page, while the portal runs in debug."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from synthportal.web.lists import Header

TOKENS = ("paper", "surface", "sunken", "ink", "muted", "line", "edge", "accent", "accent-soft", "met", "attention")
STATUSES = ("met", "attention", "blocked", "not_computed")
STAGES = [
    {"name": "ingest", "state": "done", "note": "40,000 records"},
    {"name": "profile", "state": "running", "note": ""},
    {"name": "minimise", "state": "failed", "note": ""},
    {"name": "generate", "state": "waiting", "note": ""},
]


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Components with made-up content; in no served portal."""
    if not settings.DEBUG:
        raise Http404
    context = {
        "tokens": TOKENS,
        "statuses": STATUSES,
        "stages": STAGES,
        "crumbs": [{"label": "Datasets", "url": "#"}],
        "facts": ["40,000 records", "20 columns"],
        "pairs": [("Purpose", "Train a model"), ("Target", None)],
        "action": {"label": "The page's one action", "url": "#"},
        "refused_action": {"label": "Release", "why_not": ["A record still waits for a verdict."]},
        "tabs": [{"label": "Runs", "url": "#", "current": True}, {"label": "Plan", "url": "#"}],
        "headers": [Header("Run", "#", "down", False), Header("Records", "#", "", True)],
    }
    return render(request, "components/style.html", context)
