"""What can be asked for in a clause: each part whose words are an answer, with the words that ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generation.engine.llm.questions.grammar.clauses import (
    QUOTES,
    SUBJECTS,
    Clause,
    Token,
    is_balanced,
    is_pointing,
    pruned,
    spoken,
)
from generation.engine.llm.questions.grammar.counting import COUNTS, PLACES, TIMES, YEAR, count_in, is_number
from generation.engine.llm.questions.grammar.words import PERSONS
from generation.engine.llm.questions.question import Kind
from generation.engine.pii.entities import word_set

MOST_ANSWER_WORDS = 12
_NAMES = frozenset({"PERSON", "ORG", "NORP", "EVENT", "WORK_OF_ART", "PRODUCT", "LAW"})
_BODIES = word_set(
    """company corporation inc corp ltd university institute college school party union committee church bank exchange
    group association society council agency department ministry club court commission foundation academy museum
    laboratory hospital office board organization organisation league federation network"""
)
_DATED = re.compile(
    r"\d{3,4}|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d|\d\.? "
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|centur|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day",
    re.I,
)
_WHEN = {
    **dict.fromkeys(("in", "on", "during", "at"), "When"),
    "since": "Since when",
    "until": "Until when",
    "by": "By when",
}
_WHERE = frozenset({"in", "at", "on", "near", "from", "to", "into", "towards", "outside", "inside"})
_STRANDED = frozenset(
    {"with", "for", "through", "from", "into", "about", "of", "against", "on", "to", "under", "by", "after", "over"}
)


_OF_PREPOSITIONS = word_set(
    "behalf account terms addition order favor favour spite basis respect regard accordance front means way virtue"
)


@dataclass(frozen=True, slots=True)
class Target:
    """A part of a clause that can be asked for.

    `answer` is a stretch of the sentence's tokens. `left_out` are the roots of what the question does not say again;
    a preposition may stay where it stands ("Where ... come from?"). `asking` are the words that ask. `is_subject`:
    they take the subject's place, and nothing is turned round.
    """

    answer: tuple[Token, ...]
    kind: Kind
    asking: str
    left_out: tuple[int, ...]
    is_subject: bool = False


def targets_of(clause: Clause) -> Iterator[Target]:
    """Everything that can be asked for in a clause."""
    yield from _subject(clause)
    for part in (*clause.before, *clause.parts):
        if part.dep_ in ("dobj", "attr", "oprd", "dative") and part.pos_ in ("NOUN", "PROPN", "NUM"):
            yield from _object(clause, part)
        elif part.dep_ in ("prep", "agent"):
            yield from _preposition(clause, part)
        elif part.dep_ == "npadvmod":
            yield from _adverbial(part)
        elif part.dep_ == "advcl":
            yield from _reason(part)


def phrase(head: Token) -> tuple[Token, ...]:
    """The words of a noun as one stretch without a gap: from its first word to where something was left out."""
    tokens = pruned(head)
    start = next((at for at, token in enumerate(tokens) if token.i == head.i), 0)
    low = high = start
    while low and tokens[low - 1].i == tokens[low].i - 1:
        low -= 1
    while high + 1 < len(tokens) and tokens[high + 1].i == tokens[high].i + 1:
        high += 1
    return _trimmed(tokens[low : high + 1])


def _trimmed(tokens: list[Token]) -> tuple[Token, ...]:
    while tokens and (_is_loose_mark(tokens, -1) or tokens[-1].dep_ == "cc"):
        tokens = tokens[:-1]
    while tokens and (_is_loose_mark(tokens, 0) or tokens[0].dep_ in ("cc", "preconj")):
        tokens = tokens[1:]
    return tuple(tokens)


def _is_loose_mark(tokens: list[Token], at: int) -> bool:
    """Whether a mark at an end belongs to no other mark inside."""
    return bool(tokens[at].is_punct) and not (tokens[at].text in QUOTES and is_balanced(spoken(tokens)))


def _is_answer(tokens: tuple[Token, ...]) -> bool:
    is_short = 0 < len(tokens) <= MOST_ANSWER_WORDS
    if not is_short or tokens[-1].pos_ in ("ADP", "DET", "SCONJ") or tokens[0].lower_ in ("none", "no", "neither"):
        return False
    return not is_pointing(tokens) and not _is_empty(tokens) and is_balanced(spoken(tokens))


def _is_empty(tokens: tuple[Token, ...]) -> bool:
    """Whether the words say nothing that could be asked for."""
    content = [token for token in tokens if token.pos_ in ("NOUN", "PROPN", "NUM", "ADJ", "VERB", "SYM")]
    return not content or (len(content) == 1 and content[0].lower_ in _HOLLOW)


_HOLLOW = word_set(
    """
    one ones part parts way ways thing things case cases example result number lot kind type form use time times
    place end fact area most some many all any none majority people person something someone itself policy document
    handbook manual guide guideline page section chapter article clause paragraph text table list figure appendix annex
    """
)


def is_person(head: Token) -> bool:
    return head.ent_type_ == "PERSON" or (head.lemma_.lower() in PERSONS and head.pos_ == "NOUN")


def named_kind(head: Token) -> Kind:
    if head.ent_type_ in PLACES:
        return Kind.PLACE
    return Kind.NAME if head.ent_type_ in _NAMES or head.pos_ == "PROPN" else Kind.PHRASE


def _who(head: Token) -> str:
    """The word that asks for a noun. Labels of short names err often: where one decides nothing, both are asked."""
    if is_person(head) or head.ent_type_ == "NORP":
        return "Who"
    if head.pos_ != "PROPN":
        return "What"
    if head.ent_type_ == "ORG":
        return "Which organization" if any(token.lower_ in _BODIES for token in head.subtree) else "Who"
    if head.ent_type_ in ("", "GPE", "LOC"):
        return "Who or what"
    return "What"


def _subject(clause: Clause) -> Iterator[Target]:
    head = clause.head
    if (
        head.dep_ not in SUBJECTS
        or head.pos_ == "PRON"
        or head.ent_type_ in TIMES
        or clause.verb.dep_ in ("relcl", "acl")
    ):
        return
    yield from _counts(head, is_subject=True)
    answer = phrase(head)
    is_whole = len(answer) == len(clause.subject)
    if _is_answer(answer) and is_whole and not (clause.is_copula and named_kind(head) is Kind.PHRASE):
        kind = Kind.LIST if _is_list(head) else named_kind(head)
        is_body = head.pos_ == "NOUN" and head.lemma_.lower() in _BODIES and not clause.is_passive
        yield Target(answer, kind, "Who or what" if is_body else _who(head), (head.i,), is_subject=True)


def _object(clause: Clause, head: Token) -> Iterator[Target]:
    counted = list(_counts(head))
    yield from counted
    answer = phrase(head)
    if counted or not _is_answer(answer) or is_number(head):
        return
    if _is_list(head):
        yield Target(answer, Kind.LIST, _who(head), (head.i,))
    elif clause.is_copula:
        is_saying = len(answer) > 2 and head.pos_ == "NOUN"
        yield Target(answer, Kind.DEFINITION if is_saying else named_kind(head), _what_is(clause, head), (head.i,))
    else:
        asking = "What" if head.dep_ == "oprd" else _who(head)
        yield Target(answer, named_kind(head), asking, (head.i,))
        yield from _modified(head)


def _what_is(clause: Clause, head: Token) -> str:
    return "Who" if is_person(clause.head) or is_person(head) else "What"


def _modified(head: Token) -> Iterator[Target]:
    """What kind of thing: the words before a noun."""
    before = [child for child in head.lefts if child.dep_ in ("amod", "compound") and child.ent_type_ not in COUNTS]
    inner = [token for child in before for token in child.subtree]
    is_one = inner and inner[-1].i == head.i - 1 and inner[-1].i - inner[0].i == len(inner) - 1
    has_number = any(token.like_num for token in inner)
    if is_one and len(inner) > 1 and head.pos_ == "NOUN" and not is_pointing(inner) and not has_number:
        rest = [t for t in pruned(head, without=[child.i for child in head.lefts]) if t.i != head.i]
        after = f" {spoken(rest)}" if rest and len(rest) < 5 and not is_pointing(rest) else ""
        yield Target(tuple(inner), Kind.PHRASE, f"What kind of {head.text}{after}", (head.i,))


def _is_list(head: Token) -> bool:
    """Whether the noun leads three things or more."""
    count, at = 1, head
    while joined := next((child for child in at.children if child.dep_ == "conj" and child.pos_ != "VERB"), None):
        count, at = count + 1, joined
    return count >= 3


def _preposition(clause: Clause, prep: Token) -> Iterator[Target]:
    head = next((child for child in prep.rights if child.dep_ == "pobj"), None)
    if head is None:
        return
    word, answer = prep.lower_, phrase(head)
    if word in ("because", "due"):
        if _is_answer(answer):
            yield Target(answer, Kind.REASON, "Why", (prep.i,))
    elif head.ent_type_ in TIMES:
        yield from _time(prep, head, answer)
    elif prep.dep_ == "agent" or (word == "by" and clause.is_passive):
        if _is_answer(answer) and head.pos_ in ("NOUN", "PROPN"):
            yield Target(answer, Kind.LIST if _is_list(head) else named_kind(head), _who(head), (head.i,))
    else:
        counted = list(_counts(head, prep))
        yield from counted
        if not counted and _is_answer(answer) and not is_number(head):
            yield from _thing(clause, prep, head, answer)


def _time(prep: Token, head: Token, answer: tuple[Token, ...]) -> Iterator[Target]:
    word, is_year = prep.lower_, len(answer) == 1 and YEAR.match(head.text)
    number = next((child for child in head.lefts if child.dep_ == "nummod"), None)
    if is_pointing(answer) or len(answer) > MOST_ANSWER_WORDS:
        return
    if number is not None and head.tag_ == "NNS" and word in ("within", "after", "for", "over", "in"):
        yield from _counts(head, prep)
    elif word in _WHEN and _DATED.search(spoken(answer)):
        asking = "In which year" if is_year and word == "in" else _WHEN[word]
        yield Target(answer, Kind.YEAR if is_year else Kind.DATE, asking, (prep.i,))


def _thing(clause: Clause, prep: Token, head: Token, answer: tuple[Token, ...]) -> Iterator[Target]:
    """Where, with whom, about what."""
    word = prep.lower_
    kind = Kind.LIST if _is_list(head) else named_kind(head)
    if head.ent_type_ in PLACES and word in _WHERE:
        stays = word in ("from", "to")
        yield Target(answer, kind if kind is Kind.LIST else Kind.PLACE, "Where", (head.i if stays else prep.i,))
    elif word in _STRANDED and prep.i > clause.verb.i and head.pos_ in ("NOUN", "PROPN") and not _is_phrase(head):
        yield Target(answer, kind, _who(head), (head.i,))


def _is_phrase(head: Token) -> bool:
    """Whether a noun is but a part of a preposition of several words: "on behalf of"."""
    return head.lower_ in _OF_PREPOSITIONS and any(child.lower_ in ("of", "to", "with", "for") for child in head.rights)


def _counts(head: Token, prep: Token | None = None, *, is_subject: bool = False) -> Iterator[Target]:
    counted = count_in(head, prep.lower_ if prep is not None else "")
    if counted is not None:
        left_out = (head.i if prep is None else prep.i,)
        yield Target(counted.answer, counted.kind, counted.asking, left_out, is_subject)


def _adverbial(head: Token) -> Iterator[Target]:
    answer = phrase(head)
    if head.ent_type_ in TIMES and _DATED.search(spoken(answer)) and _is_answer(answer):
        yield Target(answer, Kind.DATE, "When", (head.i,))


def _reason(verb: Token) -> Iterator[Target]:
    """Why: what follows "because"."""
    mark = next((child for child in verb.lefts if child.dep_ == "mark"), None)
    tokens = [token for token in verb.subtree if mark is not None and token.i > mark.i]
    is_whole = tokens and tokens[-1].i - tokens[0].i == len(tokens) - 1
    is_because = mark is not None and mark.lower_ == "because"
    if is_because and is_whole and 2 < len(tokens) <= 25 and tokens[0].lower_ not in ("he", "she", "this", "these"):
        yield Target(_trimmed(tokens), Kind.REASON, "Why", (verb.i,))


def years_in(clause: Clause) -> Iterator[tuple[Any, Any]]:
    """The pieces "in 1882" of a clause: the preposition and the year."""
    for part in (*clause.before, *clause.parts):
        if part.dep_ == "prep" and part.lower_ == "in":
            for child in part.rights:
                if child.dep_ == "pobj" and YEAR.match(child.text) and not list(child.children):
                    yield part, child
