"""The privacy budget of a source on the page of a dataset."""

from __future__ import annotations

from typing import Any

from generation.models import Dataset
from generation.pages.budget.forms import BudgetForm
from generation.permissions import datasets_for, has_owned
from generation.repositories.budget import budget_of, limits_of, spends_of
from generation.repositories.tables import datasets_of_source
from synthportal.models import Person
from synthportal.roles import Role, has_role


def budget_context(dataset: Dataset, person: Person) -> dict[str, Any]:
    """Budget, spends and limits of the dataset's source; the form for stewards who do not own it."""
    seen = set(datasets_for(person).filter(pk__in=datasets_of_source(dataset)).values_list("pk", flat=True))
    budget = budget_of(dataset)
    may_change = has_role(person, Role.STEWARD) and not has_owned(person, dataset)
    return {
        "budget": budget,
        "spends": [{"spend": spend, "is_seen": spend.dataset_id in seen} for spend in spends_of(dataset)],
        "limits": list(limits_of(dataset)),
        "form": BudgetForm(initial={"limit": f"{budget.limit:g}"}) if may_change else None,
    }
