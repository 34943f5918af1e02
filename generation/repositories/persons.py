"""Records of one person: their numbers, and where a run bounds how many of them a differentially private fit sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generation.engine.kinds.catalogue import kind_of
from generation.engine.tables.cut.persons import PERSON, numbered
from generation.models import Dataset, GenerationRun

if TYPE_CHECKING:
    import pandas as pd

from generation.repositories.budget import price_of
from generation.repositories.tables import person_column_of
from synthportal.storage.vault import open_sealed


def persons_of(
    dataset: Dataset, training: pd.DataFrame, holdout: pd.DataFrame
) -> tuple[dict[str, pd.Series[int]], dict[str, pd.Series[int]]]:
    """Numbers of the persons of training and holdout, as a column for each of the two; none where nobody is named, or
    the kind of source counts none."""
    column = person_column_of(dataset)
    if column is None or not kind_of(dataset.kind).counts_persons:
        return {}, {}
    return {PERSON: numbered(training[column])}, {PERSON: numbered(holdout[column], 2 * len(training))}


def bounded(run: GenerationRun, training: pd.DataFrame) -> pd.DataFrame:
    """The training records of a differentially private run, with no more of one person than its noise is made for."""
    person = PERSON if PERSON in training.columns else _person_column(run)
    if price_of(run.synthesizer, run.parameters) is None or person is None:
        return training
    from generation.engine.synthesizers.dp.contribution import at_most

    return at_most(training, person, _records(run))


def one_each(run: GenerationRun, training: pd.DataFrame, seed: int) -> pd.DataFrame:
    """One record of each person, at random; all records where the minimised table names nobody. Positions are kept as
    the index."""
    person = PERSON if PERSON in training.columns else _person_column(run)
    if person is None:
        return training
    mixed = training.sample(frac=1, random_state=seed)
    chosen: pd.DataFrame = mixed[mixed[person].isna() | ~mixed[person].duplicated()].sort_index()
    return chosen


def notes_on_persons(run: GenerationRun) -> list[str]:
    """What the guarantee of a differentially private run means for a person with several records."""
    if price_of(run.synthesizer, run.parameters) is None:
        return []
    most = _records(run)
    if _person_column(run) or _keeps_numbers(run):
        return [f"It was fitted on at most {most} of each person's records, so the guarantee holds for persons."]
    why = "No column names a person" if not run.dataset.person_column else "The column that names a person was removed"
    return [f"{why}, so records per person could not be limited: who has more than {most} is not fully covered."]


def _person_column(run: GenerationRun) -> str | None:
    """Where the minimised table of a run names persons; None when it does not."""
    column = person_column_of(run.dataset)
    return column if column in {kept["name"] for kept in run.plan.schema} else None


def _keeps_numbers(run: GenerationRun) -> bool:
    """Whether numbers of persons stand beside the minimised records: plans of before kept none of tables."""
    import pyarrow.parquet as pq

    if not run.plan.minimised_sha256 or person_column_of(run.dataset) is None:
        return False
    with open_sealed(run.dataset.key_id, run.plan.minimised_sha256) as source:
        return PERSON in pq.read_schema(source).names


def _records(run: GenerationRun) -> int:
    return int(run.parameters.get("records_per_person", 1))
