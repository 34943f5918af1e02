"""Values that have a form: Presidio's pattern recognizers without its model, and what they lack.

Presidio's own analyzer is bypassed: its context boost needs a language model's lemmas, its e-mail recognizer downloads
a list of domains, and its phone recognizer costs 2 ms a text. Recognizers are called one by one, only on texts that
could hold their kind, and boosted by the words before the value or in the column's label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import presidio_analyzer.predefined_recognizers as presidio
from presidio_analyzer import PatternRecognizer

from generation.engine.pii.entities import EMAIL, URL, Span, word_set
from generation.engine.pii.forms import EMAIL_FORM, URL_FORM
from generation.engine.pii.labels import words_in
from generation.engine.pii.patterns.national_ids import BrazilianCpf, FrenchNir
from generation.engine.pii.patterns.phones import find_phones

# Presidio's own constants: LemmaContextAwareEnhancer's boost and its floor for a value in context.
CONTEXT_BOOST = 0.35
CONTEXT_FLOOR = 0.4
MINIMUM_SCORE = 0.4

# Six digits or more with the usual separators, or a code that mixes letters and digits: nothing numbered is shorter.
_NUMBERED = re.compile(r"\d(?:[\s().\-/]{0,2}\d){5,}|\b(?=\w*\d)(?=\w*[A-Za-z])\w{6,}\b")
_DATED = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[-/.\s][A-Za-z]{3,9}[-/.\s]\d{2,4}")
_DOTTED = re.compile(
    r"\d{1,3}\.\d{1,3}\.\d{1,3}\.|[0-9a-fA-F]{1,4}:[0-9a-fA-F]{0,4}:|[0-9A-Fa-f]{2}[-:][0-9A-Fa-f]{2}[-:]"
)
_CONTEXT_WORDS = re.compile(r"[^\W_]+")
_CONTEXT_CHARACTERS = 48
_CERTAIN = 0.7

_NUMBER_RECOGNIZERS = word_set(
    "CreditCardRecognizer IbanRecognizer CryptoRecognizer UsSsnRecognizer UsItinRecognizer UsPassportRecognizer "
    "UsBankRecognizer UsMbiRecognizer UsNpiRecognizer MedicalLicenseRecognizer UkNinoRecognizer NhsRecognizer "
    "UkPassportRecognizer CaSinRecognizer EsNifRecognizer EsNieRecognizer ItFiscalCodeRecognizer PlPeselRecognizer "
    "FiPersonalIdentityCodeRecognizer SePersonnummerRecognizer DeTaxIdRecognizer DeIdCardRecognizer InPanRecognizer "
    "InAadhaarRecognizer AuTfnRecognizer AuMedicareRecognizer SgFinRecognizer KrRrnRecognizer ZaIdNumberRecognizer "
    "TrNationalIdRecognizer ThTninRecognizer UsLicenseRecognizer"
)
# One check digit passes one random number in ten: in a column of plain codes a small share of hits is chance.
CHANCE_ENTITIES = word_set(
    "UK_NHS CA_SIN DE_TAX_ID IN_AADHAAR AU_TFN AU_MEDICARE US_NPI PL_PESEL ZA_ID_NUMBER TR_NATIONAL_ID TH_TNIN "
    "CREDIT_CARD PHONE_NUMBER US_SSN US_ITIN US_BANK_NUMBER US_DRIVER_LICENSE SE_PERSONNUMMER KR_RRN BR_CPF "
    "MEDICAL_LICENSE DE_ID_CARD"
)


@dataclass(frozen=True, slots=True)
class Recognizer:
    """A Presidio pattern recognizer with the words that speak for it."""

    pattern: PatternRecognizer
    context: frozenset[str]

    def find(self, text: str, label: frozenset[str]) -> Iterator[Span]:
        """Spans with context already counted."""
        for hit in self.pattern.analyze(text, self.pattern.supported_entities, None):
            score = self._score(hit.score, text, hit.start, label)
            if score >= MINIMUM_SCORE:
                yield Span(hit.entity_type, hit.start, hit.end, score)

    def _score(self, score: float, text: str, start: int, label: frozenset[str]) -> float:
        near = _CONTEXT_WORDS.findall(text[max(0, start - _CONTEXT_CHARACTERS) : start].casefold())
        if self.context.isdisjoint(label) and self.context.isdisjoint(near):
            return score
        return max(min(1.0, score + CONTEXT_BOOST), CONTEXT_FLOOR)


def _recognizer(pattern: PatternRecognizer) -> Recognizer:
    phrases = list(pattern.context or ())
    # Words of a text are compared as they stand, those of a label without their accents.
    context = {word for phrase in phrases for word in (*_CONTEXT_WORDS.findall(phrase.casefold()), *words_in(phrase))}
    return Recognizer(pattern, frozenset(context - {"number", "id", "no", "code", "card", "state", "of", "the", "us"}))


@cache
def _numbered() -> tuple[Recognizer, ...]:
    patterns = [getattr(presidio, name)() for name in sorted(_NUMBER_RECOGNIZERS)]
    return tuple(_recognizer(pattern) for pattern in [*patterns, FrenchNir(), BrazilianCpf()])


@cache
def _dated() -> tuple[Recognizer, ...]:
    return (_recognizer(presidio.DateRecognizer()),)


@cache
def _dotted() -> tuple[Recognizer, ...]:
    return (_recognizer(presidio.IpRecognizer()), _recognizer(presidio.MacAddressRecognizer()))


def recognizers_for(text: str, explained: list[Span]) -> Iterator[Recognizer]:
    """The recognizers that can fire on this text at all, told by three cheap patterns.

    Numbers inside a span already `explained` for certain (an announced phone, an e-mail address) call for no other.
    """
    if any(not _is_explained(match, explained) for match in _NUMBERED.finditer(text)):
        yield from _numbered()
    if _DATED.search(text):
        yield from _dated()
    if _DOTTED.search(text):
        yield from _dotted()


def _is_explained(match: re.Match[str], explained: list[Span]) -> bool:
    return any(s.start <= match.start() and match.end() <= s.end for s in explained if s.score >= _CERTAIN)


def find_patterns(text: str, label: frozenset[str] = frozenset()) -> list[Span]:
    """Spans of e-mail, URL, phone, date, network, bank, card and national numbers; they may overlap."""
    spans = [*_find_addresses(text), *find_phones(text, label)]
    for recognizer in recognizers_for(text, list(spans)):
        spans.extend(recognizer.find(text, label))
    return spans


def _find_addresses(text: str) -> Iterator[Span]:
    if "@" in text:
        yield from (Span(EMAIL, match.start(), match.end(), 1.0) for match in EMAIL_FORM.finditer(text))
    if "://" in text or "www." in text.lower():
        yield from (Span(URL, match.start(), match.end(), 0.6) for match in URL_FORM.finditer(text))
