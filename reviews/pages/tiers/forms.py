"""The form of a tier: shares in percent as people say them, each with the honest range of its field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from reviews.engine.acceptance.plans import PlanKind
from reviews.engine.policy.policy import BOUNDS, FRACTIONS, PolicyError, ReviewPolicy
from reviews.engine.policy.words import FIELDS, KINDS
from reviews.repositories.tiers import changed_tier
from synthportal.web.forms import REASON_LENGTH

MOST_LOT = 999_999_999
USUAL_LOT = 10_000


class LotForm(forms.Form):
    """The number of records that the costs on the page are computed for."""

    lot = forms.IntegerField(
        label="Records in the file", min_value=1, max_value=MOST_LOT, help_text="What the figures are computed for."
    )


def lot_of(data: Any) -> tuple[LotForm, int]:
    """The form, and the lot that was typed or the usual one."""
    form = LotForm(data if "lot" in data else None, initial={"lot": USUAL_LOT})
    return form, form.cleaned_data["lot"] if form.is_bound and form.is_valid() else USUAL_LOT


def field_for(name: str) -> forms.Field:
    """The control of one field of a policy."""
    words = FIELDS[name]
    known: dict[str, Any] = {"label": words.title, "help_text": words.help}
    if name == "plan_kind":
        return forms.ChoiceField(choices=[(kind.value, said) for kind, said in KINDS.items()], **known)
    if name == "spend_attempts":
        return forms.BooleanField(required=False, **known)
    low, high = BOUNDS[name]
    if name in FRACTIONS:
        known["label"] = f"{words.title}, %"
        least, most = (Decimal(typed_of(name, bound)) for bound in (low, high))
        return forms.DecimalField(min_value=least, max_value=most, **known)
    return forms.IntegerField(min_value=int(low), max_value=int(high), **known)


class TierForm(forms.Form):
    """A change of a tier, seen from version `seen` of it."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the version and shown to everybody.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any, *, was: ReviewPolicy) -> None:
        self.was = was
        initial = {name: typed_of(name, getattr(was, name)) for name in FIELDS} | {"seen": was.version}
        super().__init__(data, initial=initial)
        own = {name: field_for(name) for name in FIELDS}
        self.fields = {**own, **self.fields}

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields as the page groups them."""
        return [(title, [self[name] for name in names]) for title, names in GROUPS]

    def wanted(self, now: ReviewPolicy) -> ReviewPolicy:
        """The policy that the changes make of the one that counts now. PolicyError when they make none of it."""
        return changed_tier(now, self.changes(), reason="to be said")

    def upon(self, now: ReviewPolicy) -> TierForm:
        """The same changes typed again upon a newer version; what was not touched is as that version has it."""
        touched = {name: self.data[name] for name in self.changes() if name in self.data}
        kept = {name: typed_of(name, getattr(now, name)) for name in FIELDS} | touched
        on = kept.pop("spend_attempts") if "spend_attempts" not in self.changes() else "spend_attempts" in self.data
        data = kept | ({"spend_attempts": "on"} if on else {}) | {"reason": self.data.get("reason", "")}
        return TierForm(data | {"seen": now.version}, was=now)

    def changes(self) -> dict[str, object]:
        """The fields that differ from the version seen, as a policy holds them. For what was cleaned so far."""
        typed = {name: of_typed(name, self.cleaned_data[name]) for name in FIELDS if name in self.cleaned_data}
        return {name: value for name, value in typed.items() if value != getattr(self.was, name)}

    def clean(self) -> dict[str, Any]:
        """Only together do the fields make a policy: what speaks against it is said beside its field."""
        found = super().clean() or self.cleaned_data
        if set(self.errors) - {"reason"}:
            return found
        try:
            changed_tier(self.was, self.changes(), reason="to be said")
        except PolicyError as refused:
            for why in refused.reasons:
                self.add_error(_field_of(why), why)
        return found


def _field_of(why: str) -> str | None:
    """The field that a sentence is about, if it names one."""
    word = why.split(" ", 1)[0]
    if word in FIELDS:
        return word
    hints = (("three-look", "accept"), ("control missed", "missable_controls"))
    return next((name for hint, name in hints if hint in why), None)


GROUPS = (
    ("What the sentence says", ("ltpd", "confidence", "accept", "plan_kind", "spend_attempts")),
    ("Who judges", ("reviews_per_record", "double_share", "min_annotators")),
    ("How reviewers are measured", ("control_rate", "missable_controls", "control_floor")),
    ("What else is looked at", ("hunt_records", "realism_limit")),
)


def typed_of(name: str, value: Any) -> Any:
    """A field of a policy as the form shows it."""
    if name not in FRACTIONS:
        return str(value) if isinstance(value, PlanKind) else value
    percent = format(Decimal(repr(float(value))) * 100, "f")
    return percent.rstrip("0").rstrip(".") if "." in percent else percent


def of_typed(name: str, value: Any) -> Any:
    """What was typed, as a policy holds it."""
    if name in FRACTIONS:
        return float(value / 100)
    return PlanKind(value) if name == "plan_kind" else value
