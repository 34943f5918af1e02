"""declare, a part of generate: business rules, proposed by the portal, declared by the owner in versions; and what
people know of the source, for the cards of what is made from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from generation.engine.errors import PlanError, SuiteError
from generation.engine.llm.agents.domain import Domain, PolicyRule, read_domain, read_rule
from generation.engine.llm.agents.rulebook import require_agreement, require_rule, with_rules
from generation.engine.predicates.predicate import Lookup, StatementError
from generation.engine.profiling.about import checked_answers
from generation.engine.profiling.dictionary import FIELDS, read_dictionary
from generation.engine.rules.kinds import Fixed, Rule
from generation.engine.rules.parsing import parse_rules
from generation.models import About, Dataset, PolicyRuleConfirmation, PolicyRuleVersion, RuleSet
from generation.permissions import owns, require_owner
from generation.repositories.compositions import read_values, schema_of, smallest_group
from generation.repositories.rules.declared import (
    RuleLine,
    content_of,
    declared_in,
    found_in,
    keep_version,
    key_of,
    line_of,
    lines_in,
    open_proposals,
)
from generation.repositories.rules.policy import (
    built_rules,
    confirmed_rules,
    keep_rule,
    parts_of_policy,
    rules_of_policy,
)
from generation.repositories.tables import labels_of
from generation.stages.changes.reread import choose_columns
from synthportal.errors import Conflict
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.models import Person
from synthportal.trail.audit import record

if TYPE_CHECKING:
    from generation.engine.predicates.values import Values


def why_not_declare(person: Person, dataset: Dataset) -> list[str]:
    """Why this person cannot change the rules of this dataset now; empty when they can."""
    reasons = []
    if not owns(person, dataset):
        reasons.append("Only the owner of this dataset declares its rules.")
    if dataset.status != Dataset.Status.MINIMISED:
        reasons.append("Confirm the minimisation plan first: rules are about the minimised records.")
    return reasons


def propose_for(dataset_id: UUID, *, by: Worker, report: Report) -> None:
    """Look through the minimised training records for rules that all of them keep; keep them as proposals, sealed."""
    from generation.engine.composition.choices import choices_of
    from generation.engine.rules.propose import propose_rules

    dataset = Dataset.objects.get(pk=dataset_id)
    if dataset.status != Dataset.Status.MINIMISED:
        return
    report("looking for rules", 0, 0)
    k, schema = smallest_group(dataset, {}), schema_of(dataset)
    values = _read(dataset, [spec.name for spec in schema])
    lines = [line_of(rule, evidence) for rule, evidence in propose_rules(values, k)]
    choices = choices_of(values, k)
    with transaction.atomic():
        by.hold()
        kept = keep_version(dataset, lines, by=None, choices=choices)
        record("proposed", kept, by=by, dataset=str(dataset.pk), version=kept.version, rules=len(lines))


def request_proposals(dataset: Dataset, *, by: Person) -> None:
    """Ask the portal to look for rules; the caller queues the job."""
    require_owner(dataset, by)
    if reasons := why_not_declare(by, dataset):
        raise Conflict(*reasons)


def declare_rules(dataset: Dataset, plain: object, *, by: Person) -> RuleSet:
    """All rules anew, in their plain form. Raises NotPermitted, or Conflict with every fault; nothing changes then."""
    rules = read_rules(dataset, plain, by=by)
    known = {line.key: line for line in (*lines_in(declared_in(dataset)), *lines_in(found_in(dataset)))}
    lines = [known.get(key_of(rule)) or _with_evidence(dataset, rule) for rule in rules]
    return _keep(dataset, lines, by=by)


def read_rules(dataset: Dataset, plain: object, *, by: Person) -> tuple[Rule, ...]:
    """The rules of the plain form, fixed combinations with their values. Raises NotPermitted or Conflict."""
    require_owner(dataset, by)
    if reasons := why_not_declare(by, dataset):
        raise Conflict(*reasons)
    try:
        rules = parse_rules(plain, schema_of(dataset))
    except StatementError as error:
        raise Conflict(*error.sentences) from error
    return tuple(_with_values(dataset, rule) for rule in rules)


def add_rule(dataset: Dataset, plain: object, *, by: Person) -> RuleSet:
    """One more rule."""
    (rule,) = read_rules(dataset, [plain], by=by)
    lines = lines_in(declared_in(dataset))
    if any(line.rule == rule for line in lines):
        raise Conflict("This rule is declared already.")
    return _keep(dataset, [*lines, _with_evidence(dataset, rule)], by=by)


def accept_proposals(dataset: Dataset, keys: Iterable[str], *, by: Person) -> RuleSet:
    """Declare proposed rules. Raises Conflict when none of the keys is a proposal any more."""
    chosen = _chosen(dataset, keys, by)
    return _keep(dataset, [*lines_in(declared_in(dataset)), *chosen], by=by)


def accept_strong_proposals(dataset: Dataset, keys: Iterable[str], *, by: Person) -> RuleSet:
    """Declare those of the proposed rules that the records speak for: a weak one is read before it is accepted."""
    strong = {line.key for line in open_proposals(dataset) if not line.weak}
    return accept_proposals(dataset, strong.intersection(keys), by=by)


def decline_proposals(dataset: Dataset, keys: Iterable[str], *, by: Person) -> RuleSet:
    """Do not propose these rules again."""
    chosen = _chosen(dataset, keys, by)
    return _keep(dataset, lines_in(declared_in(dataset)), by=by, declined=[line.key for line in chosen])


def remove_rule(dataset: Dataset, key: str, *, by: Person) -> RuleSet:
    """Declare all rules but one."""
    require_owner(dataset, by)
    lines = lines_in(declared_in(dataset))
    left = [line for line in lines if line.key != key]
    if len(left) == len(lines):
        raise Conflict("This rule is no longer declared.")
    return _keep(dataset, left, by=by)


def _chosen(dataset: Dataset, keys: Iterable[str], by: Person) -> list[RuleLine]:
    require_owner(dataset, by)
    wanted = set(keys)
    if chosen := [line for line in open_proposals(dataset) if line.key in wanted]:
        return chosen
    raise Conflict("Nothing of this is proposed any more: look at the page again.")


def _keep(dataset: Dataset, lines: Sequence[RuleLine], *, by: Person, declined: Sequence[str] = ()) -> RuleSet:
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        if reasons := why_not_declare(by, dataset):
            raise Conflict(*reasons)
        last = declared_in(dataset)
        before = content_of(last)["declined"] if last else []
        kept = keep_version(dataset, lines, by=by, declined=[*before, *declined])
        record("declared", kept, by=by, dataset=str(dataset.pk), version=kept.version, rules=kept.count)
    return kept


def _read(dataset: Dataset, columns: Sequence[str]) -> Values:
    return read_values(dataset.key_id, dataset.minimised_sha256, schema_of(dataset), columns)


def _with_values(dataset: Dataset, rule: Rule) -> Rule:
    """A fixed combination without values takes those of the training records."""
    if not isinstance(rule, Fixed) or rule.pairs:
        return rule
    from generation.engine.rules.propose import fixed_pairs

    filled = fixed_pairs(rule, _read(dataset, rule.columns), smallest_group(dataset, {}))
    if filled is None:
        word = Lookup(schema_of(dataset)).word
        raise Conflict(f"{word(rule.column)} does not fix {word(rule.fixes)} in the training records: give the values.")
    return replace(rule, pairs=filled.pairs)


def _with_evidence(dataset: Dataset, rule: Rule) -> RuleLine:
    from generation.engine.rules.propose import evidence_of

    return line_of(rule, evidence_of(rule, _read(dataset, rule.columns)))


def state_about(dataset: Dataset, given: object, *, by: Person) -> About:
    """Keep all answers about the source anew, as a version; the same again keeps none. Releases signed before stay.

    Raises NotPermitted for anybody but the owner, Conflict with the reason for an answer that cannot be.
    """
    require_owner(dataset, by)
    try:
        answers = checked_answers(given)
    except PlanError as error:
        raise Conflict(error.sentence) from error
    with transaction.atomic():
        last = Dataset.objects.select_for_update().get(pk=dataset.pk).abouts.first()
        if last and last.answers == answers:
            return last
        kept = About.objects.create(dataset=dataset, version=last.version + 1 if last else 1, answers=answers, by=by)
        record("about stated", dataset, by=by, version=kept.version, answers=len(answers))
    return kept


def describe_columns(dataset: Dataset, said: Mapping[str, Mapping[str, str]], *, by: Person) -> None:
    """Keep the dictionary's words of the columns named (by name or label); what else was said of a column stays.

    Raises NotPermitted for anybody but the owner, Conflict when one of them is not in the file.
    """
    require_owner(dataset, by)
    if not said:
        return
    labels = {label.casefold(): name for name, label in labels_of(dataset).items()}
    given = {}
    for key, words in said.items():
        kept = dataset.choices.get(labels.get(key.casefold(), key), {})
        given[key] = {name: text for name, text in kept.items() if name not in FIELDS} | {
            name: text for name, text in words.items() if text
        }
    choose_columns(dataset, given, by=by)


def confirm_rule(dataset: Dataset, rule: str, *, is_confirmed: bool, by: Person) -> None:
    """The owner confirms that a rule says what its sentence says, or takes that back. Runs made before keep theirs.

    Raises NotPermitted for anybody else, Conflict for a rule that the domain does not have, that comes from no sentence
    of the policy, that cannot be checked, or that contradicts what the actions do.
    """
    require_owner(dataset, by)
    found = rules_of_policy(dataset)
    own = found.rule(rule)
    if own is None:
        raise Conflict("The domain has no rule of that name.")
    if is_confirmed:
        if rule in {one.id for one in found.astray}:
            raise Conflict("The sentence of this rule is not in the policy. Build the rule beside a sentence that is.")
        _require_confirmable(dataset, own, found.domain)
    with transaction.atomic():
        PolicyRuleConfirmation.objects.create(dataset=dataset, rule=rule, is_confirmed=is_confirmed, by=by)
        record("rule confirmed" if is_confirmed else "rule unconfirmed", dataset, by=by, rule=rule)


def _require_confirmable(dataset: Dataset, rule: PolicyRule, domain: Domain) -> None:
    definition = with_rules(parts_of_policy(dataset)[0], built_rules(dataset))
    try:
        require_rule(rule, domain)
        require_agreement(definition, [*confirmed_rules(dataset), rule.id])
    except SuiteError as error:
        raise Conflict(error.sentence) from error


def build_rule(
    dataset: Dataset, plain: Mapping[str, Any], *, replaces: str = "", is_confirmed: bool = False, by: Person
) -> PolicyRuleVersion:
    """Keep a rule that the owner built beside a sentence, in place of the one of its name or of the one it `replaces`.

    It waits to be confirmed, or is confirmed at once. Raises NotPermitted for anybody else, Conflict with the reason
    for what is no rule of this domain or cannot be confirmed; nothing is kept then.
    """
    require_owner(dataset, by)
    rule = read_built_rule(dataset, plain)
    with transaction.atomic():
        kept = keep_rule(dataset, rule.id, plain, by=by)
        record("rule built", dataset, by=by, rule=rule.id)
        _unconfirm(dataset, rule.id, by)
        if replaces and replaces != rule.id:
            take_out_rule(dataset, replaces, by=by)
        if is_confirmed:
            confirm_rule(dataset, rule.id, is_confirmed=True, by=by)
    return kept


def read_built_rule(dataset: Dataset, plain: Mapping[str, Any]) -> PolicyRule:
    """The rule that the mapping holds. Raises Conflict with the reason for what is no rule of this domain."""
    try:
        rule = read_rule(plain)
        require_rule(rule, read_domain(with_rules(parts_of_policy(dataset)[0], {rule.id: plain})))
    except SuiteError as error:
        raise Conflict(error.sentence) from error
    return rule


def take_out_rule(dataset: Dataset, name: str, *, by: Person) -> None:
    """Take a rule out of the domain; its versions stay. Raises NotPermitted, or Conflict where there is none."""
    require_owner(dataset, by)
    if rules_of_policy(dataset).rule(name) is None:
        raise Conflict("The domain has no rule of that name.")
    with transaction.atomic():
        keep_rule(dataset, name, None, by=by)
        record("rule taken out", dataset, by=by, rule=name)
        _unconfirm(dataset, name, by)


def _unconfirm(dataset: Dataset, name: str, by: Person) -> None:
    """What was confirmed was the rule as it read before."""
    if name in confirmed_rules(dataset):
        PolicyRuleConfirmation.objects.create(dataset=dataset, rule=name, is_confirmed=False, by=by)
        record("rule unconfirmed", dataset, by=by, rule=name)


def dictionary_from(text: str) -> dict[str, dict[str, str]]:
    """A pasted dictionary, by label. Raises Conflict with the reason for what is none."""
    try:
        return read_dictionary(text)
    except PlanError as error:
        raise Conflict(error.sentence) from error
