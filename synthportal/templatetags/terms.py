"""Technical words that explain themselves when pointed at."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from synthportal.web.glossary import MEANINGS

register = template.Library()


@register.simple_tag
def term(word: str, shown: str = "") -> SafeString:
    """A word of the glossary with its meaning as hover text; `shown` is how it is written here ("Holdouts").

    KeyError for a word that the glossary does not have.
    """
    return format_html('<abbr class="term" title="{}">{}</abbr>', MEANINGS[word], shown or word)
