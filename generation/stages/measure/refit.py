"""refit, a part of calibrate: the fits of a shadow audit, made by any number of workers, judged by the one that asked.

A part is several fits. Each fit depends only on the records, the settings and its own number, so the result is the same
whoever makes which part, and however often a worker is killed on the way (but where noise cannot be repeated).
"""

from __future__ import annotations

import json
import time
from math import ceil
from typing import TYPE_CHECKING, Any
from uuid import UUID

from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.catalogue import card_of
from generation.models import AuditPart, Calibration, GenerationRun
from generation.repositories.audits import TRIAL, Fitted, keep_part, read_parts, remove_parts
from generation.repositories.persons import one_each
from generation.repositories.tables import read_sealed, schema_from_json
from generation.stages.evaluate import EVALUATION_SEED
from synthportal.jobs.progress import Report
from synthportal.jobs.queue import take_over
from synthportal.jobs.worker import Worker
from synthportal.models import Job
from synthportal.storage.vault import write_sealed

if TYPE_CHECKING:
    from generation.engine.evaluation.calibration.shadow.plan import AuditPlan

PARTS = 30
WAIT_SECONDS = 0.2
REFITTING = "fitting the synthesizer again"


def plan_refits(calibration_id: UUID) -> list[UUID]:
    """The parts of an audit that any worker may make now, planned once; none of other calibrations or of a trial."""
    audit = Calibration.objects.get(pk=calibration_id)
    if audit.kind != Calibration.Kind.SHADOW_AUDIT or audit.finished_at or audit.repeats == TRIAL:
        return []
    if not audit.parts.exists():
        count = ceil(audit.repeats / _fits_in_a_part(audit))
        parts = (AuditPart(calibration=audit, index=index) for index in range(count))
        AuditPart.objects.bulk_create(parts, ignore_conflicts=True)
    return list(audit.parts.filter(sha256="").values_list("pk", flat=True))


def refit_part(part_id: UUID, *, by: Worker, report: Report) -> None:
    """Make one part for the worker that judges; nothing is done when the audit no longer needs it."""
    parts = AuditPart.objects.select_related("calibration__run__dataset", "calibration__run__plan")
    part = parts.filter(pk=part_id, sha256="").first()
    if part is not None and _is_live(part.calibration):
        report("reading the records", 0, 0)
        _make(part, _Fits(part.calibration), by, report)


def audited(audit: Calibration, *, by: Worker, report: Report) -> tuple[list[dict[str, Any]], str]:
    """The rows of the result, and the digest of what is sealed: which records are exposed. A trial tells its cost."""
    fits = _Fits(audit)
    if audit.repeats == TRIAL:
        return [_cost(fits.make(range(TRIAL), report))], ""
    while waiting := list(audit.parts.filter(sha256="")):
        part = next((each for each in waiting if take_over(each.pk)), None)
        if part is None:
            report(REFITTING, _fits_done(audit), audit.repeats)
            time.sleep(WAIT_SECONDS)
        else:
            part.calibration = audit
            _make(part, fits, by, report)
    return _judged(audit, fits.plan, report)


def refit_jobs(audit: Calibration) -> list[Job]:
    """The live jobs that make parts of this audit."""
    live = [Job.State.QUEUED, Job.State.RUNNING]
    return list(Job.objects.filter(subject_id__in=audit.parts.values("pk"), state__in=live))


def refits_over(calibration_id: UUID) -> None:
    """The audit has failed, or no longer needs its parts."""
    remove_parts(Calibration.objects.select_related("run__dataset").get(pk=calibration_id))


class _Fits:
    """The plan of an audit and its synthesizer, read once for many fits."""

    def __init__(self, audit: Calibration) -> None:
        from generation.engine.evaluation.calibration.shadow.refit import ByCard

        self._audit, run = audit, audit.run
        schema = schema_from_json(run.plan.schema)
        self.plan = audit_plan(run, audit.records)
        self._synthesize = ByCard(run.synthesizer, schema, validated(card_of(run.synthesizer), run.parameters))

    def make(self, numbers: range, report: Report) -> Fitted:
        """Counts of these fits, and the processor seconds of each."""
        import numpy as np

        from generation.engine.evaluation.calibration.shadow.refit import timed_refit

        counts, seconds = [], []
        before, total = _fits_done(self._audit), self._audit.repeats
        for made, number in enumerate(numbers):
            report(REFITTING, min(before + made, total), total)
            found, spent = timed_refit(self.plan, self._synthesize, number)
            counts.append(found)
            seconds.append(spent)
        return Fitted(np.stack(counts), np.array(seconds))


def audit_plan(run: GenerationRun, records: int) -> AuditPlan:
    """Which training records of a run are audited, one of each person at most. Nobody can choose them."""
    from generation.engine.evaluation.calibration.shadow.plan import plan_audit

    schema = schema_from_json(run.plan.schema)
    training = one_each(run, read_sealed(run.dataset.key_id, run.plan.minimised_sha256), EVALUATION_SEED)
    return plan_audit(training[[spec.name for spec in schema]], schema, records=records, seed=EVALUATION_SEED)


def _make(part: AuditPart, fits: _Fits, by: Worker, report: Report) -> None:
    size = _fits_in_a_part(part.calibration)
    numbers = range(part.index * size, min(part.calibration.repeats, (part.index + 1) * size))
    keep_part(part, fits.make(numbers, report), by=by)


def _judged(audit: Calibration, plan: AuditPlan, report: Report) -> tuple[list[dict[str, Any]], str]:
    from generation.engine.evaluation.calibration.shadow.audit import judge

    report("guessing who was there", 0, 0)
    fitted = read_parts(audit)
    found = judge(plan, fitted.counts, float(audit.run.parameters.get("delta", 0.0)))
    with write_sealed(audit.run.dataset.key_id) as draft:
        exposed = [{"row": one.position, "auc": one.auc} for one in found.exposed]
        draft.file.write(json.dumps({"audit": str(audit.pk), "exposed": exposed}).encode())
    return [_cost(fitted), *(one.as_json() for one in found.guessed)], draft.written.sha256


def _cost(fitted: Fitted) -> dict[str, Any]:
    """The median: the first fit of a process also imports."""
    import numpy as np

    return {"group": "cost", "fits": len(fitted.seconds), "seconds": float(np.median(fitted.seconds[1:]))}


def _fits_in_a_part(audit: Calibration) -> int:
    return 2 * ceil(audit.repeats / (2 * PARTS))


def _fits_done(audit: Calibration) -> int:
    return min(audit.repeats, audit.parts.exclude(sha256="").count() * _fits_in_a_part(audit))


def _is_live(audit: Calibration) -> bool:
    live = [Job.State.QUEUED, Job.State.RUNNING]
    return Job.objects.filter(subject_id=audit.pk, kind="calibrate", state__in=live).exists()
