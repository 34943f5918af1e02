"""The form of a purpose's limits: a number to pass and one to block per metric, empty for no limit."""

from __future__ import annotations

from typing import Any

from django import forms

from generation.engine.evaluation.limits.changes import MOST_CELL, PARTS, LimitsError
from generation.engine.evaluation.limits.policy import is_always_needed
from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.evaluation.words import metric_words
from generation.repositories.judged.limits import LimitsVersion, next_changes
from synthportal.web.forms import REASON_LENGTH


class LimitsForm(forms.Form):
    """A change of the limits of one purpose, seen from version `seen` of them."""

    minimum_cell = forms.IntegerField(
        label="A group is small below",
        min_value=1,
        max_value=MOST_CELL,
        help_text="Real records. Smaller groups are merged in plots, and count as small cells.",
    )
    public = forms.BooleanField(
        required=False,
        label="Releases may leave the house",
        help_text="Then no released combination may stand on a small group.",
    )
    reason = forms.CharField(
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the version, shown to everybody, and printed on certificates.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any, *, was: LimitsVersion) -> None:
        self.was, self.policy = was, whole_policy(was)
        super().__init__(data, initial=_typed(was) | {"seen": was.number})
        for name in self.policy.limits:
            self.fields |= _fields(name)

    def changes(self) -> dict[str, Any]:
        """What differs from the version seen, as limits hold it. For what was cleaned so far."""
        given, old = self.cleaned_data, self.policy
        rules: dict[str, dict[str, float | None]] = {}
        for name, limit in old.limits.items():
            for part in PARTS:
                key = f"{part}-{name}"
                if key in given and given[key] != getattr(limit, part):
                    rules.setdefault(name, {})[part] = given[key]
        can_go = [name for name in old.limits if not is_always_needed(name)]
        on = {name: given.get(f"needed-{name}", False) for name in can_go}
        needed = {name: is_on for name, is_on in on.items() if is_on != (name in old.needed)}
        plain: dict[str, Any] = {key: given[key] for key in ("minimum_cell", "public") if key in given}
        moved = {key: value for key, value in plain.items() if value != getattr(self.was.policy(), key)}
        return {"rules": rules, "needed": needed, **moved}

    def clean(self) -> dict[str, Any]:
        """Only together do the numbers make limits: what speaks against them is said beside the metric."""
        found = super().clean() or self.cleaned_data
        try:
            next_changes(self.was, self.changes())
        except LimitsError as refused:
            for what, why in refused.faults.items():
                self.add_error(f"passes-{what}" if what in self.policy.limits else what, why)
        return found

    def upon(self, now: LimitsVersion) -> LimitsForm:
        """The same changes typed again upon a newer version; what was not touched is as that version has it."""
        changes = self.changes()
        touched = {f"{part}-{name}" for name, rule in changes["rules"].items() for part in rule}
        touched |= {f"needed-{name}" for name in changes["needed"]} | (changes.keys() - {"rules", "needed"})
        fresh = {key: value for key, value in _typed(now).items() if key not in touched}
        typed = {key: self.data[key] for key in touched if key in self.data}
        data = {key: value for key, value in (fresh | typed).items() if value is not False and value is not None}
        return LimitsForm(data | {"reason": self.data.get("reason", ""), "seen": now.number}, was=now)


def whole_policy(version: LimitsVersion) -> EvaluationPolicy:
    """The limits with the ones that only public releases have, so that these can be seen and set too."""
    return LimitsVersion(version.purpose, version.number, {**version.changes, "public": True}).policy()


def _fields(name: str) -> dict[str, forms.Field]:
    label = metric_words(name).title
    found: dict[str, forms.Field] = {
        f"{part}-{name}": forms.FloatField(required=False, min_value=0, label=f"{label}: {part}") for part in PARTS
    }
    if not is_always_needed(name):
        found[f"needed-{name}"] = forms.BooleanField(required=False, label=f"{label}: needed")
    return found


def _typed(version: LimitsVersion) -> dict[str, Any]:
    """A version as the form shows it."""
    policy = whole_policy(version)
    limits = {f"{part}-{name}": _short(getattr(limit, part)) for name, limit in policy.limits.items() for part in PARTS}
    needed = {f"needed-{name}": name in policy.needed for name in policy.limits}
    return {**limits, **needed, "minimum_cell": policy.minimum_cell, "public": version.policy().public}


def _short(limit: float | None) -> float | int | None:
    """0 rather than 0.0."""
    return int(limit) if limit is not None and limit == int(limit) else limit
