"""How many and how much: the number that stands before a noun, a sum of money, a percentage."""

from __future__ import annotations

import re
from dataclasses import dataclass

from generation.engine.llm.questions.grammar.clauses import Token, is_pointing, pruned, spoken
from generation.engine.llm.questions.question import Kind
from generation.engine.pii.entities import word_set

YEAR = re.compile(r"^(?:1\d{3}|20\d{2})$")
PLACES = frozenset({"GPE", "LOC", "FAC"})
TIMES = frozenset({"DATE", "TIME"})
COUNTS = frozenset({"CARDINAL", "QUANTITY", "MONEY", "PERCENT"})
_CURRENCIES = frozenset({"euro", "dollar", "pound", "franc", "yen", "cent"})
_MOST_WORDS = 10
_NOT_COUNTED = frozenset({"nummod", "det", "poss", "quantmod", "advmod", "conj", "cc"})
# "Persons over 21 years": how many years "over" lasted is not what such a number says.
_LIMITS = frozenset({"over", "under", "above", "below", "beyond"})
_BOUNDS = {"most": ("at",), "least": ("at",), "than": ("more", "less", "fewer", "later", "earlier")}
_HEDGES = word_set("just only about some nearly almost approximately around roughly exactly instead the these all")


@dataclass(frozen=True, slots=True)
class Count:
    """A number that can be asked for, and the words that ask for it with the noun it counts."""

    answer: tuple[Token, ...]
    kind: Kind
    asking: str


def count_in(head: Token, preposition: str = "") -> Count | None:
    """The number that belongs to a noun, behind a preposition or none; None when it has none that can be asked for."""
    if preposition in _LIMITS:
        return None
    lead = f"{preposition} " if preposition else ""
    if head.ent_type_ == "PERCENT" or head.text == "%":
        return _percentage(head, lead)
    if head.ent_type_ == "MONEY" and any(child.text in "$£€" for child in head.subtree):
        answer = tuple(token for token in head.subtree if token.ent_type_ == "MONEY")
        return Count(answer, Kind.AMOUNT, _capital(f"{lead}how much")) if _is_whole(answer) else None
    return _number(head, lead)


def is_number(head: Token) -> bool:
    """Whether a noun is itself a number or a measure."""
    return head.pos_ == "NUM" or head.ent_type_ in COUNTS


def _number(head: Token, lead: str) -> Count | None:
    number = next((child for child in head.lefts if child.dep_ == "nummod"), None)
    is_date = head.ent_type_ == "DATE" and number is not None and bool(YEAR.match(number.text))
    if number is None or head.tag_ not in ("NNS", "NNPS") or is_date:
        return None
    answer = _bounded(_exact(tuple(number.subtree)))
    left_out = {child.i for child in head.children if child.dep_ in _NOT_COUNTED}
    counted = pruned(head, without=left_out)
    is_told = any(token.like_num for token in answer) and not answer[-1].is_punct
    if not is_told or not _is_whole(answer) or is_pointing(counted) or len(counted) > _MOST_WORDS:
        return None
    kind = Kind.AMOUNT if head.lemma_.lower() in _CURRENCIES else Kind.NUMBER
    return Count(answer, kind, _capital(f"{lead}how many {spoken(counted)}"))


def _percentage(head: Token, lead: str) -> Count | None:
    answer = _bounded(tuple(token for token in head.subtree if token.ent_type_ == "PERCENT"))
    of = next((child for child in head.rights if child.lower_ == "of"), None)
    rest = pruned(of) if of is not None else []
    if not _is_whole(answer) or is_pointing(rest):
        return None
    return Count(answer, Kind.NUMBER, _capital(f"{lead}what percentage {spoken(rest)}".strip()))


def _bounded(number: tuple[Token, ...]) -> tuple[Token, ...]:
    """The number with the whole of "at most" or "more than" before it, of which a parser may have seen but a half."""
    first = number[0] if number else None
    is_half = first is not None and first.i > first.sent.start and first.lower_ in _BOUNDS
    if first is None or not is_half or first.nbor(-1).lower_ not in _BOUNDS[first.lower_]:
        return number
    return first.nbor(-1), *number


def _exact(number: tuple[Token, ...]) -> tuple[Token, ...]:
    """The number without "just" or "about"; "at least" and "more than" belong to it."""
    return number[1:] if len(number) > 1 and number[0].lower_ in _HEDGES else number


def _is_whole(tokens: tuple[Token, ...]) -> bool:
    """Whether the tokens are one stretch of the text."""
    return bool(tokens) and tokens[-1].i - tokens[0].i == len(tokens) - 1


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
