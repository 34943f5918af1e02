"""The privacy ledger: what differentially private runs took from a source's budget, and how much there is.

A source is a file by its SHA-256: uploading it again opens no new budget. Epsilons and deltas of runs add up (basic
composition: Dwork and Roth 2014, theorem 3.16): it holds for any synthesizer that states them, whatever it does inside.
A spend is taken when the run is asked for and never given back: what is queued may be fitted at any moment, and a rule
without exceptions cannot be got around.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet, Sum

from generation.engine.synthesizers.catalogue import cards
from generation.ledger_models import PrivacyLimit, PrivacySpend
from generation.models import Dataset, GenerationRun
from synthportal.audit import record
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person
from synthportal.roles import Role, require

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_LIMIT = 10.0
LARGEST_LIMIT = 1000.0
# Sums of decimal fractions differ from their total in the last digits.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Price:
    """What one run takes."""

    epsilon: float
    delta: float


@dataclass(frozen=True, slots=True)
class Budget:
    """A source's epsilon: the limit and what is spent of it; and the sum of the deltas, which has no limit."""

    limit: float
    spent: float
    delta: float

    @property
    def left(self) -> float:
        """What runs may still take; never below 0, though a limit may be lowered under what is spent."""
        return max(0.0, round(self.limit - self.spent, 9))

    def why_not(self, price: Price) -> list[str]:
        """Why a run of this price cannot be asked for; empty when it can."""
        if price.epsilon <= self.left + ROUNDING:
            return []
        return [
            f"This source has epsilon {self.left:g} of {self.limit:g} left; the run asks for {price.epsilon:g}. "
            "Ask for less, or ask a steward to raise the limit of the source."
        ]


def price_of(synthesizer: str, parameters: Mapping[str, object]) -> Price | None:
    """What a run with these (validated) parameters takes; None for a synthesizer without differential privacy."""
    card = cards().get(synthesizer)
    if card is None or not card.is_private:
        return None
    return Price(float(str(parameters["epsilon"])), float(str(parameters["delta"])))


def budget_of(dataset: Dataset) -> Budget:
    """The budget of the dataset's source as it stands."""
    spends = PrivacySpend.objects.filter(source=dataset.sha256)
    total = spends.aggregate(epsilon=Sum("epsilon"), delta=Sum("delta"))
    newest = limits_of(dataset).first()
    return Budget(newest.epsilon if newest else DEFAULT_LIMIT, total["epsilon"] or 0.0, total["delta"] or 0.0)


def spends_of(dataset: Dataset) -> QuerySet[PrivacySpend]:
    """Every spend from the dataset's source, oldest first, whichever dataset it was for."""
    found = PrivacySpend.objects.filter(source=dataset.sha256).select_related("run", "run__requested_by", "dataset")
    return found.order_by("created_at", "pk")


def limits_of(dataset: Dataset) -> QuerySet[PrivacyLimit]:
    """Every limit a steward set for the dataset's source, newest first."""
    return PrivacyLimit.objects.filter(source=dataset.sha256).select_related("by").order_by("-number")


def lock_source(dataset: Dataset) -> None:
    """Until the transaction ends, nobody else asks for runs on this source. Rows are locked in one order by all."""
    rows = Dataset.objects.select_for_update().filter(sha256=dataset.sha256).order_by("pk")
    list(rows.values_list("pk", flat=True))


def spend_for(run: GenerationRun, *, by: Person) -> None:
    """Take what the run asks for; the source must be locked. Raises Conflict when it would overspend."""
    price = price_of(run.synthesizer, run.parameters)
    if price is None:
        return
    budget = budget_of(run.dataset)
    if reasons := budget.why_not(price):
        raise Conflict(*reasons)
    PrivacySpend.objects.create(
        source=run.dataset.sha256,
        dataset=run.dataset,
        run=run,
        epsilon=price.epsilon,
        delta=price.delta,
        limit=budget.limit,
    )
    record("privacy spent", run, by=by, source=run.dataset.sha256, epsilon=price.epsilon, delta=price.delta)


def change_limit(dataset: Dataset, epsilon: float, *, reason: str, by: Person) -> PrivacyLimit:
    """Set the limit of the dataset's source. Only stewards who do not own it, with a reason; the figures are audited.

    Raises NotPermitted, or Conflict for a limit that cannot be or no reason.
    """
    require(by, Role.STEWARD)
    if dataset.owner_id == by.pk:
        raise NotPermitted("The limit is set by somebody else than the owner of the dataset.")
    if not 0 < epsilon <= LARGEST_LIMIT:
        raise Conflict(f"The limit is a number above 0 and up to {LARGEST_LIMIT:g}.")
    if not reason.strip():
        raise Conflict("A change of the limit needs a reason: it stands in the ledger.")
    with transaction.atomic():
        lock_source(dataset)
        before = budget_of(dataset).limit
        if before == epsilon:
            raise Conflict(f"The limit is {epsilon:g} already.")
        number = limits_of(dataset).count() + 1
        limit = PrivacyLimit.objects.create(
            source=dataset.sha256, dataset=dataset, number=number, epsilon=epsilon, reason=reason.strip(), by=by
        )
        record("privacy limit changed", dataset, by=by, source=dataset.sha256, before=before, after=epsilon)
    return limit


def bounded(run: GenerationRun, training: pd.DataFrame) -> pd.DataFrame:
    """The training records of a differentially private run, with no more of one person than its noise is made for."""
    person = _person_column(run.dataset)
    if price_of(run.synthesizer, run.parameters) is None or person is None:
        return training
    from generation.engine.synthesizers.dp_contribution import at_most

    return at_most(training, person, _records(run))


def notes_on_persons(run: GenerationRun) -> list[str]:
    """What the guarantee of a differentially private run means for a person with several records."""
    if price_of(run.synthesizer, run.parameters) is None:
        return []
    most = _records(run)
    if _person_column(run.dataset):
        return [f"It was fitted on at most {most} of each person's records, so the guarantee holds for persons."]
    why = "No column names a person" if not run.dataset.person_column else "The column that names a person was removed"
    return [f"{why}, so records per person could not be limited: who has more than {most} is not fully covered."]


def _person_column(dataset: Dataset) -> str | None:
    """Where the minimised table names persons; None when it does not."""
    named = (column["name"] for column in dataset.schema if column["label"] == dataset.person_column)
    return next(named, None) if dataset.person_column else None


def _records(run: GenerationRun) -> int:
    return int(run.parameters.get("records_per_person", 1))
