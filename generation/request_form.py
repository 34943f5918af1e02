"""What the forms of a run and of a bake-off share: settings of synthesizers, what is asked for, review policy, key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID, uuid4, uuid5

from django import forms

from generation.asked_form import AskedFields
from generation.choice import listed_words
from generation.engine.conditions.predicate import AskedError
from generation.engine.errors import FitError
from generation.engine.synthesizers.catalogue import Estimate, Parameter, SynthesizerCard, Value, cards, validated
from generation.models import Dataset, GenerationRun
from generation.stages.generate import MOST_ROWS, TIERS
from generation.words import TIER_HELP
from synthportal.templatetags.human import duration, file_size


class RequestForm(forms.Form):
    """Parameters of every synthesizer are on the form; those of the chosen ones count. `many`: more than one may be."""

    many: ClassVar[bool]

    rows = forms.IntegerField(
        label="Synthetic records",
        min_value=1,
        max_value=MOST_ROWS,
        help_text="As many as the training records is a good start. More records do not hold more information.",
    )
    seed = forms.IntegerField(
        required=False,
        min_value=0,
        help_text="The same seed, plan and settings give the same bytes again. Left empty: drawn and recorded.",
    )
    tier = forms.CharField(max_length=20)
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)

    def __init__(
        self, data: Any, *, dataset: Dataset, initial: dict[str, Any], like: GenerationRun | None = None
    ) -> None:
        self.dataset, self.like = dataset, like
        super().__init__(data, initial={"rows": dataset.training_rows, "tier": "standard"} | initial)
        self.asked = AskedFields(dataset, data, like)

    def clean(self) -> dict[str, Any]:
        """What is asked for must be readable; whether it can be reached, the verb says."""
        try:
            self.cleaned_data["asked"] = self.asked.plain()
        except AskedError as error:
            self.add_error(None, list(error.sentences))
        return self.cleaned_data

    @property
    def choice(self) -> forms.BoundField:
        """The field that names what is chosen."""
        raise NotImplementedError

    @property
    def chosen(self) -> list[SynthesizerCard]:
        """The synthesizers that stand chosen on the form."""
        raise NotImplementedError

    @property
    def titles(self) -> str:
        """The chosen ones, for people."""
        return listed_words(card.title for card in self.chosen)

    @property
    def options(self) -> list[dict[str, object]]:
        """Cards to choose, each with its parameters as controls."""
        chosen = self.chosen
        return [
            {
                "card": card,
                "checked": card in chosen,
                "recommended": self.dataset.purpose in card.recommended_for,
                "cost": self.cost([card]),
                "parameters": [self._control(card, parameter) for parameter in card.parameters],
            }
            for card in cards().values()
        ]

    @property
    def tiers(self) -> list[dict[str, object]]:
        """Radio cards; the app reviews adds the figures."""
        chosen = self["tier"].value()
        return [
            {"value": tier, "name": tier.capitalize(), "text": TIER_HELP.get(tier, ""), "checked": tier == chosen}
            for tier in TIERS
        ]

    def _control(self, card: SynthesizerCard, parameter: Parameter) -> dict[str, object]:
        name = f"{card.name}-{parameter.name}"
        return {"id": name, "parameter": parameter, "value": self.raw_parameters(card)[parameter.name]}

    def raw_parameters(self, card: SynthesizerCard) -> dict[str, object]:
        """What was typed for a synthesizer: or the settings of the run to be repeated, or the defaults."""
        known = self.like.parameters if self.like and self.like.synthesizer == card.name else {}
        found: dict[str, object] = {}
        for p in card.parameters:
            default = known.get(p.name, p.default)
            if p.kind == "bool" and self.is_bound:
                found[p.name] = f"{card.name}-{p.name}" in self.data
            else:
                found[p.name] = self.data.get(f"{card.name}-{p.name}", default) if self.is_bound else default
        return found

    def parameters(self, card: SynthesizerCard) -> dict[str, Value]:
        """What was typed for a synthesizer, checked. Raises FitError."""
        return validated(card, self.raw_parameters(card))

    def estimate(self, card: SynthesizerCard) -> Estimate:
        """What its fit costs. Raises FitError."""
        return card.estimate(self.dataset.training_rows or 0, len(self.dataset.schema), self.parameters(card))

    def cost(self, chosen: Sequence[SynthesizerCard]) -> str:
        """Time of all fits and memory of the largest, in words; "" while a parameter cannot be as typed."""
        try:
            estimates = [self.estimate(card) for card in chosen]
        except FitError:
            return ""
        seconds = sum(one.seconds for one in estimates)
        memory = max((one.memory_bytes for one in estimates), default=0)
        return f"about {duration(seconds)}, {file_size(memory)} of memory"

    def request_id(self, wanted: tuple[object, ...]) -> UUID:
        """The same page sent twice with the same settings asks for the same thing; with other settings for another."""
        key = self.cleaned_data["form_key"] or uuid4()
        return uuid5(key, json.dumps([str(self.dataset.pk), *wanted], sort_keys=True))
