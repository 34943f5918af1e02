"""What people say to each other, as their pages show it."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from synthportal.people.messages.comments import NAME

register = template.Library()


@register.filter
def with_names(words: str) -> SafeString:
    """What was said, with every @name standing out."""
    said = NAME.sub(lambda found: f"<b>{found[0]}</b>", str(conditional_escape(words)))
    return mark_safe(said)  # noqa: S308 - escaped above; a name has no character that markup has
