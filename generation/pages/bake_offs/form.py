"""The form of a bake-off: which synthesizers, each with its settings, and what they share."""

from __future__ import annotations

from typing import Any

from django import forms

from generation.engine.kinds.catalogue import synthesizers_for
from generation.engine.synthesizers.card import SynthesizerCard, validated
from generation.engine.synthesizers.catalogue import cards
from generation.models import Dataset
from generation.pages.runs.request_form import RequestForm
from generation.stages.compare import BakeOffRequest
from generation.stages.sampling.ask import why_not_ask

QUICK_SECONDS = 120
TICKED_AT_MOST = 4


class BakeOffForm(RequestForm):
    """Several synthesizers; records, seed, review policy and what is asked for are the same for all."""

    many = True
    synthesizers = forms.MultipleChoiceField(error_messages={"required": "Tick two or more synthesizers."})

    def __init__(self, data: Any, *, dataset: Dataset) -> None:
        super().__init__(data, dataset=dataset, initial={"synthesizers": _ticked(dataset)})
        field = self.fields["synthesizers"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (card.name, card.title) for card in synthesizers_for(dataset.kind).values() if not why_not_ask(card.name)
        ]

    @property
    def choice(self) -> forms.BoundField:
        """The synthesizers, two or more."""
        return self["synthesizers"]

    @property
    def chosen(self) -> list[SynthesizerCard]:
        """Those that are ticked."""
        ticked = self["synthesizers"].value() or []
        return [card for card in cards().values() if card.name in ticked]

    def wanted(self) -> BakeOffRequest:
        """What the verb takes; only for a valid form."""
        given = self.cleaned_data
        names = tuple(given["synthesizers"])
        parameters = {name: self.raw_parameters(cards()[name]) for name in names}
        wanted = (names, given["rows"], given["tier"], given["seed"])
        return BakeOffRequest(*wanted, self.request_id((*wanted, parameters)), self.composition.value, parameters)


def _ticked(dataset: Dataset) -> list[str]:
    """The recommended one, and others that fit soon and spend none of the source's privacy budget."""
    found = [card for card in synthesizers_for(dataset.kind).values() if not why_not_ask(card.name)]
    recommended = [card for card in found if dataset.purpose in card.recommended_for]
    quick = [card for card in found if card not in recommended and _is_quick(card, dataset)]
    return [card.name for card in [*recommended, *quick][:TICKED_AT_MOST]]


def _is_quick(card: SynthesizerCard, dataset: Dataset) -> bool:
    estimate = card.estimate(dataset.training_rows or 0, len(dataset.schema), validated(card, {}))
    return not card.is_private and estimate.seconds <= QUICK_SECONDS
