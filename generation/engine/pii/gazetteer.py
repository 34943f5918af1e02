"""Names of people and places of many countries, from the lists that ship with Faker, folded for look-up.

Lists hold words that are names and ordinary words at once ("Will", "Page"): `ordinary` says which, so that a word of
that kind counts as a name only when the text around it says so.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import faker.providers.address
import faker.providers.person
from faker.providers.lorem.en_US import Provider as EnglishWords

from generation.engine.pii.entities import word_set

_PLACE_LISTS = ("cities", "city_names", "countries", "towns", "communities", "provinces", "regions", "states")
# What Faker's list of common English words lacks and support texts are full of.
_ORDINARY = word_set(
    """a an and are as at be been but by can could did do does for from had has have he her hi hello her his i if in is
    it its me mine my no not of off ok on or our ours please she so than thanks that the their them then there they this
    to us was we were what when where who why will with would yes you your dear regards sincerely cheers sir madam
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december sales account card bank order street road avenue apt suite company male female
    married single divorced widowed other unknown mark bill art rose grace drew max love major prince king queen earl
    christian german english french italian spanish polish russian american british european asian white black brown
    green gray grey gold silver summer winter north south east west center central lake park"""
)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Case-folded first names, last names and places (places may have several words)."""

    first: frozenset[str]
    last: frozenset[str]
    places: frozenset[str]
    place_starts: frozenset[str]
    ordinary: frozenset[str]

    def is_name(self, word: str) -> bool:
        """Whether a word is a listed first or last name and not an ordinary word."""
        folded = word.casefold()
        return folded not in self.ordinary and (folded in self.first or folded in self.last)

    def is_place(self, words: str) -> bool:
        """Whether the words are a listed place."""
        return words.casefold() in self.places


def _providers(package: ModuleType) -> Iterator[type]:
    for module in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{module.name}").Provider


def _words(provider: type, attribute: str) -> Iterator[str]:
    entries = getattr(provider, attribute, ())
    if isinstance(entries, (list, tuple, dict)):
        yield from (entry for entry in entries if isinstance(entry, str) and len(entry) > 1)


def _listed(package: ModuleType, prefixes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        word.casefold()
        for provider in _providers(package)
        for attribute in dir(provider)
        if attribute.startswith(prefixes)
        for word in _words(provider, attribute)
    )


@cache
def gazetteer() -> Gazetteer:
    """The lists, read once per process (about half a second, 100,000 words)."""
    places = frozenset(p for p in _listed(faker.providers.address, _PLACE_LISTS) if re.match(r"\w", p))
    return Gazetteer(
        first=_listed(faker.providers.person, ("first_name", "first_romanized")),
        last=_listed(faker.providers.person, ("last_name", "last_romanized", "unisex_last", "male_last")),
        places=places,
        place_starts=frozenset(re.split(r"[\s-]", place)[0] for place in places),
        ordinary=_ORDINARY | {word.casefold() for word in EnglishWords.word_list},
    )
