"""Clauses that were read wrongly, or whose words would ask for something else: better no question than a broken one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from generation.engine.llm.questions.grammar.clauses import Clause, Token, is_aside
from generation.engine.llm.questions.grammar.targets import Target
from generation.engine.llm.questions.question import Kind
from generation.engine.pii.entities import word_set

_THINGS = frozenset({"dobj", "attr", "oprd", "dative", "npadvmod", "appos", "dep"})
_OBJECTS = frozenset({"dobj", "attr"})
_OR = frozenset({"or", "nor"})
_PERMITS = frozenset({"may", "can"})
# A rule holds without them.
_CONNECTIVES = word_set(
    """however also thus therefore moreover furthermore additionally nevertheless nonetheless hence consequently finally
    similarly likewise accordingly indeed subsequently generally simply please and but or nor"""
)
# With one of them a rule says of some what it denies of others, or the other way round.
_DENYING = word_set("no not neither nor either none nobody nothing few hardly scarcely barely rarely seldom")
_RESTRICTING = word_set("only unless except excluding if until without but")
_INNER = frozenset({"advcl", "relcl", "acl", "ccomp", "xcomp"})


def is_thing_aside(part: Token) -> bool:
    """Whether a thing is set off by a comma or a bracket: it explains another and happens to nobody."""
    return part.dep_ in _THINGS and part.pos_ in ("NOUN", "PROPN", "NUM") and is_aside(part)


def is_ambiguous(clause: Clause, target: Target, parts: Sequence[Token]) -> bool:
    """Whether the question would be broken: `parts` are what it says again behind the verb."""
    if clause.head.pos_ == "ADJ":  # "the first": of what, was said before
        return True
    if target.kind is Kind.RULE:
        return _has_commas(clause.subject)
    if target.is_subject:
        return _is_of_many(clause, parts) or (_has_commas(target.answer) and target.kind is not Kind.LIST)
    return clause.head.pos_ == "NUM" or _has_commas(clause.subject) or _has_two(clause, target, parts)


def is_halved(clause: Clause, said: AbstractSet[int]) -> bool:
    """Whether one of several things that may hold is said and another is not: then it is not so that the one holds."""
    joined = (token for token in clause.verb.subtree if token.dep_ == "conj" and _joins(token) in _OR)
    return not clause.is_negated and any(token.i not in said and token.head.i in said for token in joined)


def is_whole_rule(clause: Clause, said: AbstractSet[int]) -> bool:
    """Whether nothing that is left out of a rule's sentence can change what it answers to the question."""
    denying = (token for token in clause.verb.sent if token.i in said and token.lower_ in _DENYING)
    if not all(_is_inner(token, clause.verb) for token in denying) or _is_bent(clause, said):
        return False
    permits = clause.helpers[0].lower_ in _PERMITS
    excused = set(_excused(clause, said, permits=permits))
    left = (token for token in clause.verb.sent if token.i not in said and token.i not in excused)
    words = {token.lower_ for token in left if not (token.is_punct or token.is_space or token.dep_ == "neg")}
    return not words - _CONNECTIVES - ({"only"} if permits else set())


def _is_bent(clause: Clause, said: AbstractSet[int]) -> bool:
    """Whether turned round the words would stand askew: "should you at most make one", "may you take this, but nothing
    else for an order".
    """
    words = [token for token in clause.verb.sent if token.i in said]
    is_early = any(token.lower_ in ("most", "least") and token.i < clause.verb.i for token in words)
    is_opposed = any(token.lower_ == "but" and other.lower_ in _DENYING for token, other in pairwise(words))
    return is_early or is_opposed


def _excused(clause: Clause, said: AbstractSet[int], *, permits: bool) -> Iterator[int]:
    """What may be left out: of several things that all hold some, of what is explained in brackets everything."""
    for token in clause.verb.sent:
        if token.dep_ == "conj" and token.i not in said:
            is_or = _joins(token) in _OR
            if is_or == clause.is_negated or (permits and not clause.is_negated):
                yield from (one.i for one in token.subtree)
    opened = False
    for token in clause.verb.sent:
        opened = token.text == "(" or (opened and token.text != ")")
        if opened and token.lower_ not in _RESTRICTING:
            yield token.i


def _joins(token: Token) -> str:
    """The word that joins a part to the one before: "or", "and"; of several the last one tells."""
    while token is not None:
        found = next((child.lower_ for child in token.head.children if child.dep_ == "cc"), "")
        if found:
            return str(found)
        token = next((child for child in token.children if child.dep_ == "conj"), None)
    return ""


def _is_inner(token: Token, verb: Token) -> bool:
    """Whether a word belongs to a clause inside the verb's own, such as a condition."""
    while token.i not in (verb.i, token.head.i):
        if token.dep_ in _INNER:
            return True
        token = token.head
    return False


def _has_commas(tokens: Sequence[Token]) -> bool:
    """Whether a subject is a list or has an apposition: which of both, a parser often errs."""
    return any(token.text in (",", "(", ";") for token in tokens)


def _is_of_many(clause: Clause, parts: Sequence[Token]) -> bool:
    """Whether "what is" would ask for several things that were named as what they are: "the Bulgars and the Turks"."""
    first = clause.helpers[0] if clause.helpers else clause.verb
    is_many = first.lower_ in ("are", "were") or first.tag_ == "VBP"
    named = [part for part in parts if part.dep_ == "attr"]
    is_joined = any(child.dep_ in ("cc", "appos") for part in named for child in part.children)
    return clause.is_copula and (is_many or is_joined)


def _has_two(clause: Clause, target: Target, parts: Sequence[Token]) -> bool:
    """Whether something of the kind that is asked for stands in the question too, so that it asks for both."""
    roots = [part for part in (*clause.before, *clause.parts) if part.i in target.left_out]
    if any(root.dep_ in _OBJECTS for root in roots):
        return any(part.dep_ in (*_OBJECTS, "acomp") for part in parts if part not in roots)
    stranded = [part for part in parts if part.dep_ in ("prep", "agent") and _lost(part, target)]
    others = [part for part in parts if part.dep_ == "prep" and part not in stranded]
    is_twice = any(one.lower_ == other.lower_ for one in stranded for other in others)
    return is_twice or (bool(stranded) and clause.is_copula and any(part.dep_ == "attr" for part in parts))


def _lost(prep: Token, target: Target) -> bool:
    """Whether a preposition stays without its noun."""
    return any(child.i in target.left_out for child in prep.children)
