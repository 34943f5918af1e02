"""The privacy budget: what differentially private runs took from a source's budget, and how much there is.

Uploading a source again opens no new budget, also where some of it differs (`source_of`). Epsilons and deltas of runs
add up (basic composition: Dwork and Roth 2014, theorem 3.16): it holds for any synthesizer that states them, whatever
it does inside.
A spend is taken when the run is asked for and never given back: what is queued may be fitted at any moment, and a rule
without exceptions cannot be got around.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet, Sum

from generation.engine.synthesizers.catalogue import cards
from generation.models import Dataset, GenerationRun, PrivacyLimit, PrivacySpend
from generation.repositories.tables import datasets_of_source
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.trail.audit import record

DEFAULT_LIMIT = 10.0
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


def is_private(synthesizer: str) -> bool:
    """Whether a synthesizer gives differential privacy, so that its runs are paid for."""
    card = cards().get(synthesizer)
    return card is not None and card.is_private


def price_of(synthesizer: str, parameters: Mapping[str, object]) -> Price | None:
    """What a run with these (validated) parameters takes; None for a synthesizer without differential privacy."""
    if not is_private(synthesizer):
        return None
    return Price(float(str(parameters["epsilon"])), float(str(parameters["delta"])))


def budget_of(dataset: Dataset) -> Budget:
    """The budget of the dataset's source as it stands."""
    total = spends_of(dataset).aggregate(epsilon=Sum("epsilon"), delta=Sum("delta"))
    newest = limits_of(dataset).filter(decision__holds=True).first()
    return Budget(newest.epsilon if newest else DEFAULT_LIMIT, total["epsilon"] or 0.0, total["delta"] or 0.0)


def spends_of(dataset: Dataset) -> QuerySet[PrivacySpend]:
    """Every spend from the dataset's source, oldest first, whichever dataset it was for."""
    found = PrivacySpend.objects.filter(dataset__in=datasets_of_source(dataset))
    return found.select_related("run", "run__requested_by", "dataset").order_by("created_at", "pk")


def limits_of(dataset: Dataset) -> QuerySet[PrivacyLimit]:
    """Every limit a steward wrote for the dataset's source, newest first."""
    found = PrivacyLimit.objects.filter(dataset__in=datasets_of_source(dataset))
    return found.select_related("by", "decision__by").order_by("-created_at", "-number")


def waiting_limit(dataset: Dataset) -> PrivacyLimit | None:
    """The limit that waits for a second steward."""
    return limits_of(dataset).filter(decision=None).first()


def largest_limit() -> float:
    """The floor of privacy that an administrator sets, as for every other privacy limit."""
    return float(DEFAULT_LIMIT * settings.PRIVACY_LIMIT_FACTOR)


def named_by(dataset: Dataset) -> str:
    """What entries name the dataset's source by: the SHA-256 of its first upload. The database sums by it."""
    return datasets_of_source(dataset).order_by("created_at", "pk").values_list("sha256", flat=True)[0]


def lock_source(dataset: Dataset) -> None:
    """Until the transaction ends, nobody else asks for runs on this source. Rows are locked in one order by all."""
    list(datasets_of_source(dataset).select_for_update().order_by("pk").values_list("pk", flat=True))


def spend_for(run: GenerationRun, *, by: Person) -> None:
    """Take what the run asks for; the source must be locked. Raises Conflict when it would overspend."""
    price = price_of(run.synthesizer, run.parameters)
    if price is None:
        return
    budget = budget_of(run.dataset)
    if reasons := budget.why_not(price):
        raise Conflict(*reasons)
    source = named_by(run.dataset)
    PrivacySpend.objects.create(
        source=source,
        dataset=run.dataset,
        run=run,
        epsilon=price.epsilon,
        delta=price.delta,
        limit=budget.limit,
    )
    record("privacy spent", run, by=by, source=source, epsilon=price.epsilon, delta=price.delta)
