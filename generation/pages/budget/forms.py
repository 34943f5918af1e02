"""The form of a source's privacy limit."""

from __future__ import annotations

from django import forms


class BudgetForm(forms.Form):
    """The epsilon that all runs on one source may take together, and why."""

    limit = forms.FloatField(label="Limit of epsilon", help_text="What all runs on this source may take together.")
    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It stands in the ledger, for the owner and for auditors.",
    )
