"""What is asked of people about a release that is out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet

from generation.models import Dataset

PERCENT = 100


class AttestForm(forms.Form):
    """For how long the files are signed, and whether the bundle keeps some records to test on."""

    days = forms.IntegerField(
        min_value=0, max_value=3650, label="Expires after, in days", help_text="0: it never expires."
    )
    test_percent = forms.IntegerField(
        min_value=0,
        max_value=50,
        required=False,
        label="Records to test on, in per cent",
        help_text="The bundle then has a train and a test part; which records go where, nobody "
        "chooses. Of tasks no cell, of questions no section of a document is in both.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"days": settings.RELEASE_DAYS, "test_percent": 0})
        super().__init__(*args, **kwargs)

    def said(self) -> dict[str, Any]:
        """In the words of `submit_attestation`."""
        share = (self.cleaned_data["test_percent"] or 0) / PERCENT
        return {"days": self.cleaned_data["days"], "test_share": share}


class DeriveForm(forms.Form):
    """What was made: one of one's own datasets here, or something elsewhere by name."""

    dataset = forms.ModelChoiceField(
        Dataset.objects.none(), required=False, label="Dataset of yours", empty_label="Something elsewhere"
    )
    name = forms.CharField(
        max_length=120, required=False, label="What, and where it is kept", help_text="Needed for something elsewhere."
    )

    def __init__(self, *args: Any, datasets: QuerySet[Dataset], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dataset"].queryset = datasets  # type: ignore[attr-defined]
        self.fields["dataset"].label_from_instance = lambda dataset: dataset.name  # type: ignore[attr-defined]
