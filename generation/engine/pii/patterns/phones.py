"""Phone numbers: candidates by shape, then what was announced, and the numbering plans of libphonenumber."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generation.engine.pii.entities import PHONE, Span
from generation.engine.pii.labels import PHONE_WORDS
from generation.engine.pii.numbered import is_number_of_thing
from generation.engine.pii.patterns.reading import UNSPACED

REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "IN", "AU", "BR", "PL", "RU", "JP", "NL", "CH", "AT", "SE")
_CANDIDATE = re.compile(
    rf"(?<![^\W{UNSPACED}])(?<![.,$€£#-])(?:\+|00)?\(?\d(?:[\s().\-/]{{0,2}}\d){{5,14}}(?:\s?(?:x|ext\.?)\s?\d{{1,6}})?(?![^\W{UNSPACED}]|-|[.,]\d)"
)
_CONTEXT = re.compile(
    r"(?i)\b(?:phone|tel|telephone|mobile|cell|call|fax|ring|dial|text me|whatsapp|contact|reach|number is|handy"
    r"|telefon|teléfono|téléphone|telefón|telefoon|tél|móvil|cellulare|telefone|celular|puhelin|mobil|тел|телефон|моб|τηλ|τηλέφωνο|κινητό|هاتف|الهاتف"
    r"|جوال|الجوال|موبايل|טלפון|נייד|פלאפון)\b|電話|携帯|电话|手机|手機|전화|연락처|휴대폰|핸드폰|เบอร์|โทร|फोन|मोबाइल"
)
_CONTEXT_CHARACTERS = 60
_FEWEST_DIGITS = 7  # of what nobody announced
_LABEL = PHONE_WORDS | {"cell"}
_DATE_LIKE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_CARD_LIKE = re.compile(r"\d{4}[ -]\d{4}[ -]\d{4}")
# Written as only phone numbers are: an area code in parentheses, or North America's groups (NANPA).
_WRITTEN = re.compile(r"\(\d{2,5}\)|(?:\+?1[\s.-]?)?[2-9]\d{2}[\s.-][2-9]\d{2}[\s.-]\d{4}(?:\D|$)")


def find_phones(text: str, label: frozenset[str] = frozenset()) -> Iterator[Span]:
    """Spans of phone numbers: written internationally, valid in a known region, or phone-shaped after such a word."""
    for match in _CANDIDATE.finditer(text):
        candidate = match.group()
        if _DATE_LIKE.match(candidate) or _CARD_LIKE.match(candidate):
            continue
        if is_number_of_thing(text, *match.span()) and not label & _LABEL:
            continue
        announced = bool(
            label & _LABEL or _CONTEXT.search(text[max(0, match.start() - _CONTEXT_CHARACTERS) : match.start()])
        )
        score = _score(candidate, announced=announced)
        if score:
            yield Span(PHONE, match.start(), match.end(), score)


def dialled_at_home(number: str) -> str:
    """The digits of a number as it is dialled in its own country: one form for +49 30 ..., 0049 30 ... and 030 ...

    An international number that no plan knows keeps its digits, without the prefix.
    """
    import phonenumbers

    digits = "".join(sign for sign in number if sign.isdecimal())
    if not number.startswith(("+", "00")):
        return digits
    digits = digits if number.startswith("+") else digits[2:]
    try:
        found = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_valid_number(found):
        return digits
    plain = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(sign for sign in plain if sign.isdecimal())


def _score(candidate: str, *, announced: bool) -> float:
    written = not candidate.lstrip("+").isdigit()
    international = candidate.startswith(("+", "00"))
    if international and _is_valid("+" + candidate.lstrip("+0"), None):
        return 0.95 if announced else 0.75
    if announced:
        return 0.7
    if sum(map(str.isdigit, candidate)) < _FEWEST_DIGITS:
        return 0.0
    if _WRITTEN.match(candidate):
        return 0.5
    return 0.5 if (written or international) and _valid_somewhere(candidate) else 0.0


def national_number(text: str) -> str:
    """The digits after the code of the country and the zero before an area, "" for what names no country."""
    import phonenumbers

    if not text.startswith(("+", "00")):
        return ""
    try:
        return str(phonenumbers.parse("+" + text.lstrip("+0"), None).national_number)
    except phonenumbers.NumberParseException:
        return ""


def _valid_somewhere(candidate: str) -> bool:
    return any(_is_valid(candidate, region) for region in REGIONS)


def _is_valid(candidate: str, region: str | None) -> bool:
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(candidate, region))
    except phonenumbers.NumberParseException:
        return False
