"""overrule, a part of profile: the owner says that what was found in a column is something else, or takes it back.

The profile is made again with it, and a new version of the plan is proposed that keeps the owner's choices. Two things
an owner's word does not do. In free text a value whose check holds stays found, text by text, because a text may hold a
real one beside any number of others. Elsewhere such a finding is overruled only by somebody who says that they know of
the check; the trail, the certificate and the data card say so too.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from generation.engine.pii.entities import Finding, entity_words
from generation.engine.profiling.profile import ColumnProfile, TableProfile
from generation.engine.schema import Sdtype
from generation.models import Dataset, Overruling
from generation.permissions import require_owner
from generation.repositories.sensitive.overrulings import standing
from generation.stages.minimise import PLANNABLE, proposed_for, why_not_plan
from generation.stages.profile import profile_of_records
from generation.stages.reread import keep_new_profile
from synthportal.audit import record
from synthportal.errors import Conflict
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.models import Person


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
