"""The privacy budget of a source on the page of a dataset."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from generation.models import Dataset, PrivacyLimit
from generation.pages.budget.forms import BudgetForm
from generation.pages.limits.waiting import state_of, waiting_facts
from generation.permissions import datasets_for, has_owned
from generation.repositories.budget import Budget, budget_of, limits_of, spends_of, waiting_limit
from generation.repositories.tables import datasets_of_source
from synthportal.models import Person
from synthportal.roles import Role, has_role


def budget_context(dataset: Dataset, person: Person) -> dict[str, Any]:
    """Budget, spends and limits of the dataset's source; the form for stewards who do not own it."""
    seen = set(datasets_for(person).filter(pk__in=datasets_of_source(dataset)).values_list("pk", flat=True))
    budget = budget_of(dataset)
    may_change = has_role(person, Role.STEWARD) and not has_owned(person, dataset)
    waiting = waiting_limit(dataset)
    return {
        "budget": budget,
        "spends": [{"spend": spend, "is_seen": spend.dataset_id in seen} for spend in spends_of(dataset)],
        "limits": [{"limit": limit, **state_of(limit)} for limit in limits_of(dataset)],
        "waiting": _waiting(dataset, waiting, budget, person, may_change) if waiting else None,
        "form": BudgetForm(initial={"limit": f"{budget.limit:g}"}) if may_change and not waiting else None,
    }


def _waiting(dataset: Dataset, limit: PrivacyLimit, budget: Budget, person: Person, may_decide: bool) -> dict[str, Any]:
    changed = [f"The limit of epsilon: {limit.epsilon:g} instead of {budget.limit:g}."]
    facts = waiting_facts(limit, changed, [], reverse("dataset_budget_decide", args=[dataset.pk]), person)
    return facts if may_decide else facts | {"may_confirm": False, "may_refuse": False}
