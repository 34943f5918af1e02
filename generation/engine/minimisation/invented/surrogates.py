"""Invented values of the same form, drawn by a keyed hash: equal in, equal out; without the key no guess can be tested.

Pseudonymisation in the sense of GDPR article 4(5): whoever holds the key can redo it, so the key is source-grade.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import phonenumbers

from generation.engine.minimisation.invented.codes import code_surrogate, valid_surrogate
from generation.engine.minimisation.invented.people import (
    Person,
    locale_of,
    locale_of_addresses,
    number,
    person_of,
    street_of,
    town_of,
)
from generation.engine.minimisation.treatments import SurrogateStyle
from generation.engine.pii.codes import CodeForm, form_of_codes
from generation.engine.pii.entities import word_set

_MAIL_DOMAINS = ("example.com", "example.org", "example.net")  # RFC 2606: nobody's
_MOST_DIALLING_DIGITS = 3
_TRIES = 8
_PERSON = "one person"
_STATE = re.compile(r"[A-Z]{2,3}")
# What a part of a house is called: no town.
_UNITS = word_set(
    "apt apartment suite ste unit flat floor fl room rm bldg building no nr piso puerta wohnung etage bte interno"
)
_HOUSE, _HOUSE_BEHIND = re.compile(r"\s*\d{1,5}\s?[A-Za-z]?\s*"), re.compile(r",?\s(\d+)$")
_WORD_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")
OF_PERSONS = frozenset(
    {
        SurrogateStyle.PERSON,
        SurrogateStyle.FIRST_NAME,
        SurrogateStyle.LAST_NAME,
        SurrogateStyle.EMAIL,
        SurrogateStyle.LOGIN,
    }
)


@dataclass(frozen=True, slots=True)
class Look:
    """What invented values look like: their style, the form that codes share, the country of names and streets ("" any
    Latin one), and which kind of number passes a check.
    """

    style: SurrogateStyle
    form: CodeForm | None = None
    locale: str = ""
    entity: str = ""

    @classmethod
    def of(cls, values: Sequence[str], style: SurrogateStyle, entity: str = "") -> Look:
        """The look of these distinct values; what fewer than twenty of them show is not learned."""
        if style in {SurrogateStyle.CODE, SurrogateStyle.VALIDATED}:
            form = form_of_codes(list(values))
            is_code = form is not None and form.is_code and style is SurrogateStyle.CODE
            return cls(style, form if is_code else None, entity=entity if style is SurrogateStyle.VALIDATED else "")
        if style is SurrogateStyle.ADDRESS:
            return cls(style, locale=locale_of_addresses(values))
        named = style in OF_PERSONS and style not in {SurrogateStyle.EMAIL, SurrogateStyle.LOGIN}
        return cls(style, locale=locale_of(values) if named else "")


def surrogates(
    values: Sequence[str],
    look: Look,
    key: bytes,
    persons: Sequence[Person | None] = (),
    taken: Collection[str] = (),
) -> list[str]:
    """One invented value per value, never equal to it (whatever its case), decided by `key`, look and value alone.

    With a form of codes, values that fit it get other values of it, and different values different ones. `persons` are
    those whom names, addresses and logins shall be of; `taken` are numbers that a checked one must not be.
    """
    known = persons or [None] * len(values)
    return [_surrogate(value, look, key, who, taken) for value, who in zip(values, known, strict=True)]


def surrogate_of(value: str, decisive: str, look: Look, key: bytes, who: Person | None = None) -> str:
    """The invented value in place of one found in a text, decided by key, style and the `decisive` part of it; of
    `who`, where it is of a person.
    """
    return _other(value, look, keyed_digest(key, look.style, decisive), who)


def _surrogate(value: str, look: Look, key: bytes, who: Person | None, taken: Collection[str]) -> str:
    form = look.form
    if form is not None and form.size > 1 and form.fits(value):
        return code_surrogate(value, form, key)
    digest = keyed_digest(key, look.style, plain_name(value) if look.style is SurrogateStyle.PERSON else value)
    if look.entity and (made := valid_surrogate(value, look.entity, digest, taken)):
        return made
    return _other(value, look, digest, who)


def person_behind(value: str, style: SurrogateStyle, key: bytes, locale: str = "") -> Person:
    """Whom a name alone stands for: the same however it is cased and ordered."""
    return person_of(keyed_digest(key, style, plain_name(value) if style is SurrogateStyle.PERSON else value), locale)


def name_digest(value: str, key: bytes) -> bytes:
    """What decides whom a name stands for, however it is cased and ordered."""
    return keyed_digest(key, SurrogateStyle.PERSON, plain_name(value))


def plain_name(value: str) -> str:
    """A name in small letters, the first name first: "Lee, Ann" and "ann  lee" are one."""
    last, comma, first = value.partition(",")
    return " ".join((f"{first} {last}" if comma else value).casefold().split())


def invented(template: str, look: Look, key: bytes, records: range, taken: Collection[str] = ()) -> list[str]:
    """One invented value per record number, with the template's form and of nobody: no real value goes in.

    Under one key the names, the e-mail address and the login of a record are of one invented person.
    """
    domain = _PERSON if look.style in OF_PERSONS else look.style
    made = []
    for record in records:
        digest = keyed_digest(key, domain, str(record))
        valid = valid_surrogate(template, look.entity, digest, taken) if look.entity else None
        made.append(valid or _MAKERS[look.style](template, digest, person_of(digest, look.locale), look.locale))
    return made


def common_form(values: Iterable[str], look: Look | None = None) -> str:
    """The form most values have: "X" or "x" for a letter, "9" for a digit, the rest as it is. "" without values.

    A phone number keeps its country's prefix. Of numbers with a check, which values are invented already, one that has
    the commonest form.
    """
    style, texts = look.style if look else None, list(values)
    forms = Counter(map(_kept_phone if style is SurrogateStyle.PHONE else shape_of, texts))
    best = max(forms, key=lambda form: (forms[form], form)) if forms else ""
    if style is SurrogateStyle.VALIDATED:
        return min((text for text in texts if shape_of(text) == best), default="")
    return best


def shape_of(value: str) -> str:
    """A value with "X" or "x" in place of letters and "9" in place of digits."""
    return "".join(map(_form, value))


def _kept_phone(value: str) -> str:
    kept = _dialling_length(value)
    return value[:kept] + shape_of(value[kept:])


def _form(character: str) -> str:
    if character.isdigit():
        return "9"
    if not character.isalpha():
        return character
    return "X" if character.isupper() else "x"


def moved_days(values: Sequence[str], most: int, key: bytes) -> list[int]:
    """For each date (as text) a move of 1 to `most` days, either way, decided by `key` and the date."""
    digests = [keyed_digest(key, "days", value) for value in values]
    return [(1 + number(d, 0) % most) * (1 if d[-1] % 2 else -1) for d in digests]


def keyed_digest(key: bytes, domain: str, value: str) -> bytes:
    """32 bytes that follow from key, domain and value."""
    return hmac.digest(key, f"{domain}\x1f{value}".encode("utf-8", "surrogatepass"), "sha256")


def _other(value: str, look: Look, digest: bytes, who: Person | None) -> str:
    for _ in range(_TRIES):
        made = _MAKERS[look.style](value, digest, who or person_of(digest, look.locale), look.locale)
        if made.casefold() != value.casefold():
            return made
        digest, who = hashlib.sha256(digest).digest(), None
    # Nothing in the value has a form to vary, such as "--" or a phone column's "none": an invented code stands in.
    return _swap("X999999", digest)


def cased_like(made: str, value: str) -> str:
    """Made in capitals or small letters, where the value is."""
    if value.isupper():
        return made.upper()
    return made.lower() if value.islower() else made


def _person(value: str, _: bytes, who: Person, locale: str) -> str:
    """As many parts as the value has, one or more, in its order ("Last, First") and its case."""
    if "," in value:
        made = f"{who.last}, {who.first}"
    else:
        made = f"{who.first} {who.last}" if len(value.split()) > 1 else who.first
    return cased_like(made, value)


def _first_name(value: str, _: bytes, who: Person, locale: str) -> str:
    return cased_like(who.first, value)


def _last_name(value: str, _: bytes, who: Person, locale: str) -> str:
    return cased_like(who.last, value)


def _latin(name: str) -> str:
    """Letters that any mailbox takes."""
    return "".join(filter(str.isascii, unicodedata.normalize("NFKD", name))) or "x"


def _email(value: str, digest: bytes, who: Person, locale: str) -> str:
    """A surrogate name at a domain reserved for examples; a number keeps different people apart."""
    local = f"{_latin(who.first)}.{_latin(who.last)}{number(digest, 2) % 100_000}".lower()
    return cased_like(f"{local}@{_MAIL_DOMAINS[number(digest, 3) % len(_MAIL_DOMAINS)]}", value)


def _login(value: str, digest: bytes, who: Person, locale: str) -> str:
    """First and last name with the mark that stands in the value, or an initial and the last name; as many digits."""
    mark = next((sign for sign in value if not sign.isalnum()), "")
    first, last = _latin(who.first), _latin(who.last)
    digits = sum(map(str.isdigit, value))
    return cased_like((f"{first}{mark}{last}" if mark else f"{first[0]}{last}").lower(), value) + _swap(
        "9" * digits, digest
    )


def _phone(value: str, digest: bytes, who: Person, locale: str) -> str:
    """The value's shape and country prefix, other digits."""
    kept = _dialling_length(value)
    made = iter(_swap("".join(c for c in value[kept:] if c.isdigit()), digest))
    return value[:kept] + "".join(next(made) if c.isdigit() else c for c in value[kept:])


def _dialling_length(value: str) -> int:
    """How many characters at the start are an international prefix such as +44 or 0044."""
    start = 1 if value.startswith("+") else 2 if value.startswith("00") else 0
    ends = range(start + _MOST_DIALLING_DIGITS, start, -1) if start else ()
    return next((end for end in ends if _is_dialling_code(value[start:end])), 0)


def _is_dialling_code(digits: str) -> bool:
    return digits.isdecimal() and int(digits) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE


def _location(value: str, digest: bytes, who: Person, locale: str) -> str:
    return cased_like(town_of(digest, locale), value)


def _address(value: str, digest: bytes, who: Person, locale: str) -> str:
    """A house in a street; what follows a comma keeps its form, with another town and other digits."""
    street, *rest = value.split(",")
    invented_street = cased_like(street_of(digest, locale), street)
    if rest and _HOUSE.fullmatch(rest[0]) and not any(map(str.isdigit, street)):
        # The number of the house stands behind a comma, as in "Rua das Flores, 123".
        invented_street, rest = _HOUSE_BEHIND.sub(r", \1", invented_street), rest[1:]
    made = [invented_street, *(_behind_street(part, digest, locale) for part in rest)]
    return ",".join(made)


def _behind_street(part: str, digest: bytes, locale: str) -> str:
    """Town, region and postal code: digits are drawn anew, a region in capitals stays, the words become one town."""
    town, is_told, made, end = town_of(digest, locale), False, [], 0
    for match in _WORD_OR_DIGITS.finditer(part):
        word, gap = match.group(), part[end : match.start()]
        end = match.end()
        if word[0].isdigit():
            made += [gap, _swap(word, digest)]
        elif len(word) == 1 or word.casefold() in _UNITS or _STATE.fullmatch(word):
            made += [gap, word]
        elif not is_told:
            made += [gap, cased_like(town, word)]
            is_told = True
    return "".join([*made, part[end:]])


def _code(value: str, digest: bytes, who: Person, locale: str) -> str:
    return _swap(value, digest)


def _swap(value: str, digest: bytes) -> str:
    """Digit for digit, letter for letter, case kept, the rest as it is; a leading digit stays non-zero if it was."""
    stream = digest
    while len(stream) < len(value):
        stream += hashlib.sha256(stream).digest()
    made = "".join(_swapped(c, byte) for c, byte in zip(value, stream, strict=False))
    return _nonzero(stream[-1]) + made[1:] if made[:1] == "0" != value[0] else made


def _swapped(character: str, byte: int) -> str:
    if character.isdigit():
        return string.digits[byte % 10]
    if not character.isalpha():
        return character
    letters = string.ascii_uppercase if character.isupper() else string.ascii_lowercase
    return letters[byte % 26]


def _nonzero(byte: int) -> str:
    return string.digits[1 + byte % 9]


_MAKERS: dict[SurrogateStyle, Callable[[str, bytes, Person, str], str]] = {
    SurrogateStyle.PERSON: _person,
    SurrogateStyle.FIRST_NAME: _first_name,
    SurrogateStyle.LAST_NAME: _last_name,
    SurrogateStyle.EMAIL: _email,
    SurrogateStyle.LOGIN: _login,
    SurrogateStyle.PHONE: _phone,
    SurrogateStyle.LOCATION: _location,
    SurrogateStyle.ADDRESS: _address,
    SurrogateStyle.VALIDATED: _code,
    SurrogateStyle.CODE: _code,
}
