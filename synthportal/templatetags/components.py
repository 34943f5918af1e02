"""The two smallest pieces of every page: an icon and a status with its word."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

WORDS = {"met": "met", "attention": "attention", "blocked": "blocked", "not_computed": "not computed"}
# What the stages call their outcomes; anything unknown reads as not computed, never as a pass.
TONES = {
    "met": "met", "pass": "met", "accepted": "met", "released": "met", "success": "met",
    "attention": "attention", "review": "attention", "warning": "attention",
    "blocked": "blocked", "block": "blocked", "unmet": "blocked", "failed": "blocked", "rejected": "blocked",
    "withdrawn": "blocked", "error": "blocked",
}  # fmt: skip


@register.filter
def tone(status: object) -> str:
    """Any outcome as one of met, attention, blocked, not_computed."""
    if isinstance(status, bool):
        return "met" if status else "blocked"
    return TONES.get(str(status), "not_computed")


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A symbol of static/icons/sprite.svg, decorative: the word beside it carries the meaning."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>', css, static("icons/sprite.svg"), name
    )


@register.simple_tag
def status_badge(status: object, word: str = "") -> SafeString:
    """A status: colour, icon and word together, so that none of them carries the meaning alone."""
    shade = tone(status)
    return format_html('<span class="badge is-{}">{}{}</span>', shade, icon(shade), word or WORDS[shade])
