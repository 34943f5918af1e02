"""What in a text reaches a person or opens a door, told by its form alone: the web process has no language model.

Patterns with checksums where a checksum exists. Names of people are not found here: an annotator reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from generation.engine.pii.secrets import find_secrets

Span = tuple[int, int, str]


def spans_in(text: str) -> list[Span]:
    """(start, end, what it is) in the order of the text, without overlaps; what comes first in PATTERNS wins."""
    found: list[Span] = []
    for span in _all(text):
        if all(span[1] <= start or span[0] >= end for start, end, _ in found):
            found.append(span)
    return sorted(found)


def _all(text: str) -> Iterator[Span]:
    for secret in find_secrets(text):
        yield secret.start, secret.end, "password or key"
    for words, pattern, holds in PATTERNS:
        for match in pattern.finditer(text):
            if holds(match.group()):
                yield match.start(), match.end(), words


def _digits(text: str) -> list[int]:
    return [int(sign) for sign in text if sign.isdigit()]


def is_card(text: str) -> bool:
    """13 to 19 digits that pass the check of ISO/IEC 7812 (Luhn)."""
    digits = _digits(text)[::-1]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[1::2]]
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def is_iban(text: str) -> bool:
    """An account number whose remainder by 97 is 1 (ISO 13616)."""
    plain = re.sub(r"\s", "", text).upper()
    turned = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def is_phone(text: str) -> bool:
    """8 to 15 digits (ITU E.164) that are written as a number to call: with a prefix or in groups, and no date."""
    grouped = text.startswith(("+", "(", "00")) or len(re.findall(r"[\s().-]", text)) > 1
    return grouped and 8 <= len(_digits(text)) <= 15 and not re.match(r"\d{4}[-.]\d{2}[-.]\d{2}", text)


def _always(_: str) -> bool:
    return True


PATTERNS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("e-mail address", re.compile(r"\b[\w.!#$%&'*+/=?^`{|}~-]+@(?:[\w-]+\.)+[^\W\d_]{2,}\b"), _always),
    ("web address", re.compile(r"\b(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE), _always),
    ("bank account", re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b"), is_iban),
    ("card number", re.compile(r"\b\d(?:[ -]?\d){12,18}\b"), is_card),
    ("social security number", re.compile(r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b"), _always),
    ("network address", re.compile(r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b"), _always),
    (
        "street address",
        re.compile(
            r"\b\d{1,5}\s+(?:[A-Z][\w'.-]*\s+){1,3}?(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|"
            r"Way|Place|Square|Terrace)\b\.?"
        ),
        _always,
    ),
    (
        "phone number",
        re.compile(r"(?<![\w.,-])(?<!\d )(?:\+|00)?\(?\d(?:[\s().-]{0,2}\d){7,14}(?![\s().-]{0,2}\d|[\w-])"),
        is_phone,
    ),
)
