"""Values out of a turn and others in: what a conversation is about becomes tags such as `<time>`, by the form of it.

A tag stands for a kind of value, not for a person: a name that follows "in" is a place, the rest of what is written
with capitals is a name, and numbers are told by what stands beside them.
"""

from __future__ import annotations

import re

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_NUMBER_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_STREET = r"(?:street|st|road|rd|avenue|ave|boulevard|blvd|lane|ln|drive|dr|way|court|square|row|plaza|highway|hwy)"
_WORD = r"[A-Z][\w'&.-]*\w"
_CAPITALS = rf"{_WORD}(?:\s+(?:(?:of|the|de|la|and|&|at|on)\s+)?{_WORD}|\s+#?\d+(?!\w))*"
_TIMES = (
    r"\d{1,2}(?::\d{2})?\s?(?:am|pm|o'clock)\b",
    r"\d{1,2}:\d{2}(?:\s?[ap]\.?m\b\.?)?",
    rf"(?:half past|quarter (?:past|to))\s(?:\d{{1,2}}|{_NUMBER_WORD})",
    rf"{_NUMBER_WORD} (?:o'clock|thirty)",
    "noon|midnight",
)
_DATES = (
    rf"(?:(?:next|this|coming)\s)?{_DAY}\b(?:\s(?:next|this) week)?",
    rf"{_MONTH}\s+(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)?\b",
    rf"(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)(?:\s+of\s+(?:(?:this|next) month|{_MONTH}))?\b",
    r"(?:(?:the )?day after tomorrow|today|tomorrow|tonight|later this week|next week|next month)\b",
)
# In this order: what is found first is gone for those after it.
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(form))
    for kind, form in (
        ("email", r"\S+@\S+\.\w+"),
        ("url", r"(?i)\bhttps?://\S+"),
        ("phone", r"\+?\(?\d{2,4}\)?[ -]\d{3,4}[ -]\d{3,4}"),
        (
            "address",
            rf"(?i)\b\d{{1,5}}\s+(?:[\w.#-]+\s+){{1,5}}?{_STREET}\b\.?(?:\s*(?:#|suite|unit|ste\.?)\s*[\w-]+)?",
        ),
        ("money", r"[$£€]\s?\d[\d,]*(?:\.\d+)?|\b\d[\d,]*(?:\.\d+)?\s(?:dollars|pounds|euros)\b"),
        ("time", rf"(?i)\b(?:{'|'.join(_TIMES)})(?:\s(?:in the (?:morning|afternoon|evening)|at night))?"),
        ("time", r"(?i)\b(?:in the )?(?:morning|afternoon|evening)\s(?:at )?<time>"),
        ("date", rf"(?i)\b(?:{'|'.join(_DATES)})"),
        ("code", r"\b(?=\w*\d)(?=\w*[A-Z])[A-Z\d-]{5,}\b"),
        ("count", rf"(?i)\b(?:\d[\d,.]*\d|\d|{_NUMBER_WORD})\b"),
    )
)
_PLACE = re.compile(rf"(?:(?<=\bin )|(?<=\bnear )|(?<=\bto )|(?<=\bfrom )|(?<=\baround ))(?!<|I\b){_CAPITALS}")
# A word with a capital in the middle of a sentence, or several anywhere.
_NAME = re.compile(rf"(?<=[\w,>:;\"'] )(?!I\b|I'){_CAPITALS}|(?<![\w>]){_WORD}(?:\s+(?:of\s+|the\s+|&\s+)?{_WORD})+")
_TAG_RUN = re.compile(r"<(\w+)>(?:(?:,| and| or|\s)\s?<\1>)+")
_ORDINARY = frozenset(["I'm", "I'd", "I'll", "I've", "Yes", "No", "Okay", "Ok", "Thanks", "Please", "What", "The"])


def masked(text: str) -> str:
    """The text with its values as tags.

    >>> masked("Please book a table for 2 at Sino in San Jose for 11:30 am on March 2nd.")
    'Please book a table for <count> at <name> in <place> for <time> on <date>.'
    """
    for kind, form in _FORMS:
        text = form.sub(f"<{kind}>", text)
    text = _PLACE.sub("<place>", text)
    text = _NAME.sub(_named, text)
    return _TAG_RUN.sub(r"<\1>", text)


def _named(found: re.Match[str]) -> str:
    return found.group() if found.group() in _ORDINARY else "<name>"
