"""A page as one file that is whole without the portal: to send, to file, to print."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import mark_safe

FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
FOLD = re.compile(r"<details\b(?![^>]*\sopen\b)")
TIME = re.compile(r'<time datetime="([\d-]+)T([\d:]+)[^"]*"[^>]*>[^<]*</time>')
NO_TOKEN = "none"  # stands in forms alone, and no form is left


def kept_page(request: HttpRequest, template: str, context: Mapping[str, Any], *, name: str) -> HttpResponse:
    """The page of `template`, whose first line is `{% extends layout|default:"base.html" %}`, as an attachment.

    Styles and symbols stand in the file, links lead to the portal, folds are open, times are absolute. Nothing in it
    asks the portal for anything, and no form is left.
    """
    page = str(render_to_string(template, {**context, **_whole(), "csrf_token": NO_TOKEN}))
    page = FOLD.sub("<details open", FORM.sub("", page))
    page = TIME.sub(r"<time>\1 \2 UTC</time>", page)
    page = page.replace(f"{static('icons/sprite.svg')}#", "#").replace(
        'href="/', f'href="{request.build_absolute_uri("/")}'
    )
    answer = HttpResponse(page)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _whole() -> dict[str, str]:
    return {"layout": "components/page/kept.html", "styles": _own("app.css"), "symbols": _own("icons/sprite.svg")}


def _own(path: str) -> str:
    """The text of a static file of this tree: markup of ours, not of anybody's data."""
    return mark_safe(Path(str(finders.find(path))).read_text(encoding="utf-8"))  # noqa: S308
