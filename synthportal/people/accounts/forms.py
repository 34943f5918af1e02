"""Forms of the ground floor."""

from __future__ import annotations

from django import forms

from synthportal.people.tokens.tokens import MOST_DAYS


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(max_length=80, help_text="Where it will be used: a notebook, a pipeline.")
    days = forms.IntegerField(
        label="Days until it expires", min_value=1, max_value=MOST_DAYS, initial=30, help_text="At most a year."
    )
    can_write = forms.BooleanField(
        required=False, label="May also change things", help_text="Without it the token can only read and download."
    )
