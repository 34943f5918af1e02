"""The smallest pieces of every page: an icon, a status with its word, a note in place, an empty list."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

WORDS = {"met": "met", "attention": "attention", "blocked": "blocked", "not_computed": "not computed"}
# What the stages call their outcomes; anything unknown reads as not computed, never as a pass.
TONES = {
    "met": "met", "pass": "met", "accepted": "met", "released": "met", "success": "met",
    "attention": "attention", "review": "attention", "warning": "attention", "suspended": "attention",
    "blocked": "blocked", "block": "blocked", "unmet": "blocked", "failed": "blocked", "rejected": "blocked",
    "withdrawn": "blocked", "error": "blocked",
}  # fmt: skip
# What the colour and the symbol of a condition say, for who does not see them.
CONDITION_WORDS = {**WORDS, "attention": "needs attention", "blocked": "not met"}
# How far a stage of the timeline is; anything else waits.
STAGE_SYMBOLS = {"done": "check", "failed": "cross", "running": "dots"}


@register.filter
def tone(status: object) -> str:
    """Any outcome as one of met, attention, blocked, not_computed."""
    if isinstance(status, bool):
        return "met" if status else "blocked"
    return TONES.get(str(status), "not_computed")


@register.filter
def condition_words(shade: str) -> str:
    """Whether a condition is met, by its tone."""
    return CONDITION_WORDS[shade]


@register.filter
def stage_symbol(state: str) -> str:
    """The symbol of a stage's state."""
    return STAGE_SYMBOLS.get(state, "waiting")


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


@register.simple_block_tag
def note(content: SafeString, tone: str = "", symbol: str = "", css: str = "", role: str = "") -> SafeString:
    """A note in place: `{% note tone="blocked" role="alert" %}<p>...</p>{% endnote %}`; without a tone it informs."""
    shade = "" if tone in {"", "info"} else TONES.get(tone, "not_computed")
    facts = {"content": content, "shade": shade, "symbol": symbol or shade or "info", "css": css, "role": role}
    return render_to_string("components/note.html", facts)


@register.simple_block_tag
def nothing(
    content: SafeString, title: str, symbol: str = "table", action: Mapping[str, str] | None = None
) -> SafeString:
    """What stands where a list is empty: the markup between the tags says what to do next; `action` {label, url}."""
    facts = {"content": content, "title": title, "symbol": symbol, "action": action}
    return render_to_string("components/list/empty.html", facts)
