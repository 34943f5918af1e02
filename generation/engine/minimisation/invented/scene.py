"""What the texts of one record say together, so that what is invented for one finding agrees with all others: where
they are from, and whom they speak of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generation.engine.minimisation.invented.cast import Cast
from generation.engine.minimisation.invented.homes import (
    Home,
    home_of,
    locale_of_letters,
    main_country,
    main_country_called,
)
from generation.engine.minimisation.invented.people import locale_of_street
from generation.engine.minimisation.invented.phones import fictional_phone
from generation.engine.minimisation.invented.postcodes import invented_postcode
from generation.engine.minimisation.invented.surrogates import Look, keyed_digest, surrogate_of, surrogates
from generation.engine.minimisation.treatments import SurrogateStyle
from generation.engine.pii.entities import ADDRESS, EMAIL, LOCATION, PERSON, PHONE, POSTCODE, USERNAME, Span, word_set
from generation.engine.pii.patterns.phones import dialled_at_home
from generation.engine.pii.patterns.presidio import validated_entities

Read = Sequence[tuple[str, Sequence[Span]]]

_STYLES = {
    EMAIL: SurrogateStyle.EMAIL,
    PHONE: SurrogateStyle.PHONE,
    ADDRESS: SurrogateStyle.ADDRESS,
    LOCATION: SurrogateStyle.LOCATION,
    USERNAME: SurrogateStyle.LOGIN,
}
_TITLED = re.compile(
    r"(?i)\b(?:mrs?|ms|miss|dr|prof|herrn?|frau|mme|mlle|madame|monsieur|m|se[ñn]ora?|sra?|signora?|sig|pani?|dott)\.?\s+$"
)
_AMERICAN = re.compile(r"\(?[2-9]\d{2}\)?[ .-][2-9]\d{2}[ .-]\d{4}\b|555-\d{4}\b")
_STATES = word_set(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA "
    "RI SC SD TN TX UT VT VA WA WV WI WY"
)
_BEFORE_CHARACTERS = 12
_STREET_WORD = re.compile(r"stra(?:ß|ss)e|str\.|\bstreet\b|\bst\b\.?|\bavenue\b|\bave\b\.?|\broad\b|\brd\b\.?")


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a record's texts are from, whom they name, and the table's own values with what stands for them."""

    key: bytes
    home: Home
    cast: Cast
    given: Mapping[str, str]
    surnames: frozenset[str]
    whose: str

    @classmethod
    def of(
        cls, read: Read, key: bytes, *, whose: str, home: Home, given: Mapping[str, str], own: Mapping[str, str]
    ) -> Scene:
        """The scene of texts with their spans; `home` is where the column's texts are from as a rule.

        `whose` they are decides how far dates move. `given` maps folded values of the table to their surrogates, `own`
        the parts of this record's names.
        """
        found = [(span.entity, text[span.start : span.end]) for text, spans in read for span in spans]
        there = home_of("\n".join(text for text, _ in read), found).or_else(home)
        cast = Cast(key, there.locale)
        cast.enter(own, given, found)
        return cls(key, there, cast, {**own, **given}, frozenset(_titled(read)), whose)

    def surrogate(self, entity: str, found: str) -> str:
        """What is invented for a finding: the table's own value for it, or one of its kind, country and person."""
        if made := self.given.get(found.casefold()):
            return made.lower() if found.islower() else made
        if entity == PERSON:
            return self.cast.name(found, is_surname=found.casefold() in self.surnames)
        if entity == POSTCODE:
            return invented_postcode(found, keyed_digest(self.key, POSTCODE, _bare(found)))
        if entity == PHONE and (made := self._phone(found)):
            return made
        if entity == LOCATION and found in _STATES:
            return _state(keyed_digest(self.key, LOCATION, found), found)
        if entity in _STYLES:
            look = Look(_STYLES[entity], locale=self._locale(entity, found))
            who = self.cast.who(found) if entity in {EMAIL, USERNAME} else None
            return surrogate_of(found, _decisive(entity, found), look, self.key, who)
        is_checked = entity in validated_entities()
        style = SurrogateStyle.VALIDATED if is_checked else SurrogateStyle.CODE
        return surrogates([found], Look(style, entity=entity if is_checked else ""), self.key)[0]

    def _phone(self, found: str) -> str | None:
        country = main_country_called(found) or main_country(self.home) or ("US" if _AMERICAN.match(found) else "")
        digits = dialled_at_home(found).lstrip("0")
        return fictional_phone(found, keyed_digest(self.key, PHONE, digits), country) if country else None

    def _locale(self, entity: str, found: str) -> str:
        """What the words tell themselves comes before what the text does."""
        told = locale_of_street(found) if entity == ADDRESS else ""
        return locale_of_letters(found, self.home.locale) or told or self.home.locale


def _state(digest: bytes, found: str) -> str:
    """Another of the United States by its two letters."""
    others = sorted(_STATES - {found})
    return others[digest[0] % len(others)]


def _titled(read: Read) -> list[str]:
    """Names, folded, that a title stands before: alone they are surnames."""
    return [
        text[span.start : span.end].casefold()
        for text, spans in read
        for span in spans
        if span.entity == PERSON and _TITLED.search(text[max(0, span.start - _BEFORE_CHARACTERS) : span.start])
    ]


def _bare(found: str) -> str:
    return "".join(filter(str.isalnum, found.casefold()))


def _decisive(entity: str, found: str) -> str:
    """What is the same in all spellings of a value: "Lindenstr. 14" is "Lindenstraße 14"."""
    if entity == PHONE:
        return "".join(filter(str.isdecimal, found))
    return _bare(_STREET_WORD.sub("str", found.casefold())) if entity == ADDRESS else found.casefold()
