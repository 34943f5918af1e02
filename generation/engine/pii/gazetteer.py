"""Names of people and places of many countries, from the lists that ship with Faker and libphonenumber, folded.

Lists hold words that are names and ordinary words at once ("Will", "Page"): `ordinary` says which, so that a word of
that kind counts as a name only when the text around it says so.
"""

from __future__ import annotations

import gc
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

from generation.engine.pii import built
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
# Names in some list, and in the messages of customers nearly always something else.
_STOP = word_set(
    """
    cash swift aud usd eur gbp cad chf jpy nzd sek nok dkk pln czk huf inr brl zar fee fees merchant edit cant
    dont wont isnt doesnt didnt wasnt couldnt wouldnt shouldnt havent hasnt arent werent im ive id ill youre
    youve youll theyre thats whats hows lets pls plz thx asap fyi btw faq pin atm app apps login logout url sms
    email mail visa mastercard amex debit credit top topup refund receipt invoice voucher coupon parcel courier
    parking ticket transfer iban bic balance loan mortgage wallet chip scan tap selfie passcode passport
    identity verify verified pending declined decline dispute auto auto-top daily weekly monthly annual rate
    rates cost costs limit max min total extra free sale sales deal deals buy seller buyer shop store stock size
    model brand unit units version update upgrade login user users admin support help desk team agent staff
    manager boss client customer guest member owner holder mom dad mum son daughter baby kid kids child wife
    husband brother sister uncle aunt grandma grandpa today tomorrow tonight yesterday morning noon evening
    night week month year mon tue wed thu fri sat sun lol omg wow yeah yep nope okay hmm haha ugh bro dude man
    guy girl boy lady sir miss madam made make making take taken give given gone going got need want like love
    hate hope wish see seen say said tell told ask asked call called came come done find found get long short
    high low big small same sure true real ready late early soon ago even ever never still yet also else both
    each many few any all some most more less very too here now once twice way ways lot lots bit part side end
    start line point page note rule case fact idea
    """
)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Case-folded first names, last names and places (places may have several words)."""

    first: frozenset[str]
    last: frozenset[str]
    places: frozenset[str]
    place_starts: frozenset[str]
    ordinary: frozenset[str]
    starts: frozenset[str]  # of anything listed

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
    """The lists, read once per process (about half a second, 140,000 words); shorter where none were built."""
    listed = _listed(faker.providers.address, _PLACE_LISTS) | built.lines(built.PLACES)
    places = frozenset(place for place in listed if re.match(r"\w", place))
    first = _listed(faker.providers.person, ("first_name", "first_romanized"))
    last = _listed(faker.providers.person, ("last_name", "last_romanized", "unisex_last", "male_last"))
    place_starts = frozenset(re.split(r"[\s-]", place)[0] for place in places)
    common = frozenset(word.casefold() for word in EnglishWords.word_list)
    read = Gazetteer(
        first=first,
        last=last,
        places=places,
        place_starts=place_starts,
        ordinary=_ORDINARY | _STOP | common | built.lines(built.ORDINARY),
        starts=frozenset(re.split(r"[\s'’.-]", name)[0] for name in first | last | place_starts),
    )
    # They stay for the life of the process: the garbage collector needs not walk them again and again.
    gc.collect()
    gc.freeze()
    return read
