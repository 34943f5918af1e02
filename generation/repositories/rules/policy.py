"""The rules of a policy beside its sentences: those of the uploaded domain, and those that the owner built; sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generation.engine.errors import SuiteError
from generation.engine.kinds.catalogue import kind_of
from generation.engine.llm.agents.domain import Domain, PolicyRule, domain_of
from generation.engine.llm.agents.policy import (
    beside_rules,
    places_of,
    policy_document,
    policy_sentences,
    rule_in_words,
    unmodelled,
)
from generation.engine.llm.agents.rulebook import why_no_rule, with_rules
from generation.models import Dataset, GenerationRun, PolicyRuleVersion
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.storage.vault import open_sealed, open_value, seal_value


@dataclass(frozen=True, slots=True)
class RuleBeside:
    """A rule, the sentence that it comes from, what it says as a predicate, and what it lacks, in lines."""

    id: str
    sentence: str
    says: tuple[str, ...]
    lacks: tuple[str, ...]
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class SentenceBeside:
    """A sentence of the policy, the headings above it, and every rule that comes from it; `number` counts from 0."""

    number: int
    text: str
    section: tuple[str, ...]
    rules: tuple[RuleBeside, ...]


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """The rules in their order; the sentences in theirs; those that no confirmed rule models; rules of no sentence."""

    domain: Domain
    rules: tuple[RuleBeside, ...]
    sentences: tuple[SentenceBeside, ...]
    unmodelled: tuple[str, ...]
    astray: tuple[RuleBeside, ...]

    def rule(self, name: str) -> PolicyRule | None:
        return next((rule for rule in self.domain.rules if rule.id == name), None)


def confirmed_rules(dataset: Dataset) -> list[str]:
    """The ids of the rules that stand confirmed: the newest word on each counts."""
    newest = dict(dataset.confirmations.order_by("pk").values_list("rule", "is_confirmed"))
    return sorted(rule for rule, is_confirmed in newest.items() if is_confirmed)


def lacks_rules(dataset: Dataset) -> bool:
    """Whether its kind needs confirmed rules of a policy, and none is confirmed."""
    made = kind_of(dataset.kind).makes
    return made is not None and made.confirms_rules and not confirmed_rules(dataset)


def rules_of_policy(dataset: Dataset) -> PolicyRules:
    """The rules beside their sentences, read from the sealed source. Raises Conflict before it is read."""
    definition, name, text = parts_of_policy(dataset)
    try:
        domain = domain_of(with_rules(definition, built_rules(dataset)), confirmed_rules(dataset))
    except SuiteError as error:  # one from before a check that it does not pass
        raise Conflict(f"{error.sentence} Correct the domain file, and upload it as a new dataset.") from error
    document = policy_document(name, text)
    left = unmodelled(beside_rules(document, domain))
    found = tuple(
        RuleBeside(rule.id, rule.sentence, rule_in_words(rule), tuple(why_no_rule(rule, domain)), rule.confirmed)
        for rule in domain.rules
    )
    said = policy_sentences(document)
    places = {rule.id: places_of(rule.sentence, [text for text, _ in said]) for rule in found}
    sentences = tuple(
        SentenceBeside(number, text, section, tuple(rule for rule in found if number in places[rule.id]))
        for number, (text, section) in enumerate(said)
    )
    astray = tuple(rule for rule in found if not places[rule.id])
    return PolicyRules(domain, found, sentences, tuple(sentence.text for sentence in left), astray)


def parts_of_policy(dataset: Dataset) -> tuple[str, str, str]:
    """The domain's definition as it was uploaded, the policy's name and its text. Raises Conflict without any."""
    import pyarrow.parquet as pq

    if not dataset.training_sha256:
        raise Conflict("The source has not been read yet.")
    with open_sealed(dataset.key_id, dataset.training_sha256) as source:
        rows = pq.read_table(source, columns=["c0", "c1", "c2"], use_threads=False).slice(0, 2).to_pylist()
    by_part = {row["c0"]: row for row in rows}
    if not {"domain", "policy"} <= set(by_part):
        raise Conflict("This source has no policy.")
    return by_part["domain"]["c2"], by_part["policy"]["c1"], by_part["policy"]["c2"]


def built_rules(dataset: Dataset, until: int | None = None) -> dict[str, Any]:
    """The rules that the owner built, by id, as mappings; None for one that was taken out. The newest version counts.

    `until` is the last version that counts: what a run was asked for with.
    """
    versions = dataset.policy_rules.order_by("pk")
    newest = {one.rule: one for one in (versions if until is None else versions.filter(pk__lte=until))}
    return {name: _opened(dataset, one) for name, one in newest.items()}


def parameters_of(run: GenerationRun) -> dict[str, Any]:
    """What the synthesizer of a run is given: its parameters, and the rules built until then, which stay sealed."""
    until = run.parameters.get("rules_until")
    built = {"built": json.dumps(built_rules(run.dataset, until))} if until else {}
    return {**run.parameters, **built}


def last_built(dataset: Dataset) -> int:
    """The newest version of any rule that the owner built, 0 for none."""
    return dataset.policy_rules.order_by("-pk").values_list("pk", flat=True).first() or 0


def keep_rule(dataset: Dataset, name: str, plain: Mapping[str, Any] | None, *, by: Person) -> PolicyRuleVersion:
    """The next version of a rule, sealed; None takes it out. The caller records the event."""
    sealed = seal_value(dataset.key_id, json.dumps(plain).encode(), _context(dataset, name))
    return PolicyRuleVersion.objects.create(dataset=dataset, rule=name, sealed=sealed, by=by)


def _opened(dataset: Dataset, version: PolicyRuleVersion) -> Any:
    return json.loads(open_value(dataset.key_id, bytes(version.sealed), _context(dataset, version.rule)))


def _context(dataset: Dataset, name: str) -> bytes:
    return b"policy rule:" + dataset.pk.bytes + name.encode()
