"""What is sensitive in the datasets that a person sees: which columns and texts hold what, how sure that is, how it is
treated, and where it was released. In as many queries for all datasets as for one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from generation.engine.minimisation.treatments import TREATMENTS, TreatmentKind
from generation.engine.profiling.profile import ColumnProfile
from generation.engine.schema import ColumnRole, Sdtype
from generation.models import Dataset, Plan
from generation.repositories.plans import profile_of, treatments_of
from synthportal.web.slots import Slot

SENSITIVE_ROLES = frozenset({ColumnRole.DIRECT, ColumnRole.QUASI, ColumnRole.SENSITIVE})


@dataclass(frozen=True, slots=True)
class Released:
    """A release of a dataset, as far as this list needs it: its page, its status, and names of the columns in it."""

    id: UUID
    number: int
    status: str
    url: str
    columns: frozenset[str]


def _no_releases(datasets: Sequence[UUID]) -> Mapping[UUID, Sequence[Released]]:
    return {}


# By dataset, its releases, the newest first: filled by the app that releases, in one query.
releases_of = Slot(_no_releases)


@dataclass(frozen=True, slots=True)
class Holding:
    """A column that holds something: `treatment` is that of the newest plan, which `is_confirmed` or only proposed."""

    dataset: Dataset
    column: ColumnProfile
    treatment: TreatmentKind | None
    is_confirmed: bool
    releases: tuple[Released, ...] = ()

    @property
    def entities(self) -> tuple[str, ...]:
        """What was found and not overruled, the most frequent first."""
        return tuple(finding.entity for finding in self.column.findings if not finding.overruled)

    @property
    def is_text(self) -> bool:
        return self.column.sdtype is Sdtype.TEXT

    @property
    def is_untreated(self) -> bool:
        """Whether something that points at one person would stay as it is."""
        return self.column.holds_people and self.treatment is TreatmentKind.KEEP


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them: words of a dataset's or column's name, an entity, a dataset, a treatment, a role; "" takes all."""

    words: str = ""
    entity: str = ""
    dataset: str = ""
    treatment: str = ""
    role: str = ""

    def takes(self, one: Holding) -> bool:
        """Whether a holding is among them."""
        named = f"{one.dataset.name} {one.column.label}".casefold()
        return (
            self.words.casefold() in named
            and self.entity in ("", *one.entities)
            and self.dataset in ("", str(one.dataset.pk))
            and self.treatment in ("", str(one.treatment or ""))
            and self.role in ("", str(one.column.role))
        )


@dataclass(slots=True)
class EntityLine:
    """One kind of data over all datasets: how many columns and texts hold it, untreated, and in how many releases."""

    entity: str
    columns: int = 0
    texts: int = 0
    untreated: int = 0
    datasets: set[UUID] = field(default_factory=set)
    releases: set[UUID] = field(default_factory=set)

    def add(self, one: Holding) -> None:
        self.columns += not one.is_text
        self.texts += one.is_text
        self.untreated += one.is_untreated
        self.datasets.add(one.dataset.pk)
        self.releases.update(release.id for release in one.releases)


def holdings_in(datasets: QuerySet[Dataset]) -> list[Holding]:
    """Of the datasets that are profiled and not erased, the columns that hold something; the newest dataset first."""
    known = datasets.exclude(status=Dataset.Status.ERASED).exclude(profile={}).select_related("owner")
    found = {dataset.pk: dataset for dataset in known.defer("cells", "file_facts", "schema").order_by("-created_at")}
    plans, released = _newest_plans(list(found)), releases_of(list(found))
    return [
        one
        for dataset in found.values()
        if dataset.pk in plans
        for one in _of_dataset(dataset, plans[dataset.pk], released.get(dataset.pk, ()))
    ]


def _newest_plans(datasets: Sequence[UUID]) -> dict[UUID, Plan]:
    newest = Plan.objects.filter(dataset=OuterRef("dataset")).order_by("-version").values("version")[:1]
    plans = Plan.objects.filter(dataset__in=datasets).annotate(newest=Subquery(newest)).filter(version=F("newest"))
    return {plan.dataset_id: plan for plan in plans.defer("report", "schema")}


def _of_dataset(dataset: Dataset, plan: Plan, released: Sequence[Released]) -> Iterator[Holding]:
    plan.dataset = dataset
    treatments = {one.column: one.kind for one in treatments_of(plan).treatments}
    for column in profile_of(plan).columns:
        if column.findings or column.role in SENSITIVE_ROLES:
            there = tuple(release for release in released if column.name in release.columns)
            yield Holding(dataset, column, treatments.get(column.name), plan.confirmed_at is not None, there)


def by_entity(holdings: Iterable[Holding]) -> list[EntityLine]:
    """One line for each kind, the most widespread first."""
    lines: dict[str, EntityLine] = {}
    for one in holdings:
        for entity in one.entities:
            lines.setdefault(entity, EntityLine(entity)).add(one)
    return sorted(lines.values(), key=lambda line: (-line.columns - line.texts, line.entity))


def treatment_words(kind: TreatmentKind | None) -> str:
    """A treatment as people read it."""
    return TREATMENTS[kind].title if kind else "none"


def choices_in(holdings: Sequence[Holding]) -> dict[str, dict[str, int]]:
    """What can be asked for, with how many holdings each choice keeps: entity, dataset, treatment and role."""
    return {
        "entity": Counter(entity for one in holdings for entity in one.entities),
        "dataset": Counter(str(one.dataset.pk) for one in holdings),
        "treatment": Counter(str(one.treatment) for one in holdings if one.treatment),
        "role": Counter(str(one.column.role) for one in holdings),
    }
