"""The words for what can be found, and which of them point at one person. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PERSON = "PERSON"
LOCATION = "LOCATION"
ADDRESS = "STREET_ADDRESS"
EMAIL = "EMAIL_ADDRESS"
PHONE = "PHONE_NUMBER"
SECRET = "SECRET"
URL = "URL"
KNOWN = "KNOWN_VALUE"
DATE = "DATE_TIME"
ORGANIZATION = "ORGANIZATION"
AGE = "AGE"
TITLE = "TITLE"
POSTCODE = "POSTAL_CODE"
COORDINATES = "COORDINATES"
IDENTIFIER = "IDENTIFIER"
USERNAME = "USERNAME"
# As Presidio calls them.
CARD = "CREDIT_CARD"
IBAN = "IBAN_CODE"
NETWORK = "IP_ADDRESS"
SSN = "US_SSN"

# Who can find something: a form or checksum, a list of names and places, the trained tagger, a token classifier read
# from a directory, and the source's own identifier columns.
PATTERN, LIST, CRF, MODEL, SOURCE = "pattern", "list", "crf", "model", "source"
# The layers one can ask for; a layer that is not built or not installed finds nothing. The light ones learn nothing.
LIGHT = frozenset({PATTERN, LIST})
EVERY = LIGHT | {CRF, MODEL}

# Found often, but pointing at many people: worth knowing, not an identifier by itself.
INDIRECT = frozenset({LOCATION, DATE, URL, ORGANIZATION, AGE, TITLE, POSTCODE})
# Forms that many other things have as well: no check says that this is one.
_UNCHECKED = INDIRECT | {PERSON, PHONE, ADDRESS, NETWORK, SSN}


# What is less sure is not told.
MINIMUM_SCORE = 0.4
# A form with check digits, or one that nothing else has, such as an e-mail address.
_VALIDATED_SCORE = 0.95


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in a column, without any value.

    `share` is the share of scanned cells (0..1) that hold the entity; `confidence` the mean score (0..1) of its hits;
    `n_scanned` the number of distinct values looked at; `found_by` the voices that found any of them, sorted;
    `validated` whether hits passed a check of their form; `overruled` that the owner says it is something else.
    """

    entity: str
    share: float
    confidence: float
    n_scanned: int
    found_by: tuple[str, ...] = ()
    validated: bool = False
    overruled: bool = False

    @property
    def is_direct(self) -> bool:
        """Whether this entity points at one person by itself, as far as nobody overruled it."""
        return self.entity not in INDIRECT and not self.overruled


@dataclass(frozen=True, slots=True)
class SeededRecall:
    """Of `n` invented values, the share (0..1) of which half or more is found, with Wilson's interval at 95 %."""

    entity: str
    n: int
    share: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Span:
    """Characters start..end (end excluded) of a text are an entity, with a score from 0 to 1.

    `found_by` are the voices that found it or a part of it, sorted: `PATTERN`, `LIST`, `CRF`, `MODEL` or `SOURCE`.
    """

    entity: str
    start: int
    end: int
    score: float
    found_by: tuple[str, ...] = (PATTERN,)


_SURE_OF_FORM = 0.6
_SPELLED = frozenset({"AGE", "DATE", "TIME", "NAME", "CARD", "CODE"})


def entity_words(entity: str) -> str:
    """An entity as a person reads it; short codes keep their capitals.

    >>> entity_words("PHONE_NUMBER"), entity_words("US_SSN")
    ('phone number', 'US SSN')
    """
    words = entity.split("_")
    return " ".join(word if len(word) <= 4 and word not in _SPELLED else word.lower() for word in words)


def is_validated(span: Span) -> bool:
    """Whether the form of a span speaks for itself: check digits that hold, or a form that nothing else has."""
    return PATTERN in span.found_by and span.score >= _VALIDATED_SCORE and span.entity not in _UNCHECKED


def without_overruled(spans: Iterable[Span], overruled: frozenset[str]) -> list[Span]:
    """The spans but those whose entity the owner overruled here. What a check validates, and what the source's own
    columns say, stays: no owner's word makes a payment card something else.
    """
    return [span for span in spans if span.entity not in overruled or SOURCE in span.found_by or is_validated(span)]


def word_set(words: str) -> frozenset[str]:
    """The words of a list written as one string."""
    return frozenset(words.split())


# Numbers that carry a check of themselves (`patterns.presidio.validated_entities`): an invented one passes it too.
CHECKED = word_set(
    """AE_EID AR_CUIT AT_SVNR AU_MEDICARE AU_TFN BE_NRN BG_EGN BR_CPF CH_AHV CL_RUT CN_RIC CREDIT_CARD CRYPTO CZ_RC
    DE_ID_CARD DE_RVNR DE_TAX_ID EC_CEDULA EE_IK ES_NIE ES_NIF FI_PERSONAL_IDENTITY_CODE FR_NIR GR_AFM GR_AMKA HK_HKID
    HR_OIB IBAN_CODE IE_PPS IL_ID IN_AADHAAR IR_CODE_MELLI IS_KENNITALA IT_FISCAL_CODE JP_MY_NUMBER KR_RRN
    MEDICAL_LICENSE MX_CURP NL_BSN NO_FNR NZ_IRD PL_NIP PL_PESEL PT_NIF RO_CNP RU_INN RU_SNILS SA_ID SE_PERSONNUMMER
    SI_EMSO TH_TNIN TR_NATIONAL_ID TW_ID UA_RNOKPP UK_NHS US_NPI VIN ZA_ID_NUMBER"""
)


def without_overlaps(spans: list[Span]) -> tuple[Span, ...]:
    """Overlapping spans joined into one, named after the best of them, so that no rest is left."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end, s.entity)):
        if joined and span.start < joined[-1].end:
            joined[-1] = _join(joined[-1], span)
        else:
            joined.append(span)
    return tuple(joined)


def without_losers(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Of spans that overlap the one that comes first, in the order of the text."""
    kept: list[Span] = []
    for span in spans:
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: (span.start, span.end)))


def _join(one: Span, other: Span) -> Span:
    best = max(one, other, key=_evidence)
    voices = tuple(sorted({*one.found_by, *other.found_by}))
    return Span(best.entity, min(one.start, other.start), max(one.end, other.end), max(one.score, other.score), voices)


def _evidence(span: Span) -> tuple[int, float, int]:
    """The owner's own column knows best what a value is, then a form that is sure of itself, then who is surest."""
    is_form = PATTERN in span.found_by and span.score >= _SURE_OF_FORM
    return (2 if SOURCE in span.found_by else int(is_form), span.score, span.end - span.start)
