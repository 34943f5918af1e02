"""Forms: what a person types, checked for shape only. Whether it can be done, the verbs say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from generation.engine.synthesizers.catalogue import SynthesizerCard, cards
from generation.models import Dataset, GenerationRun, Purpose
from generation.request_form import RequestForm
from generation.stages.generate import RunRequest
from generation.stages.ingest import Upload
from generation.words import PURPOSE_HELP
from synthportal.storage.vault import Blob
from synthportal.uploads import SealedUpload

ACCEPTED = ".csv,.tsv,.txt,.parquet,.jsonl,.ndjson,.xlsx"


class DatasetForm(forms.Form):
    """A new dataset: purpose first, then the file."""

    purpose = forms.ChoiceField(
        choices=Purpose.choices, error_messages={"required": "Choose what the synthetic data is for."}
    )
    description = forms.CharField(
        label="Who will use it, and for what",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Two or three sentences. They stand on the release page and in the certificate.",
    )
    prohibited_uses = forms.CharField(
        max_length=5000,
        initial=Dataset._meta.get_field("prohibited_uses").default,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What nobody may do with it. One sentence each.",
    )
    file = forms.FileField(
        widget=forms.FileInput(attrs={"class": "drop", "accept": ACCEPTED}),
        help_text="CSV, Parquet, JSON Lines or XLSX. Encrypted while it arrives; a fifth is set apart as holdout.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty (0 bytes)."},
        allow_empty_file=True,
    )
    name = forms.CharField(
        required=False, max_length=120, help_text="As people will look for it. Left empty: the name of the file."
    )
    target = forms.CharField(
        label="Target column",
        required=False,
        max_length=255,
        help_text="The column a model shall predict, spelled as in the file. Without one, utility cannot be measured.",
    )
    person_column = forms.CharField(
        label="Column that names a person",
        required=False,
        max_length=255,
        help_text="If people have several records: all records of one person stay on one side of the holdout.",
    )
    legal_basis = forms.CharField(
        label="Licence or legal basis",
        required=False,
        max_length=200,
        help_text="For example CC BY 4.0, or the contract or consent the source was collected under.",
    )
    retain_until = forms.DateField(
        label="Erase the source after",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The day on which the source is to be erased. Releases stay.",
    )

    def __init__(self, *args: Any, refused: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].initial = Purpose.TRAINING
        if refused:  # the upload handler says it better than "this field is required"
            self.fields["file"].error_messages["required"] = refused

    @property
    def purposes(self) -> list[dict[str, object]]:
        """Radio cards."""
        chosen = self["purpose"].value()
        return [
            {"value": value, "name": label, "text": PURPOSE_HELP[Purpose(value)], "checked": value == chosen}
            for value, label in Purpose.choices
        ]

    def upload(self) -> Upload:
        """What the verb takes; only for a valid form."""
        stated = dict(self.cleaned_data)
        file: SealedUpload = stated.pop("file")
        name = stated.pop("name").strip() or _stem(file)
        return Upload(
            key_id=file.key_id, blob=Blob(file.sha256, file.size or 0), file_name=file.name or "", name=name, **stated
        )


class RetryForm(forms.Form):
    """The names of columns that may be corrected before a failed job is tried again."""

    target = forms.CharField(label="Target column", required=False, max_length=255)
    person_column = forms.CharField(label="Column that names a person", required=False, max_length=255)

    def corrected(self) -> dict[str, str]:
        """Only what was on the page: an absent field changes nothing. For a valid form."""
        return {name: label for name, label in self.cleaned_data.items() if name in self.data}


def _stem(file: UploadedFile[Any]) -> str:
    return (file.name or "").rsplit(".", 1)[0][:120] or "Dataset"


class RunForm(RequestForm):
    """A new run of one synthesizer."""

    many = False
    synthesizer = forms.CharField(max_length=60)

    def __init__(self, data: Any, *, dataset: Dataset, like: GenerationRun | None = None) -> None:
        first = next((c.name for c in cards().values() if dataset.purpose in c.recommended_for), next(iter(cards())))
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
        return [cards().get(str(self["synthesizer"].value())) or next(iter(cards().values()))]

    def wanted(self) -> RunRequest:
        """What the verb takes; only for a valid form."""
        given = self.cleaned_data
        card = cards().get(given["synthesizer"])
        parameters = self.raw_parameters(card) if card else {}
        wanted = (given["synthesizer"], given["rows"], parameters, given["tier"], given["seed"])
        return RunRequest(*wanted, self.request_id((*wanted, given["asked"])), given["asked"])
