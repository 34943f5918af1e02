"""Clauses that were read wrongly, or whose words would ask for something else: better no question than a broken one."""

from __future__ import annotations

from collections.abc import Sequence

from generation.engine.llm.questions.grammar.clauses import Clause, Token, is_aside
from generation.engine.llm.questions.grammar.targets import Target
from generation.engine.llm.questions.question import Kind

_THINGS = frozenset({"dobj", "attr", "oprd", "dative", "npadvmod", "appos", "dep"})
_OBJECTS = frozenset({"dobj", "attr"})


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
