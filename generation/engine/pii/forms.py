"""What a text holds that reaches a person or opens a door, told by its form alone. Standard library only.

Patterns, with checksums where a checksum exists: for the web process, which has no language model and no recognizer
that needs one. Names of people are not found here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from generation.engine.pii.entities import ADDRESS, CARD, EMAIL, IBAN, NETWORK, PHONE, SSN, URL, Span, without_losers
from generation.engine.pii.patterns.secrets import find_secrets

EMAIL_FORM = re.compile(r"\b[\w.!#$%&'*+/=?^`{|}~-]+@(?:[\w-]+\.)+[^\W\d_]{2,}\b")
URL_FORM = re.compile(r"\b(?:https?://|ftp://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)


def find_forms(text: str) -> tuple[Span, ...]:
    """Spans in the order of the text, without overlaps: secrets win, then what comes first in FORMS."""
    return without_losers(_all(text))


def _all(text: str) -> Iterator[Span]:
    yield from find_secrets(text)
    for entity, pattern, holds in FORMS:
        for match in pattern.finditer(text):
            if holds(match.group()):
                yield Span(entity, match.start(), match.end(), 1.0)


def _digits(text: str) -> list[int]:
    return [int(sign) for sign in text if sign.isdigit()]


def is_card(text: str) -> bool:
    """13 to 19 digits, not all the same, that pass the check of ISO/IEC 7812 (Luhn)."""
    digits = _digits(text)[::-1]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[1::2]]
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def is_iban(text: str) -> bool:
    """An account number whose remainder by 97 is 1 once its first four characters stand last (ISO 13616)."""
    plain = re.sub(r"\s", "", text).upper()
    turned = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def is_phone(text: str) -> bool:
    """8 to 15 digits (ITU E.164) that are written as a number to call: with a prefix or in groups, and no date."""
    grouped = text.startswith(("+", "(", "00")) or len(re.findall(r"[\s().-]", text)) > 1
    return grouped and 8 <= len(_digits(text)) <= 15 and not re.match(r"\d{4}[-.]\d{2}[-.]\d{2}", text)


def _always(_: str) -> bool:
    return True


FORMS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    (EMAIL, EMAIL_FORM, _always),
    (URL, URL_FORM, _always),
    (IBAN, re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b"), is_iban),
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
