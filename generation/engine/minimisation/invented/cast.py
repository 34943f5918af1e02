"""The people whom the texts of one record speak of, each with one invented person, however they are called: by the
whole name, the surname or the first name alone, initials, or an address or login with the name in it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from generation.engine.minimisation.invented.homes import locale_of_letters, script_of
from generation.engine.minimisation.invented.people import Person, locale_of_name, person_of
from generation.engine.minimisation.invented.surrogates import cased_like, name_digest
from generation.engine.pii.entities import EMAIL, PERSON, USERNAME, word_set
from generation.engine.pii.gazetteer import gazetteer

_WORD = re.compile(r"[^\s\d,.;:()<>\"_/@]+")
_TOKEN = re.compile(r"[a-z]+")
_TITLES = word_set(
    """mr mrs ms miss mx dr prof sir madam mme mlle m herr frau señor señora sr sra herrn hr fr rev mgr ing pan pani
    signor signora sig dott dott.ssa dhr mevr"""
)
# In these a name stands without spaces, the surname first.
_SURNAME_FIRST = frozenset({"ja_JP", "zh_CN", "ko_KR"})
_UNSPACED = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,7}")
_LONG_SURNAMES = word_set("欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 司徒 皇甫 尉迟 남궁 황보 제갈 선우 독고")
_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae", "ł": "l"})
_SHORTEST_PART = 3
_TRIES = 8


@dataclass(frozen=True, slots=True)
class Member:
    """One person: each folded word of the name with the word that stands for it, and who stands for the whole."""

    parts: Mapping[str, str]
    who: Person


@dataclass(slots=True)
class Cast:
    """Who is spoken of in one record, in the order of entering; `locale` is that of its texts."""

    key: bytes
    locale: str = ""
    members: list[Member] = field(default_factory=list)

    def enter(self, own: Mapping[str, str], given: Mapping[str, str], found: Iterable[tuple[str, str]]) -> None:
        """The record's `own` names and those `given` elsewhere in the table, with what stands for them; then whole
        names, then those that addresses hold.
        """
        if named := {old: new for old, new in own.items() if old.isalpha() and new.isalpha()}:
            words = list(named.values())
            self.members.append(Member(named, Person(words[0], words[-1])))
        told = list(dict.fromkeys(found))
        for entity, name in told:
            parts = name_parts(name) if entity == PERSON else []
            if len(parts) < 2 or (min(map(len, parts)) < 2 and name.isascii()):
                continue
            made = name_words(given.get(name.casefold(), ""))
            if len(made) == len(parts):
                self.members.append(Member(dict(zip(parts, made, strict=True)), Person(made[0], made[-1])))
            elif not made and self._of(name, parts) is None:
                self._new(name, parts, is_surname=False)
        for entity, address in told:
            if entity in {EMAIL, USERNAME} and address.casefold() not in given:
                self.who(address)

    def name(self, found: str, *, is_surname: bool = False) -> str:
        """What a name becomes; `is_surname` says that a title stands before it."""
        parts = name_parts(found)
        if not parts:
            return cased_like(self._invented(found, ()).first, found)
        member = self._of(found, parts) or self._new(found, parts, is_surname=is_surname)
        return _said(found, parts, member)

    def who(self, address: str) -> Person | None:
        """Whom an e-mail address or a login is of, None where it holds no name."""
        tokens = _TOKEN.findall(_latin(address.partition("@")[0]))
        for member in self.members:
            if _is_named_by(tokens, member):
                return member.who
        if len(tokens) < 2 or min(map(len, tokens)) < 2:
            return None
        return self._new(" ".join(tokens), tokens, is_surname=False).who

    def _of(self, name: str, parts: Sequence[str]) -> Member | None:
        """The last one who entered and may be called so."""
        for member in reversed(self.members):
            if name.casefold() in member.parts or _fits(parts, member):
                return member
        return None

    def _new(self, name: str, parts: Sequence[str], *, is_surname: bool) -> Member:
        who = self._invented(name, parts)
        given = _given_words(name, parts, is_surname=is_surname)
        words = {part: who.first if at in given else who.last for at, part in enumerate(parts)}
        self.members.append(Member(words, who))
        return self.members[-1]

    def _invented(self, name: str, parts: Sequence[str]) -> Person:
        """Drawn by key and name alone, and none of its own words."""
        locale = locale_of_letters(name, self.locale) or locale_of_name(" ".join(parts), self.locale)
        digest = name_digest(name, self.key)
        for _ in range(_TRIES):
            who = person_of(digest, locale)
            if not {who.first.casefold(), who.last.casefold()} & {*parts, name.casefold()}:
                break
            digest = hashlib.sha256(digest).digest()
        return who


def name_parts(name: str) -> list[str]:
    """The folded words of a name without titles.

    >>> name_parts("Mr O'Neil, Ann-Marie"), name_parts("山田太郎"), name_parts("김민수")
    (["o'neil", 'ann-marie'], ['山田', '太郎'], ['김', '민수'])
    """
    words = [word.casefold() for word in name_words(name)]
    return [word for word in words if word not in _TITLES] or words


def name_words(name: str) -> list[str]:
    """The words of a name as they stand; one without spaces is taken apart behind its surname."""
    words = _WORD.findall(name)
    if len(words) == 1 and _UNSPACED.fullmatch(words[0]):
        cut = _surname_length(words[0])
        return [words[0][:cut], words[0][cut:]] if cut < len(words[0]) else words
    return words


def _surname_length(name: str) -> int:
    """How many signs of an East Asian name are the surname: one, or two in Japan and in a few long Chinese ones."""
    if name[:2] in _LONG_SURNAMES:
        return 2
    listed = gazetteer().last
    if len(name) > 3 and not re.search(r"[\uac00-\ud7a3]", name):
        return 2  # four ideographs are a Japanese name, or one of the long surnames
    if len(name) == 2:
        return 2 if name in listed else 1
    return 2 if name[:2] in listed and name[:1] not in listed else 1


def _given_words(name: str, parts: Sequence[str], *, is_surname: bool) -> range:
    """Which words of a name are first names."""
    last, words = len(parts) - 1, gazetteer()
    if last == 0:
        is_family = is_surname or (parts[0] in words.last and parts[0] not in words.first)
        return range(0) if is_family else range(1)
    if "," in name or script_of(name) in _SURNAME_FIRST:
        return range(1, last + 1)
    count = 1
    while count < last and parts[count] in words.first and parts[count] not in words.last:
        count += 1
    return range(count)


def _fits(parts: Sequence[str], member: Member) -> bool:
    """Whether each word is one of the member's, or an initial of one; a single initial names nobody."""
    whole = [part for part in parts if part in member.parts]
    initials = [part for part in parts if len(part) == 1 and part.isascii() and part not in member.parts]
    if len(whole) + len(initials) < len(parts) or (not whole and len(initials) < 2):
        return False
    return all(any(own.startswith(one) for own in member.parts) for one in initials)


def _said(found: str, parts: Sequence[str], member: Member) -> str:
    """The found name word for word in the member's words, each said once; titles and signs stay."""
    if len(parts) > 1 and len(_WORD.findall(found)) == 1:
        return "".join(dict.fromkeys(_word(part, member) for part in parts))
    made, end, before = "", 0, ""
    for match in _WORD.finditer(found):
        folded = match.group().casefold()
        word = _word(folded, member) if folded in parts else match.group()
        if word != before:
            made += found[end : match.start()] + (cased_like(word, found) if folded in parts else word)
        end, before = match.end(), word
    return made + found[end:]


def _word(part: str, member: Member) -> str:
    """What stands for a word, or for an initial."""
    if part in member.parts:
        return member.parts[part]
    return next((new[:1] for own, new in member.parts.items() if own.startswith(part)), part)


def _latin(text: str) -> str:
    """Small letters that any mailbox takes."""
    return "".join(filter(str.isascii, unicodedata.normalize("NFKD", text.casefold())))


def _forms(name: str) -> list[str]:
    """How a name is written in an address: without marks, or with the letters that stand for them."""
    return sorted(filter(None, {_latin(name), _latin(name.translate(_DIGRAPHS))}))


def _is_named_by(tokens: Sequence[str], member: Member) -> bool:
    """Whether the words of an address or login are those of a member: two names of it, or nothing but names of it."""
    own = [form for name in member.parts for form in _forms(name)]
    long = [part for part in own if len(part) >= _SHORTEST_PART]
    if sum(any(form in tokens for form in _forms(name)) for name in member.parts) > 1:
        return True
    return any(part in tokens or _holds(tokens, part) for part in long) and all(_is_of(token, own) for token in tokens)


def _holds(tokens: Sequence[str], part: str) -> bool:
    return any(token.startswith(part) or token.endswith(part) for token in tokens)


def _is_of(token: str, own: Sequence[str]) -> bool:
    """Whether a word is made of names and their first letters alone."""
    if not token:
        return True
    starts = [part for part in own if token.startswith(part)] + [part[0] for part in own if token[0] == part[0]]
    return any(_is_of(token[len(start) :], own) for start in starts)
