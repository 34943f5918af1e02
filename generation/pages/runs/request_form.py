"""What the forms of a run and of a bake-off share: settings of synthesizers, what is asked for, review policy, key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID, uuid4, uuid5

from django import forms

from generation.engine.comparison.apart import listed_words
from generation.engine.composition.composition import plain_composition
from generation.engine.errors import FitError
from generation.engine.evaluation.policy import TIERS
from generation.engine.kinds.catalogue import kind_of, synthesizers_for
from generation.engine.parameters import Parameter, Value
from generation.engine.synthesizers.card import Estimate, SynthesizerCard, validated
from generation.models import Dataset, GenerationRun
from generation.pages import slots
from generation.pages.runs.composition_form import CompositionFields
from generation.pages.status.words import TIER_HELP
from generation.repositories.durations import Learnt, learnt
from generation.stages.request import MOST_ROWS
from generation.stages.sampling.ask import parameters_offered, why_not_ask
from synthportal.templatetags.human import duration, file_size

BESIDE = "What is asked for cannot be as it stands; why is said beside its lines."


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
        made = kind_of(dataset.kind).makes
        rows = made.asked if made else dataset.training_rows
        super().__init__(data, initial={"rows": rows, "tier": "standard"} | initial)
        if made:
            self.fields["rows"].label = made.noun.capitalize()
            self.fields["rows"].help_text = "As many are made, or it is said how many are missing, and why."
        self.composition = CompositionFields(dataset, data, like)

    def clean(self) -> dict[str, Any]:
        """What is asked for must be readable; whether it can be reached, the verb says."""
        if self.composition.faults:
            self._refuse_composition()
        return self.cleaned_data

    def refuse(self, reasons: Sequence[str]) -> None:
        """Say why the verb refused: beside a line of the composition what is about it, above the form the rest."""
        self.composition.refuse(reasons)
        self._refuse_composition()

    def _refuse_composition(self) -> None:
        beside = [BESIDE] if self.composition.is_refused else []
        self.add_error(None, [*beside, *self.composition.elsewhere])

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
    def chose_another(self) -> bool:
        """Whether a synthesizer that is not the recommended one stands chosen."""
        return any(one["checked"] and not one["recommended"] for one in self.options)

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
                "parameters": [self._control(card, parameter) for parameter in parameters_offered(card)],
            }
            for card in synthesizers_for(self.dataset.kind).values()
            if not why_not_ask(card.name)
        ]

    @property
    def tiers(self) -> list[dict[str, object]]:
        """Radio cards, with what each costs and allows where an app says so."""
        chosen, rows = self["tier"].value(), self["rows"].value()
        return [
            {"value": tier, "name": tier.capitalize(), "text": TIER_HELP.get(tier, ""), "checked": tier == chosen}
            | slots.tier_figures(tier, rows)
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
        """What its fit costs: as the card says, corrected by what runs took on this machine. Raises FitError."""
        said = card.estimate(self.dataset.training_rows or 0, len(self.dataset.schema), self.parameters(card))
        return replace(said, seconds=said.seconds * self._learnt_of(card).factor)

    def _learnt_of(self, card: SynthesizerCard) -> Learnt:
        return self._learnt.get(card.name, Learnt())

    @cached_property
    def _learnt(self) -> dict[str, Learnt]:
        return learnt()

    def cost(self, chosen: Sequence[SynthesizerCard]) -> str:
        """Time of all fits and memory of the largest, in words; "" while a parameter cannot be as typed."""
        try:
            estimates = [self.estimate(card) for card in chosen]
        except FitError:
            return ""
        seconds = sum(one.seconds for one in estimates)
        memory = max((one.memory_bytes for one in estimates), default=0)
        return f"about {duration(seconds)}, {file_size(memory)} of memory"

    @property
    def basis(self) -> str:
        """What the time rests on: runs on this machine, or nothing but the cards."""
        told = [(card.title, self._learnt_of(card).runs) for card in self.chosen if self._learnt_of(card).runs]
        if not told:
            return "No run of it has finished here yet, so this may be off by a factor of three."
        runs = listed_words(f"{'run' if number == 1 else f'{number} runs'} of {title}" for title, number in told)
        return f"Learnt from what the last {runs} took here, sampling included."

    def request_id(self, wanted: tuple[object, ...]) -> UUID:
        """The same page sent twice with the same settings asks for the same thing; with other settings for another."""
        key, composition = self.cleaned_data["form_key"] or uuid4(), plain_composition(self.composition.value, str)
        return uuid5(key, json.dumps([str(self.dataset.pk), *wanted, composition], sort_keys=True))
