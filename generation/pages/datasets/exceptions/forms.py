"""The form of a written exception."""

from __future__ import annotations

from django import forms


class ExceptionForm(forms.Form):
    """Why the direct identifiers of a column may stay, or may no longer."""

    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands at the gate, on the card and on the certificate.",
    )
