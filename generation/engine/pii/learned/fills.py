"""Texts to learn from: our own templates, filled with invented people, places and companies of many countries.

Every text comes with the label of each of its characters' spans. Names are made by Faker from a seed, in Latin script;
a share of the texts is written in small letters or in capitals, since people do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import faker
from faker.providers.lorem.en_US import Provider as EnglishWords

from generation.engine.pii.entities import (
    ADDRESS,
    AGE,
    CARD,
    DATE,
    EMAIL,
    IBAN,
    LOCATION,
    ORGANIZATION,
    PERSON,
    PHONE,
    POSTCODE,
    TITLE,
    URL,
)
from generation.engine.pii.learned import vocabulary as words

LOCALES = tuple(
    """en_US en_GB en_IN en_AU en_CA en_IE en_NZ de_DE de_AT de_CH fr_FR fr_CA es_ES es_MX es_AR it_IT nl_NL nl_BE sv_SE
    da_DK no_NO fi_FI pl_PL cs_CZ sk_SK sl_SI hr_HR hu_HU ro_RO pt_BR pt_PT tr_TR id_ID et_EE lt_LT lv_LV""".split()
)
_ENGLISH = 0.45  # the rest of the fills is spread over all locales
_LOWER, _UPPER = 0.30, 0.06
# Without it Faker's days would reach to today, and the same seed would give other texts tomorrow.
_LAST_DAY = date(2026, 1, 1)
_COMMON = tuple(EnglishWords.word_list)
_SLOT = re.compile(r"\{([A-Za-z]+)2?\}")


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its labelled spans (start, end, entity), in order and apart."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


class Filler:
    """Fills templates; the same seed gives the same texts, for the same version of Faker."""

    def __init__(self, seed: int, locales: tuple[str, ...] = LOCALES) -> None:
        self.random = Random(seed)
        self._fakes = [faker.Faker(locale) for locale in locales]
        self.english = faker.Faker("en_US")
        for place, fake in enumerate([*self._fakes, self.english]):
            fake.seed_instance(seed * 1_000 + place)

    def fill(self, template: str, *, as_written: bool = False) -> Example:
        """One text of a template; `as_written`: never all in small letters or capitals."""
        english = self.random.random() < _ENGLISH
        fake = self._fakes[self.random.randrange(min(7, len(self._fakes)) if english else len(self._fakes))]
        parts: list[str] = []
        spans: list[tuple[int, int, str]] = []
        end = length = 0
        for slot in _SLOT.finditer(template):
            parts.append(template[end : slot.start()])
            length += len(parts[-1])
            value, entity = self._value(slot.group(1), fake)
            if entity:
                spans.append((length, length + len(value), entity))
            parts.append(value)
            length += len(value)
            end = slot.end()
        text = "".join([*parts, template[end:]])
        return Example(text, tuple(spans)) if as_written else self._cased(text, tuple(spans))

    def _cased(self, text: str, spans: tuple[tuple[int, int, str], ...]) -> Example:
        chance = self.random.random()
        lowered, raised = text.lower(), text.upper()
        if chance < _LOWER and len(lowered) == len(text):
            return Example(lowered, spans)
        if chance > 1 - _UPPER and len(raised) == len(text):
            return Example(raised, spans)
        return Example(text, spans)

    def _value(self, slot: str, fake: faker.Faker) -> tuple[str, str | None]:
        entity, make = _SLOTS[slot.casefold()]
        value = make(self, fake)
        if slot[0].isupper():
            value = value.capitalize()
        return value, entity

    def pick(self, *choices: str) -> str:
        """One of them."""
        return self.random.choice(choices)

    def name(self, fake: faker.Faker) -> str:
        """A full name in one of the ways people write it."""
        first, last = self.first(fake), self.last(fake)
        chance = self.random.random()
        if chance < 0.70:
            return f"{first} {last}"
        if chance < 0.78:
            return f"{first} {self.first(fake)[0]}. {last}"
        if chance < 0.84:
            return f"{first} {self.first(fake)} {last}"
        if chance < 0.90:
            return f"{first[0]}. {last}"
        return f"{first} {last}-{self.last(fake)}" if chance < 0.93 else f"{first} {last}"

    def first(self, fake: faker.Faker) -> str:
        """A given name, three in ten of them such that no list knows it."""
        chance = self.random.random()
        if chance < 0.15:
            return self._syllables()
        return (
            self._blend(str(fake.first_name()), self.any_fake().first_name())
            if chance < 0.30
            else str(fake.first_name())
        )

    def last(self, fake: faker.Faker) -> str:
        """A family name, four in ten of them such that no list knows it."""
        chance = self.random.random()
        if chance < 0.20:
            return self._syllables()
        return (
            self._blend(str(fake.last_name()), self.any_fake().last_name()) if chance < 0.40 else str(fake.last_name())
        )

    def any_fake(self) -> faker.Faker:
        """The maker of values of one of the countries."""
        return self.random.choice(self._fakes)

    def _blend(self, one: str, other: str) -> str:
        """The beginning of one and the end of another."""
        return one[: max(2, len(one) // 2)] + other[len(other) // 2 :].lower()

    def _syllables(self) -> str:
        return "".join(self.pick(*words.SYLLABLES) for _ in range(self.random.choice((2, 2, 3)))).capitalize()

    def street(self, fake: faker.Faker) -> str:
        """A street address as written in the country of the fake."""
        chance = self.random.random()
        if chance < 0.45:
            return str(fake.street_address()).replace("\n", ", ")
        number = str(self.random.randrange(1, self.random.choice((99, 999, 9999))))
        name = self.pick(self._syllables(), str(fake.last_name()), self.pick(*words.STREET_NAMES))
        if chance < 0.65:
            return f"{number} {name} {self.pick(*words.STREETS)}"
        if chance < 0.72:
            return f"{number} {name} {self.pick(*words.STREETS)} {self.unit(fake)}"
        if chance < 0.80:
            return f"{number} {self.pick(*words.STREETS_FIRST)} {self.pick('', 'de ', 'du ', 'de la ', 'della ')}{name}"
        if chance < 0.88:
            street = f"{self.pick(*words.STREETS_FIRST)} {self.pick('', 'de ', 'del ', 'da ')}{name}"
            return f"{street}{self.pick(' ', ', ')}{number}"
        if chance < 0.94:
            return f"{name}{self.pick(*words.STREET_ENDINGS)} {number}{self.pick('', '', 'a', ' b')}"
        return f"{number} {self.random.randrange(1, 99)} {name} {self.pick(*words.STREETS)}"

    def unit(self, fake: faker.Faker) -> str:
        """A flat or suite."""
        number = self.random.randrange(1, 999)
        return f"{self.pick('Apt.', 'Apt', 'Suite', 'Unit', 'Flat', '#', 'Floor', 'Room')} {number}"

    def city(self, fake: faker.Faker) -> str:
        """A town of the country, one of the world's, or one that no list knows."""
        chance = self.random.random()
        if chance < 0.35:
            return self.pick(*words.CITIES)
        if chance < 0.55:
            return self.pick(*words.TOWN_STARTS) + self.pick(" ", "") + self._syllables() + self.pick(*words.TOWN_ENDS)
        if chance < 0.70:
            return self._blend(str(fake.city()), str(self.any_fake().city()))
        return str(fake.city())

    def state(self, fake: faker.Faker) -> str:
        """A state or region, one in two of them as its code."""
        return self.pick(*words.STATE_CODES) if self.random.random() < 0.5 else self.pick(*words.STATES)

    def company(self, fake: faker.Faker) -> str:
        """A company, club, school or office."""
        chance = self.random.random()
        if chance < 0.25:
            return str(fake.company())
        if chance < 0.45:
            return self.pick(*words.COMPANIES)
        name = self.pick(self._syllables(), str(fake.last_name()), self.pick(*words.COMPANY_WORDS))
        if chance < 0.75:
            return f"{name} {self.pick(*words.COMPANY_ENDS)}"
        if chance < 0.88:
            return f"{self.pick(*words.INSTITUTES)} {self.city(fake)}"
        return f"{self.city(fake)} {self.pick(*words.INSTITUTE_ENDS)}"

    def plain(self, fake: faker.Faker) -> str:
        """Ordinary words in no order."""
        return " ".join(self.pick(*words.EVERYDAY, *_COMMON) for _ in range(self.random.randrange(1, 6)))

    def digits(self, low: int, high: int) -> str:
        """Some digits."""
        return "".join(self.pick(*"0123456789") for _ in range(self.random.randrange(low, high + 1)))

    def date(self, fake: faker.Faker) -> str:
        """A day, written anyhow."""
        return str(
            fake.date(self.pick("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%y", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y", "%b %d"))
        )


_Maker = Callable[[Filler, faker.Faker], str]


def _word(*choices: str) -> tuple[None, _Maker]:
    return None, lambda filler, _: filler.pick(*choices)


_SLOTS: dict[str, tuple[str | None, _Maker]] = {
    "name": (PERSON, Filler.name),
    "first": (PERSON, Filler.first),
    "last": (PERSON, Filler.last),
    "street": (ADDRESS, Filler.street),
    "unit": (ADDRESS, Filler.unit),
    "city": (LOCATION, Filler.city),
    "state": (LOCATION, Filler.state),
    "country": (LOCATION, lambda filler, _: filler.pick(*words.COUNTRIES)),
    "zip": (POSTCODE, lambda filler, fake: str(fake.postcode())),
    "org": (ORGANIZATION, Filler.company),
    "title": (
        TITLE,
        lambda filler, _: filler.pick("Mr", "Mrs", "Ms", "Mr.", "Mrs.", "Ms.", "Dr", "Dr.", "Prof.", "Professor"),
    ),
    "phone": (PHONE, lambda filler, fake: str(fake.phone_number())),
    "email": (EMAIL, lambda filler, fake: str(fake.ascii_email())),
    "login": (None, lambda filler, fake: str(fake.user_name())),
    "url": (URL, lambda filler, fake: str(fake.url())),
    "iban": (IBAN, lambda filler, fake: str(fake.iban())),
    "card": (CARD, lambda filler, fake: str(fake.credit_card_number())),
    "number": (None, lambda filler, _: filler.pick("", "", "#", "A", "INV-") + filler.digits(2, 10)),
    "money": (None, lambda filler, _: filler.pick("$", "€", "£", "USD ", "") + filler.digits(2, 4)),
    "percent": (None, lambda filler, _: filler.digits(1, 2) + filler.pick("%", " percent", " per cent")),
    "age": (AGE, lambda filler, _: str(filler.random.randrange(1, 99))),
    "date": (DATE, Filler.date),
    "day": _word("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "thing": _word(*words.THINGS, *words.EVERYDAY[::2]),
    "words": (None, Filler.plain),
    "phrase": (None, lambda filler, fake: str(filler.english.catch_phrase())),
    "verb": _word(*words.VERBS),
    "adjective": _word(*words.ADJECTIVES),
    "colour": _word("red", "green", "blue", "black", "white", "grey", "yellow"),
    "job": (None, lambda filler, _: filler.pick(filler.pick(*words.JOBS), str(filler.english.job()))),
    "nationality": _word(*words.NATIONALITIES),
    "quote": _word("We will see", "It is what it is", "Nobody knows yet", "This was a good year", "I did not do it"),
}


def templates() -> tuple[str, ...]:
    """Our own templates."""
    lines = (Path(__file__).parent / "templates.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.replace("\\n", "\n") for line in lines if line and not line.startswith("#"))


def fills(count: int, seed: int) -> Iterator[Example]:
    """So many texts, each template as often as any other, give or take one."""
    filler = Filler(seed)
    order: list[str] = []
    for _ in range(count):
        if not order:
            order = list(templates())
            filler.random.shuffle(order)
        yield filler.fill(order.pop())
