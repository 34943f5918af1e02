"""What work takes on this machine: the cards' estimates, corrected by what finished runs took."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from uuid import UUID

from generation.engine.comparison.technologies.settings import EPSILONS, KS, MOST_RECORDS, MOST_RUNS, PRIVATE
from generation.engine.errors import FitError
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.catalogue import cards
from generation.models import AuditPart, Calibration, Dataset, Evaluation, GenerationRun, RunPart, TechnologyMap
from generation.repositories.audits import seconds_of_a_refit
from synthportal.jobs.lanes import LEARNT_FROM, finished, seconds_of, usual_seconds

LOOKED_AT = 200  # the last finished jobs, of all synthesizers together
# Below this the start of a process outweighs the fit, so that a ratio would say nothing of larger fits.
LEAST_PROMISED_SECONDS = 5.0
# What measuring one table of a technology map takes, by thousand records of Adult on one processor.
SECONDS_OF_A_THOUSAND = 0.3


@dataclass(frozen=True, slots=True)
class Learnt:
    """By how much runs of a synthesizer took longer than its card promised: the median of the ratios of `runs` runs."""

    factor: float = 1.0
    runs: int = 0


def learnt() -> dict[str, Learnt]:
    """By synthesizer: what the last finished runs of this portal tell. In two queries, for all of them."""
    jobs = {job.subject_id: job for job in finished("generate")[:LOOKED_AT]}
    ratios: dict[str, list[float]] = {}
    runs = {run.pk: run for run in GenerationRun.objects.filter(pk__in=jobs).select_related("dataset")}
    for run_id, job in jobs.items():
        promised = _promised(runs[run_id]) if run_id in runs else None
        of_card = ratios.setdefault(runs[run_id].synthesizer, []) if run_id in runs else []
        if promised is not None and len(of_card) < LEARNT_FROM:
            of_card.append(seconds_of(job) / max(promised, LEAST_PROMISED_SECONDS))
    return {name: Learnt(median(found), len(found)) for name, found in ratios.items() if found}


def _promised(run: GenerationRun, rows: int | None = None) -> float | None:
    """What the card of a run's synthesizer says of its fit, on all or on so many records; None when card or settings
    are gone."""
    card, dataset = cards().get(run.synthesizer), run.dataset
    if card is None:
        return None
    try:
        parameters = validated(card, run.parameters)
    except FitError:
        return None
    return card.estimate(dataset.training_rows or 0 if rows is None else rows, len(dataset.schema), parameters).seconds


def seconds_to_generate(run_id: UUID) -> float | None:
    """What a run will take until its artefact is there."""
    run = GenerationRun.objects.select_related("dataset").get(pk=run_id)
    promised = _promised(run)
    return None if promised is None else promised * learnt().get(run.synthesizer, Learnt()).factor


def seconds_to_evaluate(run_id: UUID) -> float | None:
    """What the last evaluations of the same dataset took; None before the first."""
    same = Evaluation.objects.filter(run__dataset__runs=run_id).order_by("-created_at")
    spent = list(same.values_list("seconds", flat=True)[:LEARNT_FROM])
    return median(spent) if spent else None


@dataclass(frozen=True, slots=True)
class ProfileCost:
    """Seconds that a profile will take, as so many finished `profiles` of a tenth of its cells or more took by cell."""

    seconds: float
    profiles: int


def cost_of_profile(dataset: Dataset) -> ProfileCost | None:
    """What profiling a dataset will take on this portal; None before it is read, and before one of its size was
    profiled here: what small tables take says little of a large one.
    """
    cells = cells_of(dataset)
    rates: list[float] = []
    jobs = [*finished("profile")[:LOOKED_AT], *finished("reprofile")[:LOOKED_AT]]
    known = Dataset.objects.in_bulk({job.subject_id for job in jobs}) if cells else {}
    for job in jobs:
        of_job = cells_of(known[job.subject_id]) if job.subject_id in known else 0
        if cells and 10 * of_job >= cells and len(rates) < LEARNT_FROM:
            rates.append(seconds_of(job) / of_job)
    return ProfileCost(cells * median(rates), len(rates)) if rates else None


def cells_of(dataset: Dataset) -> int:
    """Training records times columns, which a profile reads; 0 before the file is read."""
    return (dataset.training_rows or 0) * len(dataset.file_facts.get("columns", ()))


def seconds_to_profile(dataset_id: UUID) -> float | None:
    """What a profile will take, or made again will take."""
    cost = cost_of_profile(Dataset.objects.get(pk=dataset_id))
    return None if cost is None else cost.seconds


def seconds_to_calibrate(calibration_id: UUID) -> float | None:
    """As many evaluations as there are repeats, and one more; as many fits as an audit has."""
    calibration = Calibration.objects.select_related("run__dataset", "run__plan").get(pk=calibration_id)
    if calibration.kind == Calibration.Kind.SHADOW_AUDIT:
        return seconds_to_audit(calibration.run, calibration.records).seconds * calibration.repeats
    each = seconds_to_evaluate(calibration.run_id)
    return None if each is None else each * (1 + calibration.repeats)


@dataclass(frozen=True, slots=True)
class RefitCost:
    """Processor seconds of one refit of an audit: as one took, or as the card reckons before any was made."""

    seconds: float
    is_measured: bool


def seconds_to_audit(run: GenerationRun, records: int) -> RefitCost:
    """What one refit of a run's synthesizer on so many records takes."""
    measured = seconds_of_a_refit(run, records)
    return RefitCost(_promised(run, records) or 0.0, False) if measured is None else RefitCost(measured, True)


def seconds_to_refit(part_id: UUID) -> float | None:
    """What all parts of an audit take together: one of many must not keep what is short waiting."""
    return seconds_to_calibrate(AuditPart.objects.values_list("calibration", flat=True).get(pk=part_id))


def seconds_to_weigh(map_id: UUID) -> float:
    """What a technology map takes."""
    return seconds_to_map(TechnologyMap.objects.select_related("dataset").get(pk=map_id).dataset)


def seconds_to_map(dataset: Dataset) -> float:
    """What the last map of a dataset took; before there is one, what the fits take by their card and the measures by
    the number of records and tables."""
    last = dataset.technology_maps.filter(finished_at__isnull=False).first()
    if last is not None:
        return last.seconds
    card, rows = cards()[PRIVATE], min(dataset.training_rows or 0, MOST_RECORDS)
    runs = min(MOST_RUNS, dataset.runs.filter(status=GenerationRun.Status.EVALUATED).count())
    tables = len(KS) + len(EPSILONS) + 2 + runs
    fits = len(EPSILONS) * card.estimate(rows, len(dataset.schema), validated(card, {})).seconds
    return fits + tables * rows / 1000 * SECONDS_OF_A_THOUSAND


def seconds_to_sample_parts(part_id: UUID) -> float | None:
    """What all parts of a run take together: one of many must not keep what is short waiting."""
    return usual_seconds("sample_part") * RunPart.objects.filter(run__parts=part_id).count()
