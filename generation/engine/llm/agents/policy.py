"""The policy's text beside its rules: every confirmed rule has its sentence, and sentences without a rule are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generation.engine.errors import SuiteError
from generation.engine.llm.agents.conditions import BOUNDS, Condition
from generation.engine.llm.agents.domain import Domain, PolicyRule
from generation.engine.llm.documents.document import BlockKind, Document, worded
from generation.engine.llm.documents.markdown import read_markdown
from generation.engine.llm.documents.passages import SENTENCE_END


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the policy, the headings above it, and the ids of the rules that model it."""

    text: str
    section: tuple[str, ...]
    rules: tuple[str, ...]


def policy_document(name: str, text: str) -> Document:
    """A policy written as Markdown or plain text."""
    return Document(name, "markdown", name, worded(read_markdown(text)))


def beside_rules(policy: Document, domain: Domain) -> list[Sentence]:
    """Every sentence of the policy in order. SuiteError for a confirmed rule whose sentence is not in it."""
    sentences = list(policy_sentences(policy))
    places = {rule.id: places_of(rule.sentence, [text for text, _ in sentences]) for rule in domain.confirmed}
    if lost := [name for name, own in places.items() if not own]:
        raise SuiteError("no_sentence", f"The sentence of the rule {lost[0]} is not in the policy.")
    return [
        Sentence(text, section, tuple(name for name, own in places.items() if at in own))
        for at, (text, section) in enumerate(sentences)
    ]


def unmodelled(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that no rule models: they are told to whoever uses the tasks."""
    return [sentence for sentence in sentences if not sentence.rules]


def places_of(sentence: str, texts: Sequence[str]) -> set[int]:
    """Which of the policy's sentences a rule comes from: those that it says word for word, else those of which one
    holds the other. A list item of one word, which many sentences hold, is none of them.
    """
    same = {at for at, text in enumerate(texts) if sentence == " ".join(text.split())}
    return same or {at for at, text in enumerate(texts) if sentence and (sentence in text or text in sentence)}


def policy_sentences(policy: Document) -> list[tuple[str, tuple[str, ...]]]:
    """Sentences of paragraphs, and items of lists, with the headings above them."""
    found: list[tuple[str, tuple[str, ...]]] = []
    path: list[tuple[int, str]] = []
    for block in policy.blocks:
        if block.kind is BlockKind.HEADING:
            path = [(level, text) for level, text in path if level < block.level] + [(block.level, block.text)]
            continue
        section = tuple(text for _, text in path)
        if block.kind is BlockKind.PARAGRAPH:
            found += [(sentence, section) for sentence in SENTENCE_END.split(block.text)]
        else:
            found += [(item, section) for item in block.items or block.text.split("\n")]
    return found


def rule_in_words(rule: PolicyRule) -> tuple[str, ...]:
    """What a rule says as a predicate, a line each, so that it can be held against its sentence."""
    about = ", ".join(action.replace("_", " ") for action in rule.actions)
    lines = [f"For: {about}."] if about else []
    lines += [f"Where {_all(rule.when)}."] if rule.when else []
    lines += [f"Allowed only if {', or '.join(_all(group) for group in rule.needs)}."] if rule.needs else []
    lines += [f"Never after {', '.join(rule.not_after).replace('_', ' ')} on the same row."] if rule.not_after else []
    lines += [f"On the order of calls: {rule.process.replace('_', ' ')}."] if rule.process else []
    lines += [_told(one.when, one.text) for one in rule.tells]
    lines += [f"Afterwards {name} is {value}." for name, value in rule.effect.items()]
    lines += [f"A user who asks {text} is handed over." for text in rule.transfer]
    return (*lines, "What is against the policy is denied.") if rule.refusal else tuple(lines)


def _told(when: Sequence[Condition], text: str) -> str:
    return f"The user is told: {text}" + (f", where {_all(when)}." if when else ".")


def _all(conditions: Sequence[Condition]) -> str:
    return " and ".join(_condition(one) for one in conditions)


def _condition(one: Condition) -> str:
    relation = {"in": "is", "is": "is", "is_not": "is not"}.get(one.relation, f"is {one.relation.replace('_', ' ')}")
    between = " less " if one.relation in BOUNDS else " or "
    return f"{one.path} {relation} {between.join(value.removeprefix('@') for value in one.values)}"
