"""The form of one run."""

from __future__ import annotations

from typing import Any

from django import forms

from generation.engine.kinds.catalogue import synthesizers_for
from generation.engine.synthesizers.card import SynthesizerCard
from generation.engine.synthesizers.catalogue import cards
from generation.models import Dataset, GenerationRun
from generation.pages.runs.request_form import RequestForm
from generation.stages.request import RunRequest


class RunForm(RequestForm):
    """A new run of one synthesizer."""

    many = False
    synthesizer = forms.CharField(max_length=60)

    def __init__(self, data: Any, *, dataset: Dataset, like: GenerationRun | None = None) -> None:
        suitable = synthesizers_for(dataset.kind)
        first = next((c.name for c in suitable.values() if dataset.purpose in c.recommended_for), next(iter(suitable)))
        initial: dict[str, Any] = {"synthesizer": first}
        if like:
            initial = {"synthesizer": like.synthesizer, "rows": like.rows, "tier": like.tier}
        super().__init__(data, dataset=dataset, initial=initial, like=like)

    @property
    def choice(self) -> forms.BoundField:
        """The synthesizer, of which there is one."""
        return self["synthesizer"]

    @property
    def chosen(self) -> list[SynthesizerCard]:
        """The chosen synthesizer, or the first one when there is none of that name."""
        suitable = synthesizers_for(self.dataset.kind)
        return [suitable.get(str(self["synthesizer"].value())) or next(iter(suitable.values()))]

    def wanted(self) -> RunRequest:
        """What the verb takes; only for a valid form."""
        given = self.cleaned_data
        card = cards().get(given["synthesizer"])
        parameters = self.raw_parameters(card) if card else {}
        wanted = (given["synthesizer"], given["rows"], parameters, given["tier"], given["seed"])
        return RunRequest(*wanted, self.request_id(wanted), self.composition.value)
