"""Phone numbers that ring nowhere: from ranges that a country's regulator keeps for films and books, where it does.

Sources: North American Numbering Plan (555-0100 to 555-0199), Ofcom (numbers for drama use), Bundesnetzagentur
(communication 148/2021), ARCEP (decision 2018-0881), ACMA (numbers for fictional works), ComReg (020 91), PTS
(numbers for books and films).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

# "#" is any digit, the area comes first. As they are dialled in their country; a mobile number gives a mobile one.
_LANDLINES = {
    "GB": "020-79460### 0113-4960### 0114-4960### 0121-4960### 0131-4960### 0141-4960### 0161-4960### 01632-960###",
    "DE": "030-23125### 069-90009### 040-66969### 0221-4710### 089-99998###",
    "FR": "01-9900#### 02-6191#### 03-5301#### 04-6571#### 05-3649####",
    "AU": "02-5550#### 03-5550#### 07-5550#### 08-5550####",
    "IE": "020-91#####",
    "SE": "031-390060# 040-628040# 08-4650040#",
}
_MOBILES = {
    "GB": "07700-900###",
    "DE": "0171-39200## 0176-040690##",
    "FR": "06-3998####",
    "AU": "0491-570006 0491-570156 0491-570157 0491-570158 0491-570159 0491-570110 0491-570313 0491-570737 0491-570266",
    "SE": "070-174061# 070-174062# 070-174063# 070-174064#",
}
# Area codes of North America that are in use, of which any may stand before 555.
_AREAS = (202, 206, 212, 213, 215, 303, 305, 312, 313, 404, 415, 503, 512, 602, 612, 614, 617, 702, 713, 808)
_NORTH_AMERICAN = frozenset({"US", "CA"})
_LOCAL_DIGITS = 7
_TRIES = 40
_KEPT_DIGITS = 3


def fictional_phone(value: str, digest: bytes, country: str) -> str | None:
    """A number of the country that nobody has, or of its plan where none is kept free; None where no plan is known.

    `country` is that of ISO 3166. The number is written as the value is: its prefix, spaces and brackets.
    """
    prefix, rest = _parted(value, country)
    digits = [sign for sign in rest if sign.isdecimal()]
    if not digits or country not in phonenumbers.SUPPORTED_REGIONS:
        return None
    made = _free(value, rest, bool(prefix), digest, country) or _planned("".join(digits), bool(prefix), digest, country)
    return prefix + _written(rest, made) if made else None


def _parted(value: str, country: str) -> tuple[str, str]:
    """The international prefix with what separates it, and the rest."""
    code = phonenumbers.country_code_for_region(country)
    match = re.match(rf"(?:(?:\+|00)\s?{code}|{'1(?=[ .-])' if country in _NORTH_AMERICAN else '(?!)'})[\s.-]*", value)
    return (match.group(), value[match.end() :]) if match else ("", value)


def _free(value: str, rest: str, is_abroad: bool, digest: bytes, country: str) -> str | None:
    """Digits from a range kept free, as long as the value's where there are such, or else of another length."""
    digits = "".join(filter(str.isdecimal, rest))
    if country in _NORTH_AMERICAN:
        return _north_american(digits, digest)
    forms = (_MOBILES if _is_mobile(value, country) and country in _MOBILES else _LANDLINES).get(country, "").split()
    if not forms:
        return None
    is_short = is_abroad and not digits.startswith("0")
    areas = [form[is_short:].split("-") for form in forms]
    first = re.split(r"\D+", rest.strip("( "))[0]
    best = max(_likeness(one, first, digits) for one in areas)
    alike = ["".join(one) for one in areas if _likeness(one, first, digits) == best]
    return _drawn(alike[digest[0] % len(alike)], digest[1:])


def _likeness(form: list[str], first: str, digits: str) -> tuple[bool, bool]:
    """Whether a form has as many digits as a number, and an area code as long as its first group."""
    return len("".join(form)) == len(digits), len(form[0]) == len(first)


def _north_american(digits: str, digest: bytes) -> str:
    last = f"55501{digest[1] % 100:02d}"
    if len(digits) <= _LOCAL_DIGITS:
        return last
    extension = _drawn("#" * (len(digits) - 10), digest[2:]) if len(digits) > 10 else ""
    return f"{_AREAS[digest[0] % len(_AREAS)]}{last}{extension}"


def _is_mobile(value: str, country: str) -> bool:
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(value, country))
    except phonenumbers.NumberParseException:
        return False
    return kind == PhoneNumberType.MOBILE


def _drawn(form: str, digest: bytes) -> str:
    """The form with a digit for each "#"."""
    drawn = _bytes(digest, form.count("#"))
    return "".join(str(next(drawn) % 10) if sign == "#" else sign for sign in form)


def _bytes(digest: bytes, count: int) -> Iterator[int]:
    stream = hashlib.sha256(digest).digest()
    while len(stream) < count:
        stream += hashlib.sha256(stream).digest()
    yield from stream[:count]


def _planned(digits: str, is_abroad: bool, digest: bytes, country: str) -> str | None:
    """Other digits of the same length that the plan allows; what tells a network or a town stays."""
    kept = min(_KEPT_DIGITS, len(digits) // 3)
    for _ in range(_TRIES):
        digest = hashlib.sha256(digest).digest()
        made = digits[:kept] + "".join(str(byte % 10) for byte in _bytes(digest, len(digits) - kept))
        if made != digits and _is_valid(made, is_abroad, country):
            return made
    return None


def _is_valid(digits: str, is_abroad: bool, country: str) -> bool:
    whole = f"+{phonenumbers.country_code_for_region(country)}{digits}" if is_abroad else digits
    try:
        number = phonenumbers.parse(whole, country)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) and bool(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _written(form: str, digits: str) -> str:
    """The digits in the places of the form's; what is too many stands at its last digit, what lacks is left out."""
    places = [at for at, sign in enumerate(form) if sign.isdecimal()]
    signs, left = list(form), list(digits)
    for at in places:
        signs[at] = left.pop(0) if left else ""
    signs[places[-1]] += "".join(left)
    return "".join(signs)
