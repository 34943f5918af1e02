"""Asking for access, deciding on it, and wishes."""

from __future__ import annotations

from django import forms


class GrantForm(forms.Form):
    """Until which day."""

    until = forms.DateField(
        label="Until", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=True
    )


class WishForm(forms.Form):
    """A dataset that does not exist yet."""

    title = forms.CharField(max_length=120, label="What you look for", help_text="Such as: claims of cars, by month.")
    purpose = forms.CharField(
        max_length=2000,
        label="What you would use it for",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="An owner of such data decides by this whether it can be made.",
    )
