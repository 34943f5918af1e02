"""Invented values of the same form, drawn by a keyed hash: equal in, equal out; without the key no guess can be tested.

Pseudonymisation in the sense of GDPR article 4(5): whoever holds the key can redo it, so the key is source-grade.
"""

from __future__ import annotations

import hashlib
import hmac
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache

import phonenumbers
from faker import Faker

from generation.engine.minimisation.code_surrogates import code_surrogate
from generation.engine.minimisation.treatments import SurrogateStyle
from generation.engine.pii.codes import CodeForm

_LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL")
_TOWN_ENDINGS = ("ville", "ton", "burg", "field", "stad", "dorf", "mouth", "haven")
_STREETS = ("Street", "Road", "Avenue", "Lane", "Court", "Square")
_MAIL_DOMAINS = ("example.com", "example.org", "example.net")  # RFC 2606: nobody's
_MOST_DIALLING_DIGITS = 3
_TRIES = 8
_PERSON = "one person"
OF_PERSONS = frozenset(
    {SurrogateStyle.PERSON, SurrogateStyle.FIRST_NAME, SurrogateStyle.LAST_NAME, SurrogateStyle.EMAIL}
)


def surrogates(values: Sequence[str], style: SurrogateStyle, key: bytes, form: CodeForm | None = None) -> list[str]:
    """One invented value per value, never equal to it (whatever its case), decided by `key`, style and value alone.

    With a `form` of codes, values that fit it get other values of it, and different values different ones.
    """
    make = _MAKERS[style]
    return [
        code_surrogate(value, form, key)
        if form is not None and form.size > 1 and form.fits(value)
        else _other(make, value, _digest(key, style, value))
        for value in values
    ]


def invented(template: str, style: SurrogateStyle, key: bytes, records: range) -> list[str]:
    """One invented value per record number, with the template's form and of nobody: no real value goes in.

    Under one key the names and the e-mail address of a record are of one invented person.
    """
    make, domain = _MAKERS[style], _PERSON if style in OF_PERSONS else style
    return [make(template, _digest(key, domain, str(record))) for record in records]


def common_form(values: Iterable[str]) -> str:
    """The form most values have: "X" or "x" for a letter, "9" for a digit, the rest as it is. "" without values."""
    forms = Counter("".join(_form(character) for character in value) for value in values)
    return max(forms, key=lambda form: (forms[form], form)) if forms else ""


def _form(character: str) -> str:
    if character.isdigit():
        return "9"
    if not character.isalpha():
        return character
    return "X" if character.isupper() else "x"


def moved_days(values: Sequence[str], most: int, key: bytes) -> list[int]:
    """For each date (as text) a move of 1 to `most` days, either way, decided by `key` and the date."""
    digests = [_digest(key, "days", value) for value in values]
    return [(1 + _number(d, 0) % most) * (1 if d[-1] % 2 else -1) for d in digests]


def _digest(key: bytes, domain: str, value: str) -> bytes:
    return hmac.digest(key, f"{domain}\x1f{value}".encode("utf-8", "surrogatepass"), "sha256")


def _other(make: Callable[[str, bytes], str], value: str, digest: bytes) -> str:
    for _ in range(_TRIES):
        made = make(value, digest)
        if made.casefold() != value.casefold():
            return made
        digest = hashlib.sha256(digest).digest()
    # Nothing in the value has a form to vary, such as "--" or a phone column's "none": an invented code stands in.
    return _code("X999999", digest)


def _number(digest: bytes, place: int) -> int:
    return int.from_bytes(digest[4 * place : 4 * place + 4], "big")


@cache
def _pools() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """First and last names of several countries in Latin letters, sorted so that every process draws alike."""
    first: set[str] = set()
    last: set[str] = set()
    for factory in (Faker(locale).factories[0] for locale in _LOCALES):
        provider = next(p for p in factory.get_providers() if type(p).__module__.startswith("faker.providers.person"))
        first.update(name for name in provider.first_names if name.isalpha())
        last.update(name for name in provider.last_names if name.isalpha())
    return tuple(sorted(first)), tuple(sorted(last))


def _first(digest: bytes) -> str:
    pool = _pools()[0]
    return pool[_number(digest, 0) % len(pool)]


def _last(digest: bytes) -> str:
    pool = _pools()[1]
    return pool[_number(digest, 1) % len(pool)]


def _cased_like(made: str, value: str) -> str:
    if value.isupper():
        return made.upper()
    return made.lower() if value.islower() else made


def _person(value: str, digest: bytes) -> str:
    """As many parts as the value has, one or more, in its order ("Last, First") and its case."""
    if "," in value:
        made = f"{_last(digest)}, {_first(digest)}"
    else:
        made = f"{_first(digest)} {_last(digest)}" if len(value.split()) > 1 else _first(digest)
    return _cased_like(made, value)


def _first_name(value: str, digest: bytes) -> str:
    return _cased_like(_first(digest), value)


def _last_name(value: str, digest: bytes) -> str:
    return _cased_like(_last(digest), value)


def _email(value: str, digest: bytes) -> str:
    """A surrogate name at a domain reserved for examples; a number keeps different people apart."""
    name = unicodedata.normalize("NFKD", f"{_first(digest)}.{_last(digest)}").encode("ascii", "ignore").decode()
    local = f"{name}{_number(digest, 2) % 100_000}".lower()
    return _cased_like(f"{local}@{_MAIL_DOMAINS[_number(digest, 3) % len(_MAIL_DOMAINS)]}", value)


def _phone(value: str, digest: bytes) -> str:
    """The value's shape and country prefix, other digits."""
    kept = _dialling_length(value)
    made = iter(_code("".join(c for c in value[kept:] if c.isdigit()), digest))
    return value[:kept] + "".join(next(made) if c.isdigit() else c for c in value[kept:])


def _dialling_length(value: str) -> int:
    """How many characters at the start are an international prefix such as +44 or 0044."""
    start = 1 if value.startswith("+") else 2 if value.startswith("00") else 0
    ends = range(start + _MOST_DIALLING_DIGITS, start, -1) if start else ()
    return next((end for end in ends if _is_dialling_code(value[start:end])), 0)


def _is_dialling_code(digits: str) -> bool:
    return digits.isdecimal() and int(digits) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE


def _location(value: str, digest: bytes) -> str:
    return _cased_like(_last(digest) + _TOWN_ENDINGS[_number(digest, 2) % len(_TOWN_ENDINGS)], value)


def _address(value: str, digest: bytes) -> str:
    street = _STREETS[_number(digest, 2) % len(_STREETS)]
    return _cased_like(f"{1 + _number(digest, 3) % 199} {_last(digest)} {street}", value)


def _code(value: str, digest: bytes) -> str:
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


_MAKERS: dict[SurrogateStyle, Callable[[str, bytes], str]] = {
    SurrogateStyle.PERSON: _person,
    SurrogateStyle.FIRST_NAME: _first_name,
    SurrogateStyle.LAST_NAME: _last_name,
    SurrogateStyle.EMAIL: _email,
    SurrogateStyle.PHONE: _phone,
    SurrogateStyle.LOCATION: _location,
    SurrogateStyle.ADDRESS: _address,
    SurrogateStyle.CODE: _code,
}
