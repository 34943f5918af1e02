"""What the database itself refuses: versions, written exceptions, spends and limits of the privacy budget are added,
never changed.
"""

from __future__ import annotations

from synthportal.triggers import Guard

VERSION_GUARDS = [
    Guard("limits_no_update", "generation_limits", "UPDATE", "a version of the limits never changes"),
    Guard("limits_no_delete", "generation_limits", "DELETE", "a version of the limits is never deleted"),
    Guard("rules_no_update", "generation_ruleset", "UPDATE", "a version of the rules never changes"),
]

EVIDENCE_GUARDS = [
    Guard("evaluation_no_update", "generation_evaluation", "UPDATE", "an evaluation never changes: measure again"),
    Guard("evaluation_no_delete", "generation_evaluation", "DELETE", "an evaluation is never deleted"),
    Guard(
        "plan_fixed",
        "generation_plan",
        "UPDATE",
        "a confirmed plan never changes: make another version",
        "OLD.confirmed_at IS NOT NULL AND (NEW.treatments <> OLD.treatments OR NEW.roles <> OLD.roles "
        "OR NEW.version <> OLD.version OR NEW.dataset_id <> OLD.dataset_id OR NEW.confirmed_at IS NULL "
        "OR NEW.confirmed_at <> OLD.confirmed_at OR NEW.confirmed_by_id <> OLD.confirmed_by_id "
        "OR (OLD.minimised_sha256 <> '' AND (NEW.report <> OLD.report OR NEW.schema <> OLD.schema "
        "OR NEW.minimised_sha256 <> OLD.minimised_sha256 "
        "OR NEW.minimised_holdout_sha256 <> OLD.minimised_holdout_sha256)))",
    ),
]

_MADE = (
    "number",
    "parameters",
    "rows",
    "artefact_sha256",
    "columns",
    "notes",
    "seed",
    "synthesizer",
    "tier",
    "plan_id",
)
_MAYBE = ("asked", "rules_id", "artefact_size", "artefact_rows")
RUN_GUARDS = [
    Guard(
        "run_stays_as_generated",
        "generation_generationrun",
        "UPDATE",
        "what a run was asked for and what it made never change",
        "OLD.status IN ('generated', 'evaluated') AND ("
        + " OR ".join(f'NEW."{name}" <> OLD."{name}"' for name in (*_MADE, *_MAYBE))
        + "".join(f' OR (NEW."{name}" IS NULL) <> (OLD."{name}" IS NULL)' for name in _MAYBE)
        + ")",
    ),
]

RECOMPUTATION_GUARDS = [
    Guard("recomputation_no_update", "generation_recomputation", "UPDATE", "what a second worker got never changes"),
    Guard("recomputation_no_delete", "generation_recomputation", "DELETE", "what a second worker got is never deleted"),
]

OVERRULING_GUARDS = [
    Guard("overruling_no_update", "generation_overruling", "UPDATE", "what an owner overruled never changes"),
    Guard("overruling_no_delete", "generation_overruling", "DELETE", "what an owner overruled is never deleted"),
]

BUDGET_GUARDS = [
    Guard("privacy_spend_no_update", "generation_privacyspend", "UPDATE", "a privacy spend never changes"),
    Guard("privacy_spend_no_delete", "generation_privacyspend", "DELETE", "a privacy spend is never given back"),
    Guard("privacy_limit_no_update", "generation_privacylimit", "UPDATE", "a privacy limit never changes"),
    Guard("privacy_limit_no_delete", "generation_privacylimit", "DELETE", "a privacy limit is never deleted"),
    Guard(
        "privacy_spend_within_limit",
        "generation_privacyspend",
        "INSERT",
        "the privacy budget of this source is spent",
        "(SELECT COALESCE(SUM(epsilon), 0) FROM generation_privacyspend WHERE source = NEW.source) + NEW.epsilon "
        '> NEW."limit" + 0.000000001',
        lock="SELECT pg_advisory_xact_lock(hashtext(NEW.source))",
    ),
]

BUDGET_DECISION_GUARDS = [
    Guard(
        "privacy_limit_decision_by_a_second_steward",
        "generation_privacylimitdecision",
        "INSERT",
        "a privacy limit is confirmed by a second steward, not by its author",
        "NEW.by_id IS NULL OR (NEW.holds AND EXISTS "
        "(SELECT 1 FROM generation_privacylimit WHERE id = NEW.version_id AND by_id = NEW.by_id))",
    ),
    Guard(
        "privacy_limit_decision_no_update",
        "generation_privacylimitdecision",
        "UPDATE",
        "a decision about a privacy limit never changes",
    ),
    Guard(
        "privacy_limit_decision_no_delete",
        "generation_privacylimitdecision",
        "DELETE",
        "a decision about a privacy limit stays",
    ),
]

ABOUT_GUARDS = [
    Guard("about_no_update", "generation_about", "UPDATE", "a version of what is said about a source never changes"),
    Guard("about_no_delete", "generation_about", "DELETE", "a version of what is said about a source stays"),
]

EXCEPTION_GUARDS = [
    Guard(
        "written_exception_no_update",
        "generation_writtenexception",
        "UPDATE",
        "a written exception never changes: another one takes it back",
    ),
    Guard(
        "written_exception_no_delete",
        "generation_writtenexception",
        "DELETE",
        "a written exception is never deleted",
    ),
    Guard(
        "written_exception_by_a_second_person",
        "generation_writtenexception",
        "INSERT",
        "an exception is not written by the owner of the dataset",
        "EXISTS (SELECT 1 FROM generation_dataset WHERE id = NEW.dataset_id AND owner_id = NEW.by_id)",
    ),
]

CONFIRMATION_GUARDS = [
    Guard(
        "policy_rule_confirmation_no_update",
        "generation_policyruleconfirmation",
        "UPDATE",
        "a confirmation never changes: another one takes it back",
    ),
    Guard(
        "policy_rule_confirmation_no_delete",
        "generation_policyruleconfirmation",
        "DELETE",
        "a confirmation is never deleted",
    ),
]

POLICY_RULE_GUARDS = [
    Guard(
        "policy_rule_version_no_update",
        "generation_policyruleversion",
        "UPDATE",
        "a version of a policy rule never changes: another one follows it",
    ),
    Guard(
        "policy_rule_version_no_delete",
        "generation_policyruleversion",
        "DELETE",
        "a version of a policy rule is never deleted",
    ),
]

DATASET_GUARDS = [
    Guard(
        "dataset_stays_as_uploaded",
        "generation_dataset",
        "UPDATE",
        "owner, purpose and file of a dataset never change",
        "NEW.owner_id <> OLD.owner_id OR NEW.purpose <> OLD.purpose OR NEW.sha256 <> OLD.sha256",
    ),
]

# By its source, attempts and the privacy budget are counted.
SOURCE_GUARDS = [
    Guard(
        "dataset_source_fixed",
        "generation_dataset",
        "UPDATE",
        "which source a dataset comes from never changes once it is known",
        "OLD.source IS NOT NULL AND (NEW.source IS NULL OR NEW.source <> OLD.source)",
    ),
]

CO_OWNER_GUARDS = [
    Guard(
        "co_owner_ends_once",
        "generation_coowner",
        "UPDATE",
        "who owned a dataset never changes",
        "NEW.dataset_id <> OLD.dataset_id OR NEW.person_id <> OLD.person_id OR NEW.by_id <> OLD.by_id "
        "OR OLD.ended_at IS NOT NULL",
    ),
    Guard("co_owner_no_delete", "generation_coowner", "DELETE", "who owned a dataset stays known"),
]

PAIR_GUARDS = [
    Guard("pair_source_no_update", "generation_pairsource", "UPDATE", "where pairs come from never changes"),
    Guard("pair_source_no_delete", "generation_pairsource", "DELETE", "where pairs come from is never deleted"),
]

LIMITS_GUARDS = [
    Guard(
        "limits_decision_by_a_second_steward",
        "generation_limitsdecision",
        "INSERT",
        "limits are confirmed by a second steward, not by their author",
        "NEW.by_id IS NULL OR (NEW.holds AND EXISTS "
        "(SELECT 1 FROM generation_limits WHERE id = NEW.version_id AND by_id = NEW.by_id))",
    ),
    Guard("limits_decision_no_update", "generation_limitsdecision", "UPDATE", "a decision about limits never changes"),
    Guard("limits_decision_no_delete", "generation_limitsdecision", "DELETE", "a decision about limits stays"),
]
