"""A question over a clause: what asks, then the clause turned round, said with its own words or with others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from generation.engine.llm.questions.grammar.clauses import Clause, Token, is_balanced, is_pointing, pruned, spoken
from generation.engine.llm.questions.grammar.soundness import (
    is_ambiguous,
    is_halved,
    is_thing_aside,
    is_whole_rule,
)
from generation.engine.llm.questions.grammar.targets import Target
from generation.engine.llm.questions.grammar.words import OTHER_VERBS, third_person, without_full_stop
from generation.engine.llm.questions.question import Kind
from generation.engine.pii.entities import word_set

MOST_WORDS = 16
FEWEST_WORDS, LONGEST_WORDS = 4, 26
_ORDINARY = word_set("earlier early late later former many some most all few several other the a an both")
_ABBREVIATED = re.compile(r"\b(?:i\.e|e\.g|etc|cf)\b", re.I)
# A preposition whose noun was asked for stands beside another, or a number has lost the noun that it counts.
_BESIDE_NOTHING = re.compile(
    r"\b(?:by|with|of|for|into|to|as) (?:with|of|by|for|to|on|or|and)\b|\b(?:and|with) \d[\d,.]*\W*$", re.I
)
_OF_ONE = {"are": "is", "were": "was", "have": "has", "do": "does"}
# Nobody ends a question with these: something was cut off.
_LOOSE_ENDS = word_set("and or but if than as the a an including containing whether that which who when because nor")

Placed = tuple[float, str]


def asked(clause: Clause, target: Target, *, other_verb: bool = False, subject: str = "") -> str:
    """The question that asks for `target`; "" where the clause cannot be asked about.

    `other_verb`: with another word for the verb where there is one. `subject` takes the place of the clause's own.
    """
    parts = _kept_parts(clause, target)
    is_odd = clause.is_negated and not target.is_subject and target.kind is not Kind.REASON
    if parts is None or is_odd or (is_pointing(clause.subject) and not subject and not target.is_subject):
        return ""
    if is_halved(clause, _said(clause, parts, target)):
        return ""
    while True:
        if target.is_subject:
            body = _as_it_stands(clause, parts, target)
        else:
            body = _turned_round(clause, parts, target, subject or said_subject(clause), other_verb)
        text = f"{target.asking} {body}" if body else ""
        if len(text.split()) <= MOST_WORDS or not _shorten(parts):
            return finished(text)


def yes_or_no(clause: Clause, modal: str, *, subject: str = "") -> str:
    """Whether it is so: the clause behind its modal verb, turned round and without a "not"; "" where it points.

    `subject` takes the place of the clause's own.
    """
    whole = Target((), Kind.RULE, modal, ())
    parts = _kept_parts(clause, whole)
    if not parts or is_pointing(clause.subject):
        return ""
    if not is_whole_rule(clause, _said(clause, parts, whole)):
        return ""
    verbs = [(token.i, str(token.text)) for token in (*clause.helpers[1:], clause.verb)]
    return finished(f"{modal} {subject or said_subject(clause)} {_joined([*verbs, *_placed(clause, parts, whole)])}")


def stated(clause: Clause, without: Iterable[int] = (), *, subject: str = "") -> str:
    """The clause as it is said, without some of its parts: "the Panthers gave up 308 points"."""
    parts = [part for part in clause.parts if part.i not in set(without)]
    if any(_points(part) or is_thing_aside(part) for part in parts) or (not subject and is_pointing(clause.subject)):
        return ""
    target = Target((), Kind.PHRASE, "", tuple(without))
    return _tidy(f"{subject or said_subject(clause)} {_as_it_stands(clause, parts, target)}")


def said_subject(clause: Clause) -> str:
    """The words of the subject, with a small letter where only the sentence's beginning made it a capital."""
    return lowered(clause.subject)


def lowered(tokens: Sequence[Token]) -> str:
    """The tokens as text inside a sentence."""
    text = spoken(tokens)
    first = tokens[0] if tokens else None
    is_name = (
        first is None
        or first.pos_ == "PROPN"
        or (first.ent_type_ and first.pos_ not in ("DET", "NUM"))
        or first.text.isupper()
    )
    return text if is_name and len(text) > 1 and (first is None or first.text != "A") else text[:1].lower() + text[1:]


def finished(text: str) -> str:
    """The words as a question: one blank between them, a capital first, a question mark last; "" if it is none."""
    text = _tidy(text)
    words = text.rstrip(" .,;:?!-–").split()
    has_loose_end = bool(words) and words[-1].lower().strip("'\"") in _LOOSE_ENDS
    is_cut = has_loose_end or _ABBREVIATED.search(text) or _BESIDE_NOTHING.search(text)
    if not FEWEST_WORDS <= len(words) <= LONGEST_WORDS or is_cut or not is_balanced(text):
        return ""
    return text[:1].upper() + without_full_stop(text[1:].rstrip(" ,;:?!-–")).rstrip(" :?!-–") + "?"


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip().replace("can not ", "cannot ")
    text = re.sub(r"\s+([,.;:?!%)\]’])", r"\1", text)
    text = re.sub(r"([(\[])\s+", r"\1", text)
    return re.sub(r"\s+('s|n't)\b", r"\1", text)


def _kept_parts(clause: Clause, target: Target) -> list[Token] | None:
    """What of the clause is said again, in order; None where some of it points elsewhere."""
    parts = [part for part in clause.parts if part.i not in target.left_out]
    openers = [part for part in clause.before if part.i not in target.left_out and part.dep_ != "advmod"]
    kept = parts + [part for part in openers if not _points(part)]
    is_refused = any(_points(part, target.left_out) or is_thing_aside(part) for part in parts)
    return None if is_refused or is_ambiguous(clause, target, parts) else kept


def _points(part: Token, left_out: Iterable[int] = ()) -> bool:
    """Whether a part means something only beside other sentences; "its" may belong to the question's own subject."""
    return is_pointing(token for token in pruned(part, without=left_out) if token.tag_ != "PRP$")


def _said(clause: Clause, parts: Iterable[Token], target: Target) -> set[int]:
    """The places of the words that a question and its answer say."""
    kept = (token for part in parts for token in pruned(part, without=target.left_out))
    words = (*clause.subject, *clause.helpers, clause.verb, *kept, *target.answer)
    return {token.i for token in words} | set(target.left_out)


def _shorten(parts: list[Token]) -> bool:
    """Leave out the last part that says where, when or how; False when there is none to leave out."""
    for at in range(len(parts) - 1, 0, -1):
        if parts[at].dep_ in ("prep", "npadvmod", "advmod", "advcl"):
            del parts[at]
            return True
    return False


def _placed(clause: Clause, parts: Iterable[Token], target: Target) -> Iterator[Placed]:
    """The words of the parts where they stand; what stood before the subject goes to the end."""
    for part in parts:
        tokens = pruned(part, without=target.left_out)
        late = 1e6 if part in clause.before else 0.0
        if tokens:
            yield late + tokens[0].i, lowered(tokens) if late else spoken(tokens)


def _joined(words: Iterable[Placed]) -> str:
    return " ".join(text for _, text in sorted(words) if text)


def _as_it_stands(clause: Clause, parts: Sequence[Token], target: Target) -> str:
    """Verbs and parts in their order. After "who" or "what" the first verb is that of one person or thing."""
    verbs = sorted((*clause.helpers, clause.verb), key=lambda token: token.i)
    words: list[Placed] = [(verb.i, str(verb.text)) for verb in verbs]
    if clause.implied:
        words.insert(0, (clause.verb.i - 0.5, clause.implied))
    if words[0][1][0] in "'’" or (target.is_subject and _is_in_doubt(verbs[0])):
        return ""
    if target.asking and not target.asking.startswith("How many"):
        words[0] = (words[0][0], _of_one(verbs[0], words[0][1]))
    if clause.is_negated:
        words.append((words[0][0] + 0.25, "not"))
    return _joined([*words, *_placed(clause, parts, target)])


def _is_in_doubt(verb: Token) -> bool:
    """Whether a verb may be one of now or of before, as "cost" and "put": of which, a parser often errs."""
    return bool(verb.tag_ == "VBD" and verb.text == verb.lemma_)


def _of_one(verb: Token, text: str) -> str:
    """The form of a first verb that goes with "who" and "what"."""
    if text.lower() in _OF_ONE:
        return _OF_ONE[text.lower()]
    return third_person(verb.lemma_) if verb.tag_ == "VBP" and verb.text == text else text


def _turned_round(clause: Clause, parts: Sequence[Token], target: Target, subject: str, other_verb: bool) -> str:
    """The first verb, the subject, the rest: "did the Panthers give up"."""
    first, verbs = _verbs(clause, other_verb)
    first = _OF_ONE.get(first, first) if subject == "it" else first
    if not first or first[0] in "'’":
        return ""
    negation: list[Placed] = [(min((at for at, _ in verbs), default=clause.verb.i) - 0.5, "not")]
    words = [*(negation if clause.is_negated else []), *verbs, *_placed(clause, parts, target)]
    return f"{first.lower()} {subject} {_joined(words)}"


def _verbs(clause: Clause, other_verb: bool) -> tuple[str, list[Placed]]:
    """The verb that goes before the subject, and those that stay behind it."""
    verb = clause.verb
    if clause.helpers:
        first, *rest = sorted(clause.helpers, key=lambda token: token.i)
        text = _other(verb) if other_verb and verb.tag_ == "VB" else str(verb.text)
        return str(first.text), [*((helper.i, str(helper.text)) for helper in rest), (verb.i, text)]
    if clause.implied:
        return clause.implied, [(verb.i, str(verb.text))]
    if clause.is_copula:
        return str(verb.text), []
    form = {"VBD": "did", "VBZ": "does"}.get(verb.tag_, "did" if verb.tag_ == "VBN" else "do")
    return form, [(verb.i, _other(verb) if other_verb else str(verb.lemma_))]


def _other(verb: Any) -> str:
    """Another word for a verb, where no small word behind it makes it mean something else."""
    has_particle = any(child.dep_ == "prt" for child in verb.children)
    return str(verb.lemma_) if has_particle else OTHER_VERBS.get(verb.lemma_, str(verb.lemma_))
