"""Forms of the ground floor."""

from __future__ import annotations

from typing import Any

from django import forms

from synthportal.people.tokens.scopes import LABELS, Scope
from synthportal.people.tokens.tokens import MOST_DAYS


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(max_length=80, help_text="Where it will be used: a notebook, a pipeline.")
    days = forms.IntegerField(
        label="Days until it expires", min_value=1, max_value=MOST_DAYS, initial=30, help_text="At most a year."
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=[(scope.value, label) for scope, label in LABELS.items()],
        initial=[Scope.READ.value, Scope.EXPORT.value],
        widget=forms.CheckboxSelectMultiple,
        help_text="What signs, erases or sets policies is in no token of this page.",
    )
    dataset = forms.UUIDField(
        label="For one dataset alone", required=False, help_text="Its id, from its address. Empty: all that you see."
    )

    def token(self) -> dict[str, Any]:
        """What create_token is given."""
        said = dict(self.cleaned_data)
        only = said.pop("dataset")
        return said | {"scopes": map(Scope, said["scopes"]), "only_for": {"dataset": only} if only else None}
