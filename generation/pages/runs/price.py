"""What a run as it stands in the form would take of the privacy budget."""

from __future__ import annotations

from typing import Any

from generation.engine.errors import FitError
from generation.models import Dataset
from generation.pages.runs.request_form import RequestForm
from generation.repositories.budget import Price, budget_of, price_of


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
