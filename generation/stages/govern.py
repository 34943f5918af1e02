"""govern: what stewards decide: limits of the evidence, the privacy budget of a source, and written exceptions."""

from __future__ import annotations

from django.db import transaction

from generation.engine.evaluation.limits.changes import Changes
from generation.models import Dataset, Limits, LimitsDecision, PrivacyLimit, PrivacyLimitDecision, WrittenException
from generation.permissions import ever_owned_by, has_owned
from generation.repositories.budget import budget_of, largest_limit, limits_of, lock_source, named_by, waiting_limit
from generation.repositories.judged.limits import (
    LimitsVersion,
    all_versions_of,
    current_version,
    next_changes,
    too_lax,
    waiting_of,
)
from generation.repositories.minimisation.exceptions import standing_exceptions
from generation.repositories.tables import datasets_of_source
from generation.stages.changes.versions import NOT_WAITING, UNCHANGED, Current, Kind, add_version, require_decision
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person
from synthportal.roles import Role, has_role, require
from synthportal.trail.audit import record

PRIVACY = Kind("the limit of this source", "A change of the limit needs a reason: it stands in the ledger.")
LIMITS = Kind("these limits", "A change of the limits needs a reason: it is shown wherever the limits are.")


def change_limit(dataset: Dataset, epsilon: float, *, reason: str, by: Person) -> PrivacyLimit:
    """Write another limit of the dataset's source, which waits for a second steward. The figures are audited.

    Raises NotPermitted for who is no steward or owns an upload of the source, Conflict for a limit that cannot be, no
    reason, or where another one waits.
    """
    _require_no_owner(dataset, by)
    _require_possible(epsilon)

    def current() -> Current:
        lock_source(dataset)
        waiting = waiting_limit(dataset)
        return Current(limits_of(dataset).count(), "", waiting.number if waiting else None)

    def add() -> PrivacyLimit:
        before, source, number = budget_of(dataset).limit, named_by(dataset), limits_of(dataset).count() + 1
        if before == epsilon:
            raise Conflict(f"The limit is {epsilon:g} already.")
        said = {"number": number, "epsilon": epsilon, "reason": reason.strip()}
        limit = PrivacyLimit.objects.create(source=source, dataset=dataset, by=by, **said)
        record("privacy limit changed", dataset, by=by, source=source, before=before, after=epsilon)
        return limit

    return add_version(PRIVACY, current, add, reason=reason, by=by, seen=None)


def decide_limit(dataset: Dataset, number: int, *, holds: bool, note: str, by: Person) -> PrivacyLimit:
    """Let the waiting limit of the dataset's source hold, or refuse it.

    Raises NotPermitted for its author, for whoever is no steward or owns an upload of the source; Conflict without a
    note, or where this one does not wait.
    """
    _require_no_owner(dataset, by)
    with transaction.atomic():
        lock_source(dataset)
        waiting = waiting_limit(dataset)
        if waiting is None or waiting.number != number:
            raise Conflict(NOT_WAITING)
        require_decision(by, waiting.by_id, holds=holds, note=note)
        if holds:
            _require_possible(waiting.epsilon)
        PrivacyLimitDecision.objects.create(version=waiting, holds=holds, note=note.strip(), by=by)
        action = "privacy limit confirmed" if holds else "privacy limit refused"
        record(action, dataset, by=by, source=waiting.source, number=number, epsilon=waiting.epsilon)
    return waiting


def _require_no_owner(dataset: Dataset, person: Person) -> None:
    require(person, Role.STEWARD)
    if datasets_of_source(dataset).filter(ever_owned_by(person)).exists():
        raise NotPermitted("The limit is set by somebody else than the owner of the dataset.")


def _require_possible(epsilon: float) -> None:
    if not 0 < epsilon <= largest_limit():
        raise Conflict(
            f"The limit is a number above 0 and up to {largest_limit():g}: the administrator of this portal set that."
        )


def change_limits(purpose: str, changes: Changes, *, reason: str, by: Person, seen: int | None = None) -> LimitsVersion:
    """Add a version of a purpose's limits: the current one with these changes. It waits for a second steward.

    `seen` is the version that the person had before them. Raises what `add_version` raises, Conflict for a change that
    changes nothing, LimitsError for values that make no limits.
    """

    def current() -> Current:
        now = current_version(purpose)
        waiting = waiting_of(purpose)
        return Current(now.number, now.row.reason if now.row else "", waiting.number if waiting else None)

    def add() -> LimitsVersion:
        return _add_limits(current_version(purpose), changes, reason.strip(), by)

    return add_version(LIMITS, current, add, reason=reason, by=by, seen=seen)


def _add_limits(now: LimitsVersion, changes: Changes, reason: str, by: Person) -> LimitsVersion:
    wanted = next_changes(now, changes)
    if wanted == now.changes:
        raise Conflict(UNCHANGED)
    number = all_versions_of(now.purpose)[0].number + 1
    row = Limits.objects.create(purpose=now.purpose, version=number, limits=wanted, reason=reason, by=by)
    made = LimitsVersion(row.purpose, row.version, row.limits, row)
    record("limits changed", row, by=by, purpose=row.purpose, version=row.version, metrics=_moved_metrics(now, made))
    return made


def decide_limits(purpose: str, number: int, *, holds: bool, note: str, by: Person) -> LimitsVersion:
    """Let the waiting version of a purpose's limits hold, or refuse it. Evidence judged before a
    new one no longer counts.

    Raises NotPermitted for its author and for whoever is no steward, Conflict without a note, or where this version
    does not wait.
    """
    with transaction.atomic():
        waiting = waiting_of(purpose)
        if waiting is None or waiting.row is None or waiting.number != number:
            raise Conflict(NOT_WAITING)
        require_decision(by, waiting.row.by_id, holds=holds, note=note)
        if holds and (wrong := too_lax(purpose, waiting.changes)):
            raise Conflict(*wrong.values())
        made = LimitsDecision.objects.create(version=waiting.row, holds=holds, note=note.strip(), by=by)
        action = "limits confirmed" if holds else "limits refused"
        record(action, waiting.row, by=by, purpose=purpose, version=number, decision=str(made.pk))
        record("decided", made, by=by, holds=holds)
    return waiting


def _moved_metrics(before: LimitsVersion, after: LimitsVersion) -> list[str]:
    """Names of what differs between two versions: metrics, minimum_cell, public."""
    old, new = before.changes, after.changes
    metrics = {
        name
        for kind in ("rules", "needed")
        for name in old.get(kind, {}).keys() | new.get(kind, {}).keys()
        if old.get(kind, {}).get(name) != new.get(kind, {}).get(name)
    }
    return sorted(metrics | {name for name in ("minimum_cell", "public") if old.get(name) != new.get(name)})


def why_not_except(person: Person, dataset: Dataset) -> list[str]:
    """Why this person cannot write an exception for a column of this dataset; empty when they can."""
    if not has_role(person, Role.STEWARD):
        return ["An exception is written by a steward."]
    if has_owned(person, dataset):
        return ["An exception is written by somebody else than the owner of the dataset."]
    if dataset.status not in (Dataset.Status.PROFILED, Dataset.Status.MINIMISED):
        return ["An exception is about a column, and the columns of this dataset are not known now."]
    return []


def write_exception(
    dataset: Dataset, column: str, *, reason: str, by: Person, is_granted: bool = True
) -> WrittenException:
    """Let the direct identifiers of a column stay as they are, or take that back, with a reason that the card prints.

    Who lets them stay signs no release of the dataset. Raises NotPermitted, or Conflict with what is wrong.
    """
    if reasons := why_not_except(by, dataset):
        raise NotPermitted(*reasons)
    if not reason.strip():
        raise Conflict("An exception needs a reason: it stands at the gate, on the card and on the certificate.")
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        if not dataset.columns.filter(position=_position(column)).exists():
            raise Conflict("The dataset has no such column. Columns are named c0, c1, ...")
        if is_granted is (column in standing_exceptions(dataset)):
            raise Conflict("Such an exception holds already." if is_granted else "No exception holds for this column.")
        made = WrittenException.objects.create(
            dataset=dataset, column=column, is_granted=is_granted, reason=reason.strip(), by=by
        )
        action = "exception written" if is_granted else "exception taken back"
        record("written", made, by=by, dataset=str(dataset.pk), granted=is_granted)
        record(action, dataset, by=by, column=column, exception=made.pk)
    return made


def _position(column: str) -> int:
    digits = column.removeprefix("c")
    return int(digits) if digits.isdecimal() and len(digits) < 6 else -1
