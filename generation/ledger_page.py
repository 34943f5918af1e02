"""The privacy ledger on pages: of a dataset, and before a run."""

from __future__ import annotations

from typing import Any

from generation.engine.errors import FitError
from generation.ledger import Price, budget_of, limits_of, price_of, spends_of
from generation.ledger_forms import BudgetForm
from generation.models import Dataset
from generation.permissions import datasets_for
from generation.request_form import RequestForm
from synthportal.models import Person
from synthportal.roles import Role, has_role


def ledger_context(dataset: Dataset, person: Person) -> dict[str, Any]:
    """Budget, spends and limits of the dataset's source; the form for stewards who do not own it."""
    seen = set(datasets_for(person).filter(sha256=dataset.sha256).values_list("pk", flat=True))
    budget = budget_of(dataset)
    may_change = has_role(person, Role.STEWARD) and dataset.owner_id != person.pk
    return {
        "budget": budget,
        "spends": [{"spend": spend, "is_seen": spend.dataset_id in seen} for spend in spends_of(dataset)],
        "limits": list(limits_of(dataset)),
        "form": BudgetForm(initial={"limit": f"{budget.limit:g}"}) if may_change else None,
    }


def run_budget(dataset: Dataset, form: RequestForm) -> dict[str, Any]:
    """The budget before a run or a bake-off, and what it would take as the form stands (None: nothing or untold)."""
    budget, price = budget_of(dataset), _price(form)
    after = max(0.0, round(budget.left - price.epsilon, 9)) if price else budget.left
    return {"budget": budget, "price": price, "after": after, "why_not": budget.why_not(price) if price else []}


def _price(form: RequestForm) -> Price | None:
    try:
        prices = [price_of(card.name, form.parameters(card)) for card in form.chosen if card.is_private]
    except FitError:
        return None
    taken = [price for price in prices if price]
    return Price(sum(one.epsilon for one in taken), sum(one.delta for one in taken)) if taken else None
