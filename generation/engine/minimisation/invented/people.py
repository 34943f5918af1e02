"""Invented people, by country: names, towns and streets to draw from, and the country that a column's values speak of.

The names are Faker's lists, which are public; nothing is ever drawn from a source.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from faker import Faker

LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL")
_OTHER_SCRIPTS = ("ru_RU", "el_GR", "ja_JP", "zh_CN", "ko_KR")
# What a street looks like: words that tell it, and how one is written.
_STREETS = {
    "de_DE": (("straße", "strasse", "str.", "weg", "platz", "gasse"), "{name}straße {number}"),
    "fr_FR": (("rue", "avenue de", "boulevard de", "chemin"), "{number} rue {name}"),
    "es_ES": (("calle", "avenida", "plaza", "paseo"), "Calle {name} {number}"),
    "it_IT": (("via", "viale", "piazza", "corso"), "Via {name} {number}"),
    "nl_NL": (("straat", "laan", "gracht", "plein"), "{name}straat {number}"),
    "pl_PL": (("ul.", "ulica", "aleja", "plac"), "ul. {name} {number}"),
    "pt_PT": (("rua ", "travessa ", "praça ", "largo "), "Rua {name}, {number}"),
    "sv_SE": (("gatan", "vägen", "gränd"), "{name}gatan {number}"),
    "da_DK": (("vej ", "gade ", "stræde "), "{name}vej {number}"),
    "no_NO": (("veien", "gata ", "vegen"), "{name}veien {number}"),
    "fi_FI": (("katu ", "kuja ", "polku "), "{name}katu {number}"),
    "cs_CZ": (("ulice", "náměstí", "nám."), "ulice {name} {number}"),
    "tr_TR": (("sokak", "sok.", "caddesi", "cad."), "{name} Sokak No: {number}"),
    "ru_RU": (("ул.", "улица", "проспект", "пр-т"), "ул. {name}, {number}"),
    "uk_UA": (("вул.", "вулиця"), "вул. {name}, {number}"),
    "el_GR": (("οδός", "λεωφ"), "Οδός {name} {number}"),
    "ja_JP": (("丁目", "番地", "都", "県"), "{name}町{number}-1"),
    "zh_CN": (("路", "街", "巷"), "{name}家路{number}号"),
    "ko_KR": (("로 ", "길 ", "동 "), "{name}씨로 {number}"),
    "ar_AA": (("شارع",), "شارع {name} {number}"),
    "he_IL": (("רחוב", "רח'"), "רחוב {name} {number}"),
}
_ENGLISH_STREETS = ("Street", "Road", "Avenue", "Lane", "Court", "Square")
_ENGLISH = re.compile(r"(?i)\b(?:street|st|avenue|ave|road|rd|lane|drive|dr|court|close|boulevard|blvd|way|square)\b")
_TOWN_ENDINGS = ("ville", "ton", "burg", "field", "stad", "dorf", "mouth", "haven")
_TOWNS = {
    "en_US": ("ville", "ton", "field", "mouth", "ford", "bury"),
    "de_DE": ("burg", "dorf", "hausen", "feld", "heim", "stadt"),
    "fr_FR": ("ville", "-sur-Mer", "-les-Bains", "court"),
    "es_ES": (" de la Sierra", " del Campo", " del Mar"),
    "it_IT": (" Marina", " Terme", " sul Lago"),
    "nl_NL": ("dam", "hoven", "veen", "dijk"),
    "pl_PL": ("owo", "owice", "ów"),
    "pt_PT": (" do Mar", " de Cima", " da Serra"),
    "sv_SE": ("stad", "köping", "hamn"),
    "da_DK": ("borg", "sted", "by"),
    "no_NO": ("vik", "sund", "stad"),
    "fi_FI": ("la", "niemi", "järvi"),
    "cs_CZ": ("ov", "ice"),
    "tr_TR": ("köy", "hisar"),
    "ru_RU": ("ск", "град"),
    "uk_UA": ("ськ", "град"),
    "el_GR": ("πολη", "χώρι"),
    "ja_JP": ("市", "町", "村"),
    "zh_CN": ("家庄", "家镇"),
    "ko_KR": ("시", "군"),
}
# So many values tell a country; where fewer are known to a list, nobody's country shows.
FEWEST_TELLING = 20
_ONE = 2**3 * 3**2 * 5 * 7 * 11 * 13  # shared out without a rest


@dataclass(frozen=True, slots=True)
class Person:
    """The names of somebody who does not exist."""

    first: str
    last: str


def person_of(digest: bytes, locale: str = "") -> Person:
    """The person whom a digest (16 bytes or more) names; of any Latin country without a locale."""
    first, last = _pools(locale)
    return Person(first[number(digest, 0) % len(first)], last[number(digest, 1) % len(last)])


def number(digest: bytes, place: int) -> int:
    """The 32-bit number at a place of a digest."""
    return int.from_bytes(digest[4 * place : 4 * place + 4], "big")


def locale_of(values: Iterable[str]) -> str:
    """The country whose names most of the values hold, "" where too few tell."""
    known, counts = _locales_by_name(), Counter[str]()
    words = (word.casefold() for value in set(values) for word in value.replace(",", " ").split())
    for locales in filter(None, map(known.get, words)):
        # A name that many countries know says little of any.
        counts.update(dict.fromkeys(locales, _ONE // len(locales)))
    best = max(counts, key=lambda locale: (counts[locale], locale), default="")
    return best if counts[best] >= FEWEST_TELLING * _ONE else ""


def locale_of_addresses(values: Iterable[str]) -> str:
    """The country whose word for a street most of the values hold, "" for an English or unknown one."""
    distinct, counts = {value.casefold() for value in values}, Counter[str]()
    for locale, (words, _) in _STREETS.items():
        counts[locale] = sum(any(word in value for word in words) for value in distinct)
    best = max(counts, key=lambda locale: (counts[locale], locale))
    return best if counts[best] >= FEWEST_TELLING and 2 * counts[best] > len(distinct) else ""


def locale_of_street(address: str) -> str:
    """The locale whose word for a street one address holds, "" for an unknown or a doubtful one.

    >>> locale_of_street("Lindenstraße 14"), locale_of_street("27 Harewood Lane"), locale_of_street("Box 7")
    ('de_DE', 'en_US', '')
    """
    folded = f"{address.casefold()} "
    told = [locale for locale, (words, _) in _STREETS.items() if any(word in folded for word in words)]
    if _ENGLISH.search(folded):
        return "" if told and not folded[0].isdigit() else "en_US"
    return told[0] if len(told) == 1 else ""


def locale_of_name(name: str, other: str = "") -> str:
    """The locale of one name in Latin letters: the `other` (that of the text), unless another locale's lists know all
    words of it and the other's know none.
    """
    words = name.replace(",", " ").casefold().split()
    if other and any(word in _folded_names_in(other) for word in words):
        return other
    known, counts = _locales_by_name(), Counter[str]()
    for word in words:
        locales = known.get(word, ())
        counts.update(dict.fromkeys(locales, _ONE // max(1, len(locales))))
    best = max(counts, key=lambda locale: (counts[locale], locale), default=other)
    if other and not all(best in known.get(word, ()) for word in words):
        return other
    return "en_US" if best == "en_GB" else best


@cache
def _folded_names_in(locale: str) -> frozenset[str]:
    return frozenset(map(str.casefold, frozenset[str].union(*_names_in(locale))))


def town_of(digest: bytes, locale: str = "") -> str:
    """A town that is nobody's home."""
    endings = _TOWNS.get(locale, _TOWN_ENDINGS)
    return person_of(digest, locale).last + endings[number(digest, 2) % len(endings)]


def street_of(digest: bytes, locale: str = "") -> str:
    """A house in a street, as the country writes it."""
    name, house = person_of(digest, locale).last, 1 + number(digest, 3) % 199
    if locale in _STREETS:
        return _STREETS[locale][1].format(name=name, number=house)
    return f"{house} {name} {_ENGLISH_STREETS[number(digest, 2) % len(_ENGLISH_STREETS)]}"


@cache
def _pools(locale: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """First and last names, sorted so that every process draws alike."""
    lists = [_names_in(one) for one in ((locale,) if locale else LOCALES)]
    first, last = (frozenset[str].union(*names) for names in zip(*lists, strict=True))
    every = _pools("")[1] if locale and len(last) < FEWEST_TELLING else ()
    return tuple(sorted(first)), every or tuple(sorted(last))


@cache
def _names_in(locale: str) -> tuple[frozenset[str], frozenset[str]]:
    factory = Faker(locale).factories[0]
    provider = next(p for p in factory.get_providers() if type(p).__module__.startswith("faker.providers.person"))
    first, last, *more = (
        frozenset(filter(_is_word, map(_written, getattr(provider, name, ()))))
        for name in ("first_names", "last_names", "unisex_last_names", "male_last_names")
    )
    # Where surnames have genders the list of all of them is short.
    return first, last if len(last) >= FEWEST_TELLING else last.union(*more)


def _is_word(name: str) -> bool:
    """Letters alone, with the marks that some scripts write vowels by."""
    return bool(name) and all(unicodedata.category(sign)[0] in "LM" for sign in name)


def _written(name: object) -> str:
    """A name of a list; some lists give it with its reading."""
    return name if isinstance(name, str) else str(next(iter(name)))  # type: ignore[call-overload]


@cache
def _locales_by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for locale in (*LOCALES, *_OTHER_SCRIPTS):
        for name in frozenset[str].union(*_names_in(locale)):
            found.setdefault(name.casefold(), []).append(locale)
    return {name: tuple(locales) for name, locales in found.items()}
