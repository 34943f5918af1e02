"""Questions that single sentences allow, before any is chosen, and what their sentences say for questions over two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from generation.engine.llm.documents.document import BETWEEN_BLOCKS, BlockKind
from generation.engine.llm.documents.passages import Passage
from generation.engine.llm.questions.grammar.clauses import (
    QUOTES,
    Clause,
    Token,
    clauses_of,
    is_pointing,
    pruned,
    spoken,
)
from generation.engine.llm.questions.grammar.frames import with_source
from generation.engine.llm.questions.grammar.language import is_foreign
from generation.engine.llm.questions.grammar.parser import parse
from generation.engine.llm.questions.grammar.targets import Target, is_person, targets_of, years_in
from generation.engine.llm.questions.grammar.wording import asked, finished, lowered, said_subject, stated, yes_or_no
from generation.engine.llm.questions.grammar.words import content_words, without_full_stop
from generation.engine.llm.questions.question import Evidence, Kind, Spot

FEWEST_TOKENS, MOST_TOKENS = 5, 60
_SENTENCE_WORDS = 6
_FEWEST_CONTENT_WORDS = 3
# Labels of organizations err most often: what else is called by such a name is "the one".
_KINDS_OF_THINGS = {"PERSON": "person", "ORG": "one", "GPE": "place", "EVENT": "event", "LOC": "place"}
_MODALS = {"must": "Must", "may": "May", "can": "Can", "should": "Should", "shall": "Shall", "will": "Will"}
_REFUSED = {"must": "May", "can": "Can", "may": "May", "should": "Should", "shall": "May"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question about one sentence. `wordings` say the same with other words, the first with the sentence's own.

    `follow_up` asks it with a pronoun for the subject; `subject` is that subject. `is_anchored`: a name or number in
    the question says what it is about. `spot` is where in a list, a table or a rule the answer stands. `language` is
    that of its wordings, "" for English.
    """

    evidence: Evidence
    kind: Kind
    wordings: tuple[str, ...]
    is_anchored: bool
    subject: str = ""
    subject_label: str = ""
    follow_up: str = ""
    verdict: str = ""
    names: tuple[tuple[str, str], ...] = ()
    spot: Spot | None = None
    language: str = ""

    def in_full(self, text: str, title: str) -> str:
        """One of its wordings, with the name of its document where nothing in it says what it is about."""
        return text if self.is_anchored else with_source(text, title, self.language)


@dataclass(frozen=True, slots=True)
class Description:
    """What a sentence says of a named thing, as words that can stand for it: "the person who threw for 35 yards"."""

    name: str
    words: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Dated:
    """Something that a sentence dates: what happened, and the year."""

    happening: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sentences of some passages allow."""

    candidates: list[Candidate]
    descriptions: list[Description]
    dated: list[Dated]


def facts_of(passages: Sequence[Passage]) -> Facts:
    """What the sentences of these passages can be asked, in order."""
    facts = Facts([], [], [])
    placed = [(passage, start, text) for passage in passages for start, text in _running(passage)]
    for (passage, start, _), parsed in zip(placed, parse([text for *_, text in placed]), strict=True):
        for sentence in parsed.sents:
            if _is_whole(sentence) and not is_foreign(sentence.text):
                _add(facts, _Place(passage, start), sentence)
    return facts


def _running(passage: Passage) -> Iterator[tuple[int, str]]:
    """The running text of a passage with where it begins: paragraphs, and items that are sentences."""
    at = 0
    for block in passage.blocks:
        if block.kind is BlockKind.PARAGRAPH:
            yield at, block.text
        elif block.kind is BlockKind.LIST:
            inside = at
            for mark, item in zip(block.marks, block.items, strict=True):
                if len(item.split()) >= _SENTENCE_WORDS:
                    yield inside + len(mark), item
                inside += len(mark) + len(item) + 1
        at += len(block.text) + len(BETWEEN_BLOCKS)


@dataclass(frozen=True, slots=True)
class _Place:
    passage: Passage
    start: int

    def evidence(self, tokens: Sequence[Token]) -> Evidence:
        start = self.start + tokens[0].idx
        end = self.start + tokens[-1].idx + len(tokens[-1].text)
        return Evidence(self.passage.id, self.passage.document, start, end, self.passage.text[start:end])


def _is_whole(sentence: Any) -> bool:
    text = sentence.text.strip()
    is_long_enough = FEWEST_TOKENS <= len(sentence) <= MOST_TOKENS
    return is_long_enough and text[:1].isalnum() and text[:1] == text[:1].upper() and text.count('"') % 2 == 0


def _add(facts: Facts, place: _Place, sentence: Any) -> None:
    facts.candidates.extend(_there_is(place, sentence))
    for clause in clauses_of(sentence):
        facts.candidates.extend(_asked_for(place, clause))
        facts.candidates.extend(_rule(place, sentence, clause))
        facts.descriptions.extend(_descriptions(place, sentence, clause))
        facts.dated.extend(_dated(place, clause))
    for name, words, tense in _appositions(sentence):
        facts.candidates.extend(_named_aside(place, name, words, tense))
        facts.descriptions.append(Description(_bare(spoken(name)), lowered(words), place.evidence([*name, *words])))


def _asked_for(place: _Place, clause: Clause) -> Iterator[Candidate]:
    for target in targets_of(clause):
        plain = asked(clause, target)
        evidence = place.evidence(target.answer)
        if not _is_full(plain) or _gives_away(plain, evidence.text):
            continue
        other = asked(clause, target, other_verb=True)
        yield Candidate(
            evidence,
            target.kind,
            tuple(dict.fromkeys([plain, *([other] if other else [])])),
            _is_anchored(clause, target),
            subject="" if target.is_subject else said_subject(clause),
            subject_label=_label(clause.head),
            follow_up="" if target.is_subject else _follow_up(clause, target),
            names=_names(clause, target),
        )


def _is_full(question: str) -> bool:
    """Whether the question says enough to be about something."""
    return len(content_words(question)) >= _FEWEST_CONTENT_WORDS


def _gives_away(question: str, answer: str) -> bool:
    return answer.lower() in question.lower()


def _label(head: Token) -> str:
    return "PERSON" if is_person(head) else str(head.ent_type_ or head.pos_)


def _follow_up(clause: Clause, target: Target) -> str:
    """The question with a pronoun for a subject that is a name or a thing of its own."""
    pronoun = _pronoun(clause.head)
    return asked(clause, target, subject=pronoun) if pronoun else ""


def _pronoun(head: Token) -> str:
    """The word that can stand for a subject in a later turn; "" where the documents' sentences do not say which."""
    if head.tag_ in ("NNS", "NNPS") or any(child.dep_ == "conj" for child in head.children):
        return "they"
    if is_person(head):
        return ""  # he or she: the documents' sentences rarely say which
    return "it" if head.pos_ in ("NOUN", "PROPN") else ""


def _said(clause: Clause, target: Target) -> list[Token]:
    parts = [part for part in (*clause.before, *clause.parts) if part.i not in target.left_out]
    subject = () if target.is_subject else clause.subject
    return [*subject, *(token for part in parts for token in pruned(part))]


def _is_anchored(clause: Clause, target: Target) -> bool:
    """Whether a name, a number or a quotation in the question says what it is about."""
    said = _said(clause, target)
    return any(token.pos_ == "PROPN" or token.text in QUOTES or token.shape_.startswith("dd") for token in said)


def _names(clause: Clause, target: Target) -> tuple[tuple[str, str], ...]:
    """The named things that the question says again, with their labels."""
    said = {token.i for token in _said(clause, target)}
    entities = {token.i: token for token in clause.verb.doc if token.ent_type_ and token.i in said}
    whole = (one for one in clause.verb.sent.ents if all(at in entities for at in range(one.start, one.end)))
    return tuple((entity.text, entity.label_) for entity in whole)


def _there_is(place: _Place, sentence: Any) -> Iterator[Candidate]:
    """How many there are."""
    verb = sentence.root
    if verb.lemma_ != "be" or not any(child.dep_ == "expl" for child in verb.lefts):
        return
    head = next((child for child in verb.rights if child.dep_ in ("attr", "nsubj")), None)
    number = next((child for child in head.lefts if child.dep_ == "nummod"), None) if head is not None else None
    if head is None or number is None:
        return
    rest = pruned(head, without=[child.i for child in head.lefts if child.dep_ in ("nummod", "det")])
    text = finished(f"How many {lowered(rest)} {verb.text} there")
    if _is_full(text) and not is_pointing(rest) and len(rest) < 12:
        anchored = any(token.pos_ == "PROPN" for token in rest)
        yield Candidate(place.evidence(list(number.subtree)), Kind.NUMBER, (text,), anchored)


def _rule(place: _Place, sentence: Any, clause: Clause) -> Iterator[Candidate]:
    """Whether something may be done or must be: the rule's sentence answers, and its verdict is yes or no."""
    is_nobody = clause.head.pos_ == "PRON" and clause.head.lower_ not in ("you", "we", "everybody", "anybody")
    is_cut = sentence.text.rstrip().endswith(":")  # what the rule is about stands in the list behind it
    if clause.verb != sentence.root or not clause.helpers or is_nobody or _is_never(clause) or is_cut:
        return
    modal = clause.helpers[0].lower_
    word = (_REFUSED if clause.is_negated else _MODALS).get("can" if modal == "ca" else modal, "")
    text = yes_or_no(clause, word) if word else ""
    if text:
        tokens = [token for token in sentence if not token.is_space]
        verdict = "no" if clause.is_negated else "yes"
        evidence = place.evidence(tokens)
        spot = Spot("", without_full_stop(evidence.text), "", (evidence.passage, evidence.start))
        pronoun = _pronoun(clause.head)
        follow_up = yes_or_no(clause, word, subject=pronoun) if pronoun else ""
        yield Candidate(
            evidence, Kind.RULE, (text,), False, said_subject(clause), follow_up=follow_up, verdict=verdict, spot=spot
        )


def _is_never(clause: Clause) -> bool:
    return any(part.lower_ in ("never", "hardly", "rarely") for part in clause.parts)


def _appositions(sentence: Any) -> Iterator[tuple[list[Token], list[Token], str]]:
    """Named things that a sentence explains in passing: the name, the words that explain it, and "is" or "was"."""
    for aside in sentence:
        head = aside.head
        if aside.dep_ != "appos" or head.pos_ != "PROPN" or aside.pos_ != "NOUN" or _is_more(aside):
            continue
        words, name = pruned(aside), pruned(head)
        is_one = bool(words and name) and name[-1].i - name[0].i == len(name) - 1 and len(name) <= 6
        if is_one and words[0].lower_ == "the" and 3 <= len(words) <= 14 and not is_pointing(words):
            yield name, words, "was" if _is_past(sentence.root) else "is"


def _is_more(aside: Token) -> bool:
    """Whether what looks like an apposition may be the next of a list: it is plural, or others follow it."""
    return aside.tag_ != "NN" or any(child.dep_ in ("cc", "conj") for child in aside.children)


def _is_past(verb: Token) -> bool:
    first = next((child for child in verb.lefts if child.dep_ in ("aux", "auxpass")), verb)
    return first.tag_ in ("VBD", "VBN")


def _named_aside(place: _Place, name: list[Token], words: list[Token], tense: str) -> Iterator[Candidate]:
    """Who or what the explained thing is."""
    is_somebody = any(is_person(token) for token in (*name, words[-1]))
    text = finished(f"{'Who' if is_somebody else 'What'} {tense} {lowered(words)}")
    evidence = place.evidence(name)
    if text and not _gives_away(text, evidence.text):
        yield Candidate(evidence, Kind.NAME, (text,), any(token.pos_ == "PROPN" for token in words))


def _bare(name: str) -> str:
    return name.removeprefix("The ").removeprefix("the ")


def _descriptions(place: _Place, sentence: Any, clause: Clause) -> Iterator[Description]:
    """What a clause says of its subject, where that is one named thing and nothing more."""
    thing = _KINDS_OF_THINGS.get(clause.head.ent_type_)
    name = spoken(clause.subject)
    is_name = all(token.ent_type_ == clause.head.ent_type_ or token.dep_ == "det" for token in clause.subject)
    if thing is None or clause.is_negated or not is_name or clause.head.pos_ != "PROPN":
        return
    said = stated(clause, subject="it")
    pronoun = "who" if thing == "person" else "that"
    if said and 4 <= len(said.split()) <= 14:
        tokens = [token for token in sentence if not token.is_space]
        yield Description(
            name.removeprefix("The ").removeprefix("the "), f"the {thing} {pronoun} {said[3:]}", place.evidence(tokens)
        )


def _dated(place: _Place, clause: Clause) -> Iterator[Dated]:
    for preposition, year in years_in(clause):
        happening = stated(clause, [preposition.i])
        is_named = any(token.pos_ == "PROPN" for token in clause.subject)
        if happening and is_named and 3 <= len(happening.split()) <= 14 and clause.is_past:
            yield Dated(happening, place.evidence([year]))
