"""Which columns of a plan a page shows: what is searched and chosen in the URL, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from generation.engine.minimisation.effect.suggestions import Suggestion
from generation.engine.minimisation.plan import Plan as Treatments
from generation.engine.profiling.profile import ColumnProfile
from generation.engine.schema import ColumnRole, Sdtype
from generation.models import Plan
from synthportal.web.lists import PAGE_ROWS

Test = Callable[["Around", ColumnProfile], bool]


@dataclass(frozen=True, slots=True)
class Around:
    """What the choices look at beside the column: suggestions, and the version that the plan is compared with."""

    plan: Treatments
    suggestions: Mapping[str, Suggestion]
    against: Treatments | None

    def differs(self, name: str) -> bool:
        """Whether the compared version treats the column otherwise."""
        if self.against is None:
            return False
        one, other = self.plan.treatment_of(name), self.against.treatment_of(name)
        told = [(each.kind, dict(each.parameters)) if each else None for each in (one, other)]
        return told[0] != told[1]


CHOICES: dict[str, tuple[str, Test]] = {
    "direct": ("direct identifiers", lambda _, column: column.role is ColumnRole.DIRECT),
    "quasi": ("quasi-identifiers", lambda _, column: column.role is ColumnRole.QUASI),
    "sensitive": ("sensitive", lambda _, column: column.role is ColumnRole.SENSITIVE),
    "found": ("something found", lambda _, column: bool(column.findings)),
    "text": ("free text", lambda _, column: column.sdtype is Sdtype.TEXT),
    "suggested": ("with a suggestion", lambda around, column: column.name in around.suggestions),
    "changed": ("differing from the compared version", lambda around, column: around.differs(column.name)),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the URL asks for: words in the label, one of `CHOICES`, a page, and a version to compare with."""

    search: str = ""
    choice: str = ""
    page: int = 1
    against: int | None = None

    @classmethod
    def of(cls, asked: QueryDict) -> Shown:
        """What a URL says; what it cannot mean is left out."""
        choice, page, against = (asked.get(name, "") for name in ("show", "page", "against"))
        return cls(
            search=asked.get("q", "").strip(),
            choice=choice if choice in CHOICES else "",
            page=max(1, _number(page) or 1),
            against=_number(against),
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or self.choice)

    @property
    def query(self) -> str:
        """The same in a URL, "" for all columns from the first page on."""
        said = {
            "q": self.search,
            "show": self.choice,
            "against": self.against,
            "page": self.page if self.page > 1 else "",
        }
        return urlencode({name: value for name, value in said.items() if value})

    def at(self, page: int) -> str:
        """The query of another page."""
        return f"?{replace(self, page=page).query}"

    def of_columns(self, columns: Sequence[ColumnProfile], around: Around) -> list[ColumnProfile]:
        """The columns that are asked for, on all pages."""
        wanted, test = self.search.casefold(), CHOICES.get(self.choice, ("", None))[1]
        return [
            column for column in columns if wanted in column.label.casefold() and (test is None or test(around, column))
        ]

    def slice_of(self, columns: Sequence[ColumnProfile]) -> Sequence[ColumnProfile]:
        """Those of the page; of the last one, beyond it."""
        start = PAGE_ROWS * (min(self.page, max(1, self.pages(len(columns)))) - 1)
        return columns[start : start + PAGE_ROWS]

    def pages(self, columns: int) -> int:
        return -(-columns // PAGE_ROWS)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and 0 < len(text) < 7 else None


def compared(plan: Plan, shown: Shown) -> Plan | None:
    """The version to compare with: the one asked for, else the last one that was confirmed before this one."""
    versions = plan.dataset.plans.exclude(pk=plan.pk)
    if shown.against:
        return versions.filter(version=shown.against).first()
    return versions.filter(confirmed_at__isnull=False, version__lt=plan.version).order_by("-version").first()


def listed(shown: Shown, columns: Sequence[ColumnProfile], chosen: Sequence[ColumnProfile]) -> dict[str, Any]:
    """What the bar over the table and the pages below it say."""
    page = min(shown.page, max(1, shown.pages(len(chosen))))
    first = PAGE_ROWS * (page - 1)
    last = min(first + PAGE_ROWS, len(chosen))
    return {
        "shown": shown,
        "choices": [(name, words) for name, (words, _) in CHOICES.items()],
        "names": [column.name for column in chosen],
        "line": f"{first + 1 if chosen else 0} to {last} of {len(chosen)} columns",
        "all": len(columns),
        "previous_url": shown.at(page - 1) if page > 1 else "",
        "next_url": shown.at(page + 1) if last < len(chosen) else "",
    }
