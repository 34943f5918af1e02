"""Values that have a form: Presidio's pattern recognizers without its model, and what they lack.

Presidio's own analyzer is bypassed: its context boost needs a language model's lemmas, its e-mail recognizer downloads
a list of domains, and its phone recognizer costs 2 ms a text. Its forms and checks are taken from its recognizers and
asked one by one, each only about stretches of a length that it can read, and boosted by the words before the value or
in the column's label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import presidio_analyzer.predefined_recognizers as presidio
from presidio_analyzer import PatternRecognizer

from generation.engine.pii.entities import CARD, EMAIL, IBAN, MINIMUM_SCORE, URL, Span, word_set
from generation.engine.pii.labels import words_in
from generation.engine.pii.numbered import is_number_of_thing
from generation.engine.pii.patterns.forms import EMAIL_FORM, URL_FORM, find_cards, find_ibans, is_iban, is_luhn
from generation.engine.pii.patterns.further_ids import FURTHER_IDS
from generation.engine.pii.patterns.national_ids import NATIONAL_IDS, NationalId, plain
from generation.engine.pii.patterns.phones import find_phones
from generation.engine.pii.patterns.reading import UNSPACED, Reading

# Presidio's own constants: LemmaContextAwareEnhancer's boost and its floor for a value in context.
CONTEXT_BOOST = 0.35
CONTEXT_FLOOR = 0.4
CERTAIN = 1.0

# Six digits or more with the usual separators, or a code that mixes letters and digits: nothing numbered is shorter.
# Up to four letters before it and two after it may belong to it.
_NUMBERED = re.compile(
    r"(?:(?<!\w)[A-Za-z]{1,4}[ -]?)?(?<!\d)\d(?:[\s().\-+/]{0,2}\d){5,}(?:[ -]?[A-Za-z]{1,2}(?!\w))?"
    r"|\b(?=\w*\d)(?=\w*[A-Za-z])\w{5,}(?:-\w+)*\b"
)
_DATED = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[-/.\s][A-Za-z]{3,9}[-/.\s]\d{2,4}")
_DOTTED = re.compile(
    r"\d{1,3}\.\d{1,3}\.\d{1,3}\.|[0-9a-fA-F]{1,4}:[0-9a-fA-F]{0,4}:|[0-9A-Fa-f]{2}[-:][0-9A-Fa-f]{2}[-:]"
)
_INNER_DOT = re.compile(r"[^\W_][.:](?:[^\W_]|//)")
_UNSPACED = re.compile(f"[{UNSPACED}\uac00-\ud7a3]")
_CONTEXT_WORDS = re.compile(r"[^\W_]+")
_LATIN_WORDS = re.compile(f"[^\\W_{UNSPACED}\uac00-\ud7a3]+")
_IBAN_FORM = re.compile(r"[A-Za-z]{2}[ -]?\d{2}(?:[ -]?[A-Za-z0-9]){11,30}")
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){11,18}(?!\d)")
_NETWORKS = frozenset("23456")  # first digits of cards that people carry
_CARD_WORDS = word_set("card charge charged visa mastercard maestro amex jcb discover credit debit cc payment pay paid")
_CONTEXT_CHARACTERS = 48
_FEWEST_DIGITS, _FEWEST_DATED = 6, 3  # of a phone number, of a date
_EXPLAINED = 0.7

DIGITS, LETTERS = "digits", "letters"
# How many letters and digits a recognizer's values have, and whether there are letters among them.
_READS: dict[str, tuple[int, int, str]] = {
    "AuMedicareRecognizer": (10, 10, DIGITS),
    "AuTfnRecognizer": (9, 9, DIGITS),
    "CaSinRecognizer": (9, 9, DIGITS),
    "CreditCardRecognizer": (12, 19, DIGITS),
    "CryptoRecognizer": (26, 62, LETTERS),
    "DeIdCardRecognizer": (9, 9, LETTERS),
    "DeTaxIdRecognizer": (11, 11, DIGITS),
    "EsNieRecognizer": (8, 10, LETTERS),
    "EsNifRecognizer": (8, 9, LETTERS),
    "FiPersonalIdentityCodeRecognizer": (10, 11, LETTERS),
    "InAadhaarRecognizer": (12, 12, DIGITS),
    "InPanRecognizer": (10, 10, LETTERS),
    "ItFiscalCodeRecognizer": (16, 16, LETTERS),
    "KrRrnRecognizer": (13, 13, DIGITS),
    "MedicalLicenseRecognizer": (9, 9, LETTERS),
    "NhsRecognizer": (10, 10, DIGITS),
    "PlPeselRecognizer": (11, 11, DIGITS),
    "SePersonnummerRecognizer": (10, 12, DIGITS),
    "SgFinRecognizer": (9, 9, LETTERS),
    "ThTninRecognizer": (13, 13, DIGITS),
    "TrNationalIdRecognizer": (11, 11, DIGITS),
    "UkNinoRecognizer": (8, 9, LETTERS),
    "UkPassportRecognizer": (9, 9, LETTERS),
    "UsBankRecognizer": (8, 17, DIGITS),
    "UsItinRecognizer": (9, 9, DIGITS),
    "UsLicenseRecognizer": (4, 17, ""),
    "UsMbiRecognizer": (11, 11, LETTERS),
    "UsNpiRecognizer": (10, 10, DIGITS),
    "UsPassportRecognizer": (9, 9, ""),
    "UsSsnRecognizer": (9, 9, DIGITS),
    "ZaIdNumberRecognizer": (13, 13, DIGITS),
}
# Words that Presidio lacks for what it knows.
_MORE_CONTEXT = {"UsLicenseRecognizer": ("licence", "dl"), "UsPassportRecognizer": ("pass",)}
# One check digit passes one random number in ten: in a column of plain codes a small share of hits is chance.
CHANCE_ENTITIES = word_set(
    "UK_NHS CA_SIN DE_TAX_ID IN_AADHAAR AU_TFN AU_MEDICARE US_NPI PL_PESEL ZA_ID_NUMBER TR_NATIONAL_ID TH_TNIN "
    "CREDIT_CARD PHONE_NUMBER US_SSN US_ITIN US_BANK_NUMBER US_DRIVER_LICENSE SE_PERSONNUMMER KR_RRN BR_CPF "
    "MEDICAL_LICENSE DE_ID_CARD NL_BSN BE_NRN NO_FNR PT_NIF CL_RUT AR_CUIT CZ_RC IE_PPS RO_CNP FR_NIR CH_AHV "
    "VIN GR_AFM GR_AMKA DK_CPR BG_EGN HR_OIB SI_EMSO EE_IK IS_KENNITALA AT_SVNR DE_RVNR IL_ID PL_NIP RU_SNILS RU_INN "
    "UA_RNOKPP JP_MY_NUMBER TW_ID AE_EID SA_ID IR_CODE_MELLI EC_CEDULA NZ_IRD MY_NRIC"
)


@dataclass(frozen=True, slots=True)
class Recognizer:
    """Forms with their scores, a check (True: certain, False: it is none, None: no more than the form), and words."""

    entity: str
    forms: tuple[tuple[re.Pattern[str], float], ...]
    check: Callable[[str], bool | None]
    context: frozenset[str]
    can_be_certain: bool = True
    # Words of scripts without spaces, which stand inside what looks like one word.
    phrases: tuple[str, ...] = ()

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether one of the forms stands in a stretch of the text: hardly any does, and this costs the least."""
        for form, _ in self.forms:  # noqa: SIM110 - a generator costs as much as the search
            if form.search(text, start, end):
                return True
        return False

    def find(self, text: str, label: frozenset[str], start: int, end: int) -> Iterator[Span]:
        """Spans in a stretch of the text, with context already counted."""
        for form, base in self.forms:
            # A word for it may open the stretch itself: "SSN 536228745".
            if base < MINIMUM_SCORE and not self.can_be_certain and not self.is_spoken_for(text, start, end, label):
                continue
            for hit in form.finditer(text, start, end):
                checked = self.check(hit.group())
                if checked is False:
                    continue
                score = CERTAIN if checked else self._score(base, text, hit.start(), label)
                if score >= MINIMUM_SCORE:
                    yield Span(self.entity, hit.start(), hit.end(), score)

    def _score(self, score: float, text: str, start: int, label: frozenset[str]) -> float:
        if not self.is_spoken_for(text, start, start, label):
            return score
        return max(min(1.0, score + CONTEXT_BOOST), CONTEXT_FLOOR)

    @property
    def speaks_for_itself(self) -> bool:
        """Whether chance hardly ever passes its form and check, or missing one would cost more than a false alarm."""
        return self.entity == CARD or (self.can_be_certain and self.entity not in CHANCE_ENTITIES)

    def is_spoken_for(self, text: str, start: int, end: int, label: frozenset[str]) -> bool:
        """Whether the label, or the words before a stretch or in it, name this kind of number."""
        before = text[max(0, start - _CONTEXT_CHARACTERS) : end].casefold()
        near = _CONTEXT_WORDS.findall(before)
        is_near = not self.context.isdisjoint(near) or any(phrase in before for phrase in self.phrases)
        return is_near or not self.context.isdisjoint(label)


def _of_presidio(name: str) -> Recognizer:
    pattern: PatternRecognizer = getattr(presidio, name)()
    flags = re.IGNORECASE | re.MULTILINE | re.DOTALL
    forms = tuple((re.compile(one.regex, flags), float(one.score)) for one in pattern.patterns)

    def check(found: str) -> bool | None:
        if pattern.invalidate_result(found):
            return False
        said = pattern.validate_result(found)
        return said if said is None else bool(said)

    phrases = [*(pattern.context or ()), *_MORE_CONTEXT.get(name, ())]
    is_checked = type(pattern).validate_result is not PatternRecognizer.validate_result
    return Recognizer(pattern.supported_entities[0], forms, check, _words_of(phrases), is_checked)


def _of_ours(one: NationalId) -> Recognizer:
    # A number may stand right behind a word of a script without spaces: only Latin letters and digits belong to it.
    forms = ((re.compile(one.form, re.IGNORECASE | re.ASCII), one.score),)
    return Recognizer(
        one.entity,
        forms,
        lambda found: None if one.check(plain(found)) else False,
        _words_of(one.context),
        one.is_checked,
        tuple(phrase for phrase in one.context if _UNSPACED.search(phrase)),
    )


def _words_of(phrases: tuple[str, ...] | list[str]) -> frozenset[str]:
    # Words of a text are compared as they stand, those of a label without their accents.
    context = {word for phrase in phrases for word in (*_CONTEXT_WORDS.findall(phrase.casefold()), *words_in(phrase))}
    return frozenset(context - {"number", "id", "no", "code", "card", "state", "of", "the", "us"})


@cache
def _numbered() -> tuple[tuple[Recognizer, int, int, str], ...]:
    ours = [(_of_ours(one), 7, 18, "") for one in (*NATIONAL_IDS, *FURTHER_IDS)]
    return (*((_of_presidio(name), *reads) for name, reads in _READS.items()), *ours)


@cache
def _dated() -> Recognizer:
    return _of_presidio("DateRecognizer")


@cache
def _dotted() -> tuple[Recognizer, ...]:
    return (_of_presidio("IpRecognizer"), _of_presidio("MacAddressRecognizer"))


@cache
def _by_entity() -> dict[str, tuple[Recognizer, ...]]:
    found: dict[str, list[Recognizer]] = {}
    for recognizer, *_ in _numbered():
        if recognizer.can_be_certain:
            found.setdefault(recognizer.entity, []).append(recognizer)
    return {entity: tuple(recognizers) for entity, recognizers in found.items()}


def validated_entities() -> frozenset[str]:
    """The kinds of number that carry a check of themselves."""
    return frozenset({*_by_entity(), CARD, IBAN})


def is_valid(text: str, entity: str, *, by_form_alone: bool = False) -> bool:
    """Whether a text is a number of this kind: it has the form, and passes the check unless that is not asked."""
    if entity == IBAN:
        return _IBAN_FORM.fullmatch(text) is not None and (by_form_alone or is_iban(text.replace("-", "")))
    if entity == CARD:
        return _CARD.fullmatch(text) is not None and (by_form_alone or is_luhn(text))
    return any(
        any(form.fullmatch(text) for form, _ in one.forms) and (by_form_alone or one.check(text) is not False)
        for one in _by_entity().get(entity, ())
    )


@lru_cache(maxsize=4_096)
def _readers(kinds: tuple[tuple[int, bool], ...]) -> tuple[Recognizer, ...]:
    """Who can read a stretch of neighbouring words, given the length of each and whether it has letters."""
    runs = set()
    for first in range(len(kinds)):
        length, letters = 0, False
        for size, has_letters in kinds[first : first + 8]:
            length, letters = length + size, letters or has_letters
            runs.add((length, LETTERS if letters else DIGITS))
    return tuple(
        recognizer
        for recognizer, low, high, kind in _numbered()
        if any(low <= length <= high and kind in ("", run) for length, run in runs)
    )


def find_patterns(reading: Reading, label: frozenset[str] = frozenset()) -> list[Span]:
    """Spans of e-mail, URL, phone, date, network, bank, card and national numbers; they may overlap."""
    text = reading.text
    if "@" in text and EMAIL_FORM.fullmatch(text):
        return [Span(EMAIL, 0, len(text), 1.0)]
    spans = list(_find_addresses(text))
    if not reading.has_digit or (reading.is_number and not label):
        return spans
    if reading.digits >= _FEWEST_DIGITS:
        spans.extend(find_phones(text, label))
    explained = [span for span in spans if span.score >= _EXPLAINED]
    spans.extend(Span(IBAN, first, last, CERTAIN) for first, last in find_ibans(text))
    spans.extend(Span(CARD, first, last, CERTAIN) for first, last in find_cards(text) if text[first] in _NETWORKS)
    for match in _NUMBERED.finditer(text):
        start, end = _whole_words(text, *match.span())
        # Numbers inside what is explained (an announced phone, an e-mail address) are not asked about.
        if not any(span.start <= start and end <= span.end for span in explained):
            spans.extend(_find_numbered(text, label, start, end))
    if reading.digits >= _FEWEST_DATED and _DATED.search(text):
        spans.extend(_dated().find(text, label, 0, len(text)))
    if (text.count(".") > 2 or text.count(":") > 1 or text.count("-") > 1) and _DOTTED.search(text):
        spans.extend(span for recognizer in _dotted() for span in recognizer.find(text, label, 0, len(text)))
    return spans


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    # A check sign may stand in brackets.
    return start, end + (text[end : end + 1] == ")" and "(" in text[start:end])


def _find_numbered(text: str, label: frozenset[str], start: int, end: int) -> Iterator[Span]:
    """What a stretch of letters and digits can be."""
    words = _LATIN_WORDS.findall(text[start:end])
    # The number of an order passes one check in ten: there only the words for a kind of number make it one.
    is_of_thing = is_number_of_thing(text, start, end)
    for recognizer in _readers(tuple((len(word), not word.isdigit()) for word in words)):
        if not recognizer.fits(text, start, end):
            continue
        if not is_of_thing or recognizer.speaks_for_itself or recognizer.is_spoken_for(text, start, end, label):
            yield from recognizer.find(text, label, start, end)
    yield from _cards(text, start, end)


def _cards(text: str, start: int, end: int) -> Iterator[Span]:
    """Numbers of the schemes and lengths that Presidio leaves out, such as 19 digits or Maestro's 12 (ISO/IEC 7812)."""
    for match in _CARD.finditer(text, start, end):
        announced = _CARD_WORDS.intersection(_CONTEXT_WORDS.findall(text[max(0, start - 48) : start].casefold()))
        if announced and is_luhn(match.group()):
            yield Span(CARD, match.start(), match.end(), 0.7)


def _find_addresses(text: str) -> Iterator[Span]:
    if "@" in text:
        yield from (Span(EMAIL, match.start(), match.end(), 1.0) for match in EMAIL_FORM.finditer(text))
    if _INNER_DOT.search(text):
        yield from (Span(URL, match.start(), match.end(), 0.6) for match in URL_FORM.finditer(text))
