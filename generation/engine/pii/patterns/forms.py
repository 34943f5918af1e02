"""What a text holds that reaches a person or opens a door, told by its form alone. Standard library only.

Patterns, with checksums where a checksum exists: for the web process, which has no language model and no recognizer
that needs one. Names of people are not found here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from generation.engine.pii.entities import (
    ADDRESS,
    CARD,
    EMAIL,
    IBAN,
    NETWORK,
    PHONE,
    SSN,
    URL,
    Span,
    without_losers,
    without_overruled,
)
from generation.engine.pii.patterns.reading import UNSPACED, read
from generation.engine.pii.patterns.secrets import find_secrets

# Where words stand without spaces an address ends where its own signs do.
_SPACED = rf"[^\W{UNSPACED}]"
EMAIL_FORM = re.compile(
    rf"(?<!{_SPACED})(?=\w)(?:{_SPACED}|[.!#$%&'*+/=?^`{{|}}~-])+@(?:(?:{_SPACED}|-)+\.)+[^\W\d_{UNSPACED}]{{2,}}(?!{_SPACED})"
)
# A web address by its beginning, or a name under a domain that stands alone ("see shop.example.com/help").
URL_FORM = re.compile(
    r"\b(?:https?://|ftp://|www\.)[^\s<>\"')\]]+"
    r"|(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|org|net|edu|gov|mil|int|info|biz|io|co|dev|app|ai|me|tv|eu"
    r"|uk|us|de|fr|es|it|nl|be|ch|at|se|no|dk|fi|pl|cz|pt|gr|ie|in|au|nz|ca|br|mx|ar|cl|cn|jp|kr|ru|za|example|test)"
    r"(?![\w@-]|\.\w)(?:/[^\s<>\"')\]]*)?",
    re.IGNORECASE,
)
# Length by country, from the registry of ISO 13616.
_IBAN_LENGTHS: dict[str, int] = {}
for _length, _countries in {
    15: "NO", 16: "BE", 18: "DK FO FI GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO EG GT HU LB NI PL SV",
    29: "BR PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
}.items():  # fmt: skip
    _IBAN_LENGTHS |= dict.fromkeys(_countries.split(), _length)
_SIGNS = re.compile(r"[A-Za-z0-9]+")
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9]{4})")


def find_forms(text: str, overruled: frozenset[str] = frozenset()) -> tuple[Span, ...]:
    """Spans in the order of the text, without overlaps: secrets win, then what comes first in FORMS."""
    return tuple(without_overruled(without_losers(_all(text)), overruled))


def _all(text: str) -> Iterator[Span]:
    yield from find_secrets(read(text))
    yield from (Span(IBAN, start, end, 1.0) for start, end in find_ibans(text))
    yield from (Span(CARD, start, end, 1.0) for start, end in find_cards(text))
    for entity, pattern, holds in FORMS:
        for match in pattern.finditer(text):
            if holds(match.group()):
                yield Span(entity, match.start(), match.end(), 1.0)


def _digits(text: str) -> list[int]:
    return [int(sign) for sign in text if sign.isdigit()]


def is_card(text: str) -> bool:
    """13 to 19 digits, not all the same, that pass the check of ISO/IEC 7812 (Luhn)."""
    return 13 <= len(_digits(text)) <= 19 and is_luhn(text)


def is_luhn(text: str) -> bool:
    """Whether the digits, not all the same, pass the check of ISO/IEC 7812."""
    digits = _digits(text)[::-1]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[1::2]]
    return len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


# The groups that stand on a card; a group may begin one of its own.
_CARD_GROUPS = re.compile(r"(?<!\d)(?=(\d{4}([ -])\d{4}\2\d{4}\2\d{4}|\d{4}[ -]\d{6}[ -]\d{5})(?!\d))")


def find_cards(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of card numbers in groups, whatever number comes before or behind, such as the month it ends in."""
    return (match.span(1) for match in _CARD_GROUPS.finditer(text) if is_card(match.group(1)))


def is_iban(text: str) -> bool:
    """An account number whose remainder by 97 is 1 once its first four characters stand last (ISO 13616)."""
    plain = re.sub(r"\s", "", text).upper()
    turned = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def find_ibans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of account numbers of their country's length that pass, whatever their case and separators."""
    for match in _IBAN_START.finditer(text):
        end = match.start()
        left = _IBAN_LENGTHS.get(match.group()[:2].upper()) or _run_length(text, end)
        while left and end < len(text) and (text[end].isalnum() or text[end] in " -"):
            left -= text[end].isalnum()
            end += 1
        found = text[match.start() : end]
        is_whole = not left and found.isascii() and not text[end : end + 1].isalnum()
        if is_whole and is_iban(found.replace("-", "")):
            yield match.start(), end


def _run_length(text: str, start: int) -> int:
    """Letters and digits that stand together: what is to be read of a country whose length is not registered."""
    run = _SIGNS.match(text, start)
    return len(run.group()) if run and 15 <= len(run.group()) <= 34 else 0


def is_phone(text: str) -> bool:
    """8 to 15 digits (ITU E.164) that are written as a number to call: with a prefix or in groups, and no date."""
    grouped = text.startswith(("+", "(", "00")) or len(re.findall(r"[\s().-]", text)) > 1
    return grouped and 8 <= len(_digits(text)) <= 15 and not re.match(r"\d{4}[-.]\d{2}[-.]\d{2}", text)


def _always(_: str) -> bool:
    return True


FORMS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    (EMAIL, EMAIL_FORM, _always),
    (URL, URL_FORM, _always),
    (CARD, re.compile(r"\b\d(?:[ -]?\d){12,18}\b"), is_card),
    (SSN, re.compile(r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b"), _always),
    (NETWORK, re.compile(r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b"), _always),
    (
        ADDRESS,
        re.compile(
            r"\b\d{1,5}\s+(?:[A-Z][\w'.-]*\s+){1,3}?(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|"
            r"Way|Place|Square|Terrace)\b\.?"
        ),
        _always,
    ),
    (
        PHONE,
        re.compile(r"(?<![\w.,-])(?<!\d )(?:\+|00)?\(?\d(?:[\s().-]{0,2}\d){7,14}(?![\s().-]{0,2}\d|[\w-])"),
        is_phone,
    ),
)
