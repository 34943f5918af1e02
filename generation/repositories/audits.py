"""Shadow audits: the counts of their fits while they are made, and what the newest one found."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models, transaction

from generation.engine.evaluation.calibration.shadow.words import NOT_AUDITED, audit_sentence
from generation.models import AuditPart, Calibration, GenerationRun
from generation.repositories.tables import read_sealed, schema_from_json
from synthportal.jobs.worker import Worker
from synthportal.storage.vault import open_sealed, remove_sealed, write_sealed

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# So many refits tell what one costs, and nothing else.
TRIAL = 2
# Of the exposed records, for so many is the nearest synthetic one put before annotators.
LOOKED_FOR = 10


@dataclass(frozen=True, slots=True)
class Fitted:
    """Counts of some fits (fits x targets x queries), and the processor seconds that each took."""

    counts: npt.NDArray[np.uint32]
    seconds: npt.NDArray[np.float64]


def keep_part(part: AuditPart, fitted: Fitted, *, by: Worker) -> None:
    """Seal a part's counts, so that a killed worker need not make them again. They tell of single records."""
    import numpy as np

    packed = io.BytesIO()
    # The name makes the bytes this part's own: removing it can never remove another audit's equal counts.
    np.savez_compressed(packed, counts=fitted.counts, seconds=fitted.seconds, part=np.array(str(part.pk)))
    key_id = part.calibration.run.dataset.key_id
    with write_sealed(key_id) as draft:
        draft.file.write(packed.getvalue())
    try:
        with transaction.atomic():
            by.hold()
            AuditPart.objects.filter(pk=part.pk).update(sha256=draft.written.sha256)
    finally:
        if not AuditPart.objects.filter(pk=part.pk, sha256=draft.written.sha256).exists():
            remove_sealed(key_id, draft.written.sha256)


def read_parts(audit: Calibration) -> Fitted:
    """All fits of an audit in order."""
    import numpy as np

    counts, seconds = [], []
    for sha256 in audit.parts.order_by("index").values_list("sha256", flat=True):
        with open_sealed(audit.run.dataset.key_id, sha256) as source:
            kept = np.load(io.BytesIO(source.read()), allow_pickle=False)
            counts.append(kept["counts"])
            seconds.append(kept["seconds"])
    return Fitted(np.concatenate(counts), np.concatenate(seconds))


def remove_parts(audit: Calibration) -> None:
    """The bytes before the rows that name them: a worker killed in between leaves nothing that nobody knows of."""
    for sha256 in audit.parts.exclude(sha256="").values_list("sha256", flat=True):
        remove_sealed(audit.run.dataset.key_id, sha256)
    audit.parts.all().delete()


def newest_audit(run: GenerationRun) -> Calibration | None:
    """The newest audit of a run's synthesizer with its settings, on the same records; a sibling's counts too."""
    return _audits_like(run).exclude(repeats=TRIAL).first()


def seconds_of_a_refit(run: GenerationRun, records: int) -> float | None:
    """What one fit on so many records takes by the last trial or audit; in proportion, where that had others."""
    measured = _audits_like(run).first()
    return float(measured.result[0]["seconds"]) * records / measured.records if measured else None


def exposed_rows(run: GenerationRun) -> list[int]:
    """Positions in the minimised training table of the records that the newest audit exposed, most exposed first."""
    audit = newest_audit(run)
    if audit is None or not audit.report_sha256:
        return []
    with open_sealed(run.dataset.key_id, audit.report_sha256) as source:
        return [int(one["row"]) for one in json.load(source)["exposed"]]


def rows_near_exposed(run: GenerationRun) -> list[int]:
    """Rows of the run's artefact that lie nearest to the records that an audit exposed, the most exposed first."""
    exposed = exposed_rows(run)[:LOOKED_FOR]
    if not exposed:
        return []
    from generation.engine.evaluation.calibration.shadow.neighbours import nearest_rows

    schema = tuple(spec for spec in schema_from_json(run.plan.schema) if spec.name in run.columns)
    artefact = read_sealed(run.dataset.key_id, run.artefact_sha256)
    artefact.columns = run.columns
    training = read_sealed(run.dataset.key_id, run.plan.minimised_sha256).loc[exposed]
    return nearest_rows(training, artefact, schema)


def audit_line(run: GenerationRun) -> str:
    """Whether the run's synthesizer was audited, and what was found, in one line."""
    audit = newest_audit(run)
    if audit is None:
        return NOT_AUDITED
    return f"Audited by {audit.repeats:,} refits on {audit.records:,} records at most. {audit_sentence(audit.result)}"


def _audits_like(run: GenerationRun) -> models.QuerySet[Calibration]:
    """Finished ones, the newest first."""
    audits = Calibration.objects.filter(kind=Calibration.Kind.SHADOW_AUDIT, finished_at__isnull=False)
    alike = {"plan__minimised_sha256": run.plan.minimised_sha256, "synthesizer": run.synthesizer}
    runs = [one.pk for one in run.dataset.runs.filter(**alike) if one.parameters == run.parameters]
    return audits.filter(run__in=runs).select_related("run__dataset")
