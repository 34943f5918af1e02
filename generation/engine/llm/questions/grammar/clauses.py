"""Clauses of a sentence: who does what, so that parts of it can be asked for and the rest be said again.

Main clauses, clauses joined by "and" that share their subject, relative clauses ("who was ...") and participles
("led by ..."); of each the subject, the verbs and what depends on them (labels of the Universal/ClearNLP scheme that
spaCy's English pipelines use).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from generation.engine.pii.entities import word_set

SUBJECTS = ("nsubj", "nsubjpass")
_ASIDES = frozenset({"appos", "relcl", "acl", "advcl", "parataxis", "prep", "npadvmod", "dep"})
_OPENERS = frozenset({",", "(", "[", "-", "–", "—", ":", ";", "--"})
# Words that mean something only beside what was said before.
POINTING = word_set(
    """
    he she it they him her them his its their hers theirs himself herself itself themselves this these those
    such here above below following former latter another other others latest same i me my mine
    """
)
_ADVERBS_LEFT_OUT = word_set(
    """
    however also thus therefore moreover furthermore additionally instead meanwhile nevertheless nonetheless
    hence consequently otherwise then so yet still finally similarly likewise accordingly indeed rather though
    subsequently conversely overall generally only just even also both either usually often merely simply
    """
)

_CONDITIONS = word_set("if unless because when before after until to without by in")
_EXAMPLE = re.compile(r"(?:for|as an) (?:example|instance)", re.I)
QUOTES = frozenset("'\"“”‘’`")

Token = Any


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with a subject. `subject` are the tokens that say it; `verb` is its last verb, `helpers` those before.

    `implied` is the form of "to be" that a participle lacks. `parts` are what depends on the verb, in order.
    """

    head: Token
    subject: tuple[Token, ...]
    verb: Token
    helpers: tuple[Token, ...]
    implied: str
    is_negated: bool
    before: tuple[Token, ...]
    parts: tuple[Token, ...]

    @property
    def is_passive(self) -> bool:
        return bool(self.implied) or any(helper.dep_ == "auxpass" for helper in self.helpers)

    @property
    def is_past(self) -> bool:
        first = self.helpers[0] if self.helpers else self.verb
        return self.implied in ("was", "were") or first.tag_ in ("VBD", "VBN")

    @property
    def is_copula(self) -> bool:
        return bool(self.verb.lemma_ == "be") and not self.implied


def clauses_of(sentence: Any) -> Iterator[Clause]:
    """The clauses of a sentence whose subject is said in it."""
    root = sentence.root
    if not _is_finite(root):
        return
    main = _of_verb(root, _subject(root))
    if main:
        yield main
    for token in sentence:
        if token.dep_ == "conj" and token.head in _chain(root) and token.pos_ in ("VERB", "AUX"):
            clause = _of_verb(token, _subject(token) or _subject(root))
        elif token.dep_ == "relcl" and token.pos_ in ("VERB", "AUX"):
            clause = _relative(token)
        elif token.dep_ == "acl" and token.tag_ == "VBN":
            clause = _participle(token, is_past=main.is_past if main else True)
        else:
            continue
        if clause:
            yield clause


def _is_finite(verb: Token) -> bool:
    return verb.tag_ in ("VBD", "VBZ", "VBP") or any(child.dep_ in ("aux", "auxpass") for child in verb.lefts)


def _chain(root: Token) -> list[Token]:
    """The root and the verbs that are joined to it."""
    found = [root]
    for token in found:
        found += [child for child in token.children if child.dep_ == "conj" and child.pos_ in ("VERB", "AUX")]
    return found


def _subject(verb: Token) -> Token | None:
    return next((child for child in verb.lefts if child.dep_ in SUBJECTS), None)


def _of_verb(verb: Token, head: Token | None) -> Clause | None:
    if head is None or (not _is_finite(verb) and verb.dep_ != "conj"):
        return None
    helpers = tuple(child for child in verb.lefts if child.dep_ in ("aux", "auxpass"))
    if not helpers and not _is_finite(verb):
        return None
    first = min((*helpers, verb), key=lambda token: token.i)
    openers = (child for child in verb.lefts if child.i < first.i and child.dep_ in ("prep", "npadvmod", "advmod"))
    before = tuple(child for child in openers if not _EXAMPLE.match(spoken(child.subtree)))
    return Clause(head, tuple(pruned(head)), verb, helpers, "", _is_negated(verb), before, tuple(_parts(verb, first)))


def _relative(verb: Token) -> Clause | None:
    """The clause of "who was ..." about the noun before it."""
    pronoun = _subject(verb)
    if pronoun is None or pronoun.lower_ not in ("who", "which", "that") or not _is_finite(verb):
        return None
    whole = _of_verb(verb, verb.head)
    return whole if whole and verb.head.pos_ in ("NOUN", "PROPN") else None


def _participle(verb: Token, *, is_past: bool) -> Clause | None:
    """The clause of "led by ..." about the noun before it."""
    noun = verb.head
    if noun.pos_ not in ("NOUN", "PROPN") or not list(verb.rights):
        return None
    is_many = noun.tag_ in ("NNS", "NNPS")
    implied = ("were" if is_many else "was") if is_past else ("are" if is_many else "is")
    return Clause(noun, tuple(pruned(noun)), verb, (), implied, False, (), tuple(_parts(verb, verb)))


def _is_negated(verb: Token) -> bool:
    return any(child.dep_ == "neg" for child in verb.children)


def _parts(verb: Token, first: Token) -> Iterator[Token]:
    """What depends on the verb and says what happens: objects, places, times, adverbs beside the verb."""
    for child in verb.children:
        if child.i < first.i or child.dep_ in (*SUBJECTS, "aux", "auxpass", "neg", "punct", "cc", "conj", "expl"):
            continue
        if child.dep_ in ("mark", "parataxis", "intj", "meta", "preconj"):
            continue
        if child.dep_ == "advmod" and child.lower_ in _ADVERBS_LEFT_OUT:
            continue
        if _EXAMPLE.match(spoken(child.subtree)) or (child.dep_ == "advcl" and not _is_condition(child)):
            continue
        yield child


def _is_condition(verb: Token) -> bool:
    """Whether a clause says under what condition or to what end; "while ..." and "ranking ..." say something else."""
    return verb.left_edge.lower_ in _CONDITIONS and (verb.left_edge.lower_ in ("if", "unless") or not is_aside(verb))


def is_aside(token: Token) -> bool:
    """Whether what depends on this token is set off by a comma, a bracket or a dash."""
    left = token.left_edge.i
    return left > token.sent.start and token.doc[left - 1].text in _OPENERS


def pruned(token: Token, *, without: Iterable[int] = ()) -> list[Token]:
    """The words that belong to a token, without what is said of them aside and without those in `without`."""
    left_out = frozenset(without)
    kept = sorted(_kept(token, left_out), key=lambda one: one.i)
    places = {one.i for one in kept if not one.is_punct}
    return [one for one in kept if not one.is_punct or _holds_together(one, places)]


def _kept(token: Token, left_out: frozenset[int]) -> Iterator[Token]:
    if token.i in left_out:
        return
    yield token
    for child in token.children:
        is_said_aside = is_aside(child) and (child.dep_ in _ASIDES or token.doc[child.left_edge.i - 1].text in "([")
        if child.dep_ == "advmod" and child.lower_ in ("however", "therefore", "also", "instead"):
            continue
        is_loose = child.dep_ == "cc" and not any(_is_joined(other) for other in token.children)
        if not (is_said_aside or _is_other_clause(child) or is_loose):
            yield from _kept(child, left_out)


def _is_joined(token: Token) -> bool:
    return token.dep_ == "conj" and not _is_other_clause(token)


def _is_other_clause(token: Token) -> bool:
    """Whether the token begins a clause that has a subject of its own."""
    is_verb = token.dep_ in ("conj", "parataxis") and token.pos_ in ("VERB", "AUX")
    return is_verb and (token.dep_ == "parataxis" or _subject(token) is not None)


def _holds_together(mark: Token, places: set[int]) -> bool:
    """Whether a mark stands between two words that are kept, or is a quotation mark at one of them."""
    if mark.text in QUOTES:
        return mark.i - 1 in places or mark.i + 1 in places
    return mark.i - 1 in places and mark.i + 1 in places


def spoken(tokens: Iterable[Token]) -> str:
    """The tokens as text, with the blanks that were between them and one where something was left out."""
    parts: list[str] = []
    before = None
    for token in sorted(tokens, key=lambda one: one.i):
        if before is not None and (before.whitespace_ or token.i != before.i + 1):
            parts.append(" ")
        parts.append(token.text)
        before = token
    return "".join(parts)


def is_balanced(text: str) -> bool:
    """Whether every bracket and quotation mark has its other half."""
    pairs = all(text.count(opened) == text.count(closed) for opened, closed in ("()", "[]", "“”"))
    opened = len(re.findall(r"(?<!\w)['‘](?=\w)", text))
    return pairs and text.count('"') % 2 == 0 and opened <= len(re.findall(r"(?<=\w)['’](?!\w)", text))


def is_pointing(tokens: Iterable[Token]) -> bool:
    """Whether one of the words means something only beside what was said before."""
    return any(token.lower_ in POINTING for token in tokens)
