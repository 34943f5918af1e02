"""The form of a bake-off: which synthesizers, and what they share."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms

from generation.engine.synthesizers.catalogue import Estimate, SynthesizerCard, cards, validated
from generation.models import Dataset
from generation.stages.bake_off import BakeOffRequest
from generation.stages.generate import MOST_ROWS, TIERS
from generation.words import TIER_HELP
from synthportal.templatetags.human import duration, file_size

QUICK_SECONDS = 120
TICKED_AT_MOST = 4


class BakeOffForm(forms.Form):
    """Several synthesizers with their default settings; rows, tier and seed are the same for all."""

    synthesizers = forms.MultipleChoiceField(error_messages={"required": "Tick two or more synthesizers."})
    rows = forms.IntegerField(label="Synthetic records, each", min_value=1, max_value=MOST_ROWS)
    tier = forms.ChoiceField(
        label="Review policy", choices=[(tier, f"{tier.capitalize()}: {TIER_HELP.get(tier, '')}") for tier in TIERS]
    )
    seed = forms.IntegerField(
        required=False, min_value=0, help_text="One seed for all. Left empty: drawn and recorded."
    )
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, data: Any, *, dataset: Dataset) -> None:
        self.dataset = dataset
        initial = {"rows": dataset.training_rows, "tier": "standard", "synthesizers": self._ticked()}
        super().__init__(data, initial=initial, auto_id="bake-off-%s")
        field = self.fields["synthesizers"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [(card.name, card.title) for card in cards().values()]

    def _ticked(self) -> list[str]:
        """The recommended one, and others that fit soon and spend none of the source's privacy budget."""
        found = list(cards().values())
        recommended = [card for card in found if self.dataset.purpose in card.recommended_for]
        quick = [card for card in found if card not in recommended and self._is_quick(card)]
        return [card.name for card in [*recommended, *quick][:TICKED_AT_MOST]]

    def _is_quick(self, card: SynthesizerCard) -> bool:
        return not card.is_private and self._estimate(card).seconds <= QUICK_SECONDS

    def _estimate(self, card: SynthesizerCard) -> Estimate:
        return card.estimate(self.dataset.training_rows or 0, len(self.dataset.schema), validated(card, {}))

    @property
    def choices(self) -> list[dict[str, object]]:
        """A tick box per synthesizer, with what its fit costs."""
        ticked = self["synthesizers"].value() or []
        return [
            {
                "card": card,
                "checked": card.name in ticked,
                "recommended": self.dataset.purpose in card.recommended_for,
                "cost": self._cost(self._estimate(card)),
            }
            for card in cards().values()
        ]

    @staticmethod
    def _cost(estimate: Estimate) -> str:
        return f"about {duration(estimate.seconds)}, {file_size(estimate.memory_bytes)} of memory"

    def wanted(self) -> BakeOffRequest:
        """What the verb takes; only for a valid form."""
        given = self.cleaned_data
        asked = (tuple(given["synthesizers"]), given["rows"], given["tier"], given["seed"])
        return BakeOffRequest(*asked, self._id(asked))

    def _id(self, asked: tuple[object, ...]) -> UUID:
        """The same page sent twice with the same settings asks for the same bake-off."""
        key = self.cleaned_data["form_key"] or uuid4()
        return uuid5(key, json.dumps([str(self.dataset.pk), *asked], sort_keys=True))
