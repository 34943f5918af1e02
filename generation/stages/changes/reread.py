"""reread: the owner says what columns are; the upload is read again so, and its plan gets another version.

Or the owner overrules what was found in a column, or takes that back: then the profile is made again. Two things an
owner's word does not do. In free text a value whose check holds stays found, because a text may hold a real one beside
any number of others. Elsewhere such a finding is overruled only by somebody who says that they know of the check; the
trail, the certificate and the data card say so too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction

from generation.engine.errors import PlanError
from generation.engine.kinds.catalogue import kind_of
from generation.engine.minimisation.plan import Plan as Treatments
from generation.engine.minimisation.plan import Treatment
from generation.engine.pii.entities import Finding, entity_words
from generation.engine.profiling.people import column_of_people
from generation.engine.profiling.profile import ColumnProfile, TableProfile
from generation.engine.schema import Sdtype
from generation.engine.tables.spellings.choice import ColumnChoice
from generation.engine.tables.spellings.spelling import Spelling, Written
from generation.models import Dataset, Overruling, Plan
from generation.permissions import require_owner
from generation.repositories.plans import latest_plan, proposed_for
from generation.repositories.sensitive.cells import Preview, places_seen, preview_of, texts_of
from generation.repositories.sensitive.overrulings import standing
from generation.repositories.tables import labels_of
from generation.stages.ingest import changes_by, choices_from, parse_upload
from generation.stages.minimise import PLANNABLE, propose_plan_for, why_not_plan
from generation.stages.profile import keep_columns, profile_of_records
from synthportal.errors import Conflict
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.models import Person
from synthportal.storage.vault import has_sealed, remove_sealed
from synthportal.trail.audit import record

GONE = "The upload of this dataset is not kept, so it cannot be read again. Upload the file once more as a new dataset."


def why_not_reread(dataset: Dataset) -> list[str]:
    """Why the columns of this dataset cannot be decided anew; empty when they can."""
    if reasons := why_not_plan(dataset):
        return reasons
    return [] if has_sealed(dataset.key_id, dataset.sha256) else [GONE]


def choose_columns(dataset: Dataset, given: object, *, by: Person) -> bool:
    """Keep what the owner says of columns, by name or label; True when the upload has to be read again for it.

    A column that is not named stays as it is; `{}` takes back what was said of one. Raises Conflict with the reasons.
    """
    require_owner(dataset, by)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        changed = _named(dataset, _checked(given))
        before, after = choices_from(dataset.choices), choices_from(dataset.choices) | choices_from(changed)
        must_read = any(_reading(before.get(name)) != _reading(after[name]) for name in changed)
        if must_read and (reasons := why_not_reread(dataset)):
            raise Conflict(*reasons)
        kept = {name: chosen for name, one in after.items() if (chosen := one.as_json())}
        Dataset.objects.filter(pk=dataset.pk).update(choices=kept)
        record("columns decided", dataset, by=by, columns=sorted(changed), read_again=must_read)
    return must_read


def why_not_name(dataset: Dataset) -> list[str]:
    """Why target and person column can no longer be chosen; empty when they can. The split and the plan follow from
    them, so that a plan which was applied is of the ones that it was made with.
    """
    if dataset.status != Dataset.Status.PROFILED and dataset.status in PLANNABLE:
        return ["The plan is applied: with another target or person column it is another dataset."]
    return why_not_reread(dataset)


def unnamed_people(dataset: Dataset) -> ColumnProfile | None:
    """The column that seems to say whose each record is, where the owner named none and still may."""
    if dataset.person_column or not dataset.profile or why_not_name(dataset):
        return None
    return column_of_people(TableProfile.from_json(dataset.profile)) if kind_of(dataset.kind).counts_persons else None


def name_columns(dataset: Dataset, *, target: str, person_column: str, by: Person) -> bool:
    """Choose the column to predict and the one that names a person, by name or label; "" for none. True when they are
    others than now: the upload has to be read again, and until that is done they stay what they were. Raises Conflict.
    """
    require_owner(dataset, by)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        if reasons := why_not_name(dataset):
            raise Conflict(*reasons)
        names = {name: _one_named(dataset, label) for name, label in _asked(target, person_column).items()}
        if names["target"] and names["target"] == names["person_column"]:
            raise Conflict("One column cannot both be the target and name a person.")
        labels = {name: labels_of(dataset).get(column, "") for name, column in names.items()}
        is_new = labels != {name: _now(dataset, getattr(dataset, name)) for name in labels}
        # Choosing what holds takes back what was chosen before and could not be read.
        Dataset.objects.filter(pk=dataset.pk).update(named_next=labels if is_new else {})
        if is_new or dataset.named_next:
            record("columns named", dataset, by=by, **names)
    return is_new


def _asked(target: str, person_column: str) -> dict[str, str]:
    return {"target": target.strip(), "person_column": person_column.strip()}


def _one_named(dataset: Dataset, label: str) -> str:
    return next(iter(_named(dataset, {label: {}}))) if label else ""


def _now(dataset: Dataset, label: str) -> str:
    """The label as the file spells it, of what was typed at the upload."""
    return labels_of(dataset)[_one_named(dataset, label)] if label else ""


def _checked(given: object) -> dict[str, dict[str, Any]]:
    try:
        return {name: chosen.as_json() for name, chosen in choices_from(given).items()}
    except PlanError as error:
        raise Conflict(error.sentence) from error


def _named(dataset: Dataset, given: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By internal name. Raises Conflict with the number of names that no column has."""
    labels = labels_of(dataset)
    by_label = {label.casefold(): name for name, label in labels.items()}
    names = {key: key if key in labels else by_label.get(key.strip().casefold(), "") for key in given}
    if unknown := sum(not name for name in names.values()):
        raise Conflict(f"{unknown} of the columns named are not in the file. Use their labels or c0, c1, ...")
    return {names[key]: chosen for key, chosen in given.items()}


def _reading(choice: Any) -> Any:
    told = choice or ColumnChoice()
    return (told.kind, told.layout, told.decimal, told.missing, told.foreign)


def preview_column(dataset: Dataset, name: str, given: object, *, by: Person) -> Preview | None:
    """What a choice would make of some cells of the source, for its owner; None where no cells were kept.

    The trail says which of the kept cells somebody has looked at, each once: by its place, never by what stands there,
    however often a choice changes while it is typed. Raises Conflict for a choice that cannot be.
    """
    require_owner(dataset, by)
    try:
        choice = ColumnChoice.from_json(given)
    except PlanError as error:
        raise Conflict(error.sentence) from error
    texts = texts_of(dataset, name)
    if not texts:
        return None
    found = preview_of(texts, _as_the_file(dataset, name, choice), dataset.file_facts.get("delimiter"))
    if new := sorted(set(found.places) - places_seen(dataset, name, by)):
        with transaction.atomic():
            record("previewed", dataset, by=by, column=name, cells=len(new), places=new)
    return found


def _as_the_file(dataset: Dataset, name: str, choice: ColumnChoice) -> ColumnChoice:
    """What the rest of the file had said where the choice is silent: some cells of one column do not know it."""
    facts = next(each for each in dataset.file_facts["columns"] if each["name"] == name)
    spelling = Spelling.from_json(facts.get("spelling", {}))
    if spelling.written is Written.NUMBER and not choice.decimal:
        return replace(choice, decimal=spelling.decimal)
    return replace(choice, layout=spelling.layout) if facts.get("doubt") and not choice.layout else choice


def look_at_documents(dataset: Dataset, *, by: Person) -> None:
    """Its owner looks at the documents of a source; that somebody did stands in the trail."""
    require_owner(dataset, by)
    with transaction.atomic():
        record("documents looked at", dataset, by=by)


def reread_dataset(dataset_id: UUID, *, by: Worker, report: Report) -> None:
    """Read the sealed upload by the owner's choices, profile it, and propose a plan that keeps what can be kept.

    Tables, runs and releases made before stay as they are: each names its own version of the plan.
    """
    dataset = Dataset.objects.get(pk=dataset_id)
    if dataset.status not in PLANNABLE:
        return
    old, before = (
        {dataset.training_sha256, dataset.holdout_sha256},
        proposed_for(dataset, TableProfile.from_json(dataset.profile)),
    )
    # What was chosen and could not be read is not taken up by a plan that was applied meanwhile.
    named = dataset.named_next if dataset.status == Dataset.Status.PROFILED else {}
    _set(dataset, named)
    parsed = parse_upload(dataset, dataset.choices, report)
    changes = {**changes_by(dataset, parsed), **named, "named_next": {}}
    _set(dataset, changes)
    profile = profile_of_records(dataset, report)
    with transaction.atomic():
        by.hold()
        Dataset.objects.filter(pk=dataset.pk).update(**changes)
        plan = keep_new_profile(dataset, profile, before)
        record("read again", dataset, by=by, plan=plan.version, columns=len(profile.columns))
    _remove(dataset, old - {dataset.training_sha256, dataset.holdout_sha256})


def _set(dataset: Dataset, changes: Mapping[str, object]) -> None:
    for name, value in changes.items():
        setattr(dataset, name, value)


def keep_new_profile(dataset: Dataset, profile: TableProfile, before: Treatments) -> Plan:
    """Keep this profile in place of the last one, whose proposal was `before`; the plan that follows from it."""
    Dataset.objects.filter(pk=dataset.pk).update(profile=profile.as_json())
    dataset.profile = profile.as_json()
    keep_columns(dataset, profile)
    last = latest_plan(dataset)
    return _carried(propose_plan_for(dataset, profile, last.version + 1), last, before, profile)


def _carried(plan: Plan, last: Plan, before: Treatments, profile: TableProfile) -> Plan:
    """The proposal with what the owner had chosen (what differs from the proposal `before`), where it still fits."""
    sdtypes = {column.name: column.sdtype for column in profile.columns}
    had = {one.column: one for one in Treatments.from_json({"treatments": last.treatments}).treatments}
    chosen = {name: one for name, one in had.items() if not _is_same(one, before.treatment_of(name))}
    plan.roles, plan.k, plan.changed_by = last.roles, last.k, last.changed_by
    for entry in plan.treatments:
        kept = chosen.get(entry["column"])
        if kept and not kept.problems(sdtypes[kept.column]):
            entry.update(kept.as_json())
    plan.save(update_fields=["treatments", "roles", "k", "changed_by"])
    return plan


def _is_same(one: Treatment, other: Treatment | None) -> bool:
    return other is not None and (one.kind, dict(one.parameters)) == (other.kind, dict(other.parameters))


def _remove(dataset: Dataset, digests: set[str]) -> None:
    """Tables of the reading before, unless a plan's own table happens to have the same bytes."""
    kept = {dataset.sha256}
    for pair in dataset.plans.values_list("minimised_sha256", "minimised_holdout_sha256"):
        kept.update(pair)
    for digest in digests - kept - {""}:
        remove_sealed(dataset.key_id, digest)


# ---- What was found is something else ------------------------------------------------------------------------------


def why_not_overrule(column: ColumnProfile, finding: Finding) -> list[str]:
    """Why a finding cannot be overruled by anybody; empty when its owner can."""
    if finding.validated and column.sdtype is Sdtype.TEXT:
        what = entity_words(finding.entity)
        return [
            f"In free text a value whose check holds stays found: each {what} there is one by its own digits or form."
        ]
    return []


def overrule_finding(
    dataset: Dataset, column: str, entity: str, *, reason: str, although_validated: bool = False, by: Person
) -> Overruling:
    """The finding is something else, for this reason; the caller queues the new profile.

    Raises NotPermitted for anybody but the owner, Conflict with the reasons.
    """
    require_owner(dataset, by)
    with transaction.atomic():
        dataset, found, finding = _found(dataset, column, entity)
        if reasons := _why_refused(found, finding, reason.strip(), although_validated=although_validated):
            raise Conflict(*reasons)
        row = Overruling.objects.create(
            dataset=dataset,
            column=column,
            entity=entity,
            holds=True,
            although_validated=finding.validated,
            reason=reason.strip(),
            by=by,
        )
        facts = {"column": column, "entity": entity, "although_validated": finding.validated}
        record("overruled", row, by=by, dataset=str(dataset.pk), **facts)
    return row


def restore_finding(dataset: Dataset, column: str, entity: str, *, by: Person) -> Overruling:
    """Take back what was overruled; the caller queues the new profile. Raises NotPermitted or Conflict."""
    require_owner(dataset, by)
    with transaction.atomic():
        dataset, _, _ = _found(dataset, column, entity)
        if (column, entity) not in standing(dataset):
            raise Conflict("This finding is not overruled: it stands.")
        row = Overruling.objects.create(dataset=dataset, column=column, entity=entity, holds=False, by=by)
        record("restored", row, by=by, dataset=str(dataset.pk), column=column, entity=entity)
    return row


def _found(dataset: Dataset, name: str, entity: str) -> tuple[Dataset, ColumnProfile, Finding]:
    """The dataset, locked, with the column and what was found in it."""
    dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
    if reasons := why_not_plan(dataset):
        raise Conflict(*reasons)
    for column in TableProfile.from_json(dataset.profile).columns:
        for finding in column.findings:
            if (column.name, finding.entity) == (name, entity):
                return dataset, column, finding
    raise Conflict("Nothing of this kind was found in that column.")


def _why_refused(column: ColumnProfile, finding: Finding, reason: str, *, although_validated: bool) -> list[str]:
    reasons = why_not_overrule(column, finding)
    if not reason:
        reasons.append("Say what these values are: the reason is printed on the certificate of what is made from them.")
    if len(reason) > Overruling.LONGEST_REASON:
        reasons.append(f"The reason has {len(reason)} characters; {Overruling.LONGEST_REASON} are possible.")
    if finding.validated and not although_validated and not reasons:
        what = entity_words(finding.entity)
        reasons.append(
            f"The check of a {what} holds for some of these values. Say that you overrule it although it does."
        )
    return reasons


def reprofile_dataset(dataset_id: UUID, *, by: Worker, report: Report) -> None:
    """Profile the training records again with what is overruled now; propose a plan that keeps what can be kept."""
    dataset = Dataset.objects.get(pk=dataset_id)
    if dataset.status not in PLANNABLE:
        return
    report("reading the records", 0, 0)
    before = proposed_for(dataset, TableProfile.from_json(dataset.profile))
    profile = profile_of_records(dataset, report)
    with transaction.atomic():
        by.hold()
        plan = keep_new_profile(dataset, profile, before)
        record("profiled again", dataset, by=by, plan=plan.version, columns=len(profile.columns))
