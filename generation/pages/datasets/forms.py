"""Forms: what a person types, checked for shape only. Whether it can be done, the verbs say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from generation.engine.errors import PlanError
from generation.engine.kinds.catalogue import offered
from generation.engine.kinds.table import TABLE
from generation.engine.profiling.dictionary import LONGEST_DICTIONARY, read_dictionary
from generation.models import Dataset, Purpose
from generation.pages.status.words import PURPOSE_HELP
from generation.stages.ingest import Upload, choices_from
from synthportal.storage.uploads import SealedUpload
from synthportal.storage.vault import Blob

FOLDED = ("person_column", "sheet", "header_row", "dictionary")


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
    kind = forms.ChoiceField(
        label="Kind of source",
        required=False,
        initial=TABLE.name,
        help_text="A table unless you say so. Of texts, each record is one: a message, a note, a log line; of "
        "conversations, each record is a whole one. Documents become questions whose answers stand in them.",
    )
    file = forms.FileField(
        widget=forms.FileInput(attrs={"class": "drop"}),
        help_text="CSV, Parquet, JSON Lines or XLSX; texts also as lines, logs or a ZIP archive; conversations as JSON "
        "Lines of messages, a table of turns or transcripts; documents as PDF, DOCX, HTML, Markdown, text or a ZIP "
        "archive. Encrypted while it arrives; where something is learned, a fifth is set apart as holdout.",
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
    sheet = forms.CharField(
        required=False,
        max_length=31,
        help_text="Of a workbook: the name of the sheet that holds the table. Left empty: the first that is shown.",
    )
    header_row = forms.IntegerField(
        label="Row of the header",
        required=False,
        min_value=1,
        help_text="If titles stand above the names of the columns. Left empty: it is found.",
    )
    legal_basis = forms.CharField(
        label="Licence or legal basis",
        required=False,
        max_length=200,
        help_text="For example CC BY 4.0, or the contract or consent the source was collected under.",
    )
    retain_until = forms.DateField(
        label="Erase the source on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="On this day nobody can read it any more; you are told 14 days before. Releases stay.",
    )
    version_of = forms.UUIDField(required=False, widget=forms.HiddenInput)
    dictionary = forms.CharField(
        label="Data dictionary",
        required=False,
        max_length=LONGEST_DICTIONARY,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "column,description,unit,allowed"}),
        help_text="Paste it if there is one: a line a column. It stays with the data up to the release, and can be "
        "written later too.",
    )

    def __init__(self, *args: Any, refused: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].initial = Purpose.TRAINING
        endings = dict.fromkeys(ending for kind in offered() for ending in kind.endings)
        self.fields["file"].widget.attrs["accept"] = ",".join(endings)
        self._offer_kinds()
        if refused:  # the upload handler says it better than "this field is required"
            self.fields["file"].error_messages["required"] = refused

    def _offer_kinds(self) -> None:
        """The choice is on the page only where there is one."""
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(kind.name, kind.title) for kind in offered()]
        if len(field.choices) == 1:
            del self.fields["kind"]

    @property
    def purposes(self) -> list[dict[str, object]]:
        """Radio cards."""
        chosen = self["purpose"].value()
        return [
            {"value": value, "name": label, "text": PURPOSE_HELP[Purpose(value)], "checked": value == chosen}
            for value, label in Purpose.choices
        ]

    @property
    def says_more(self) -> bool:
        """Whether something is said, or wrong, in the fields that few files need: then they are unfolded."""
        return any(self[name].value() or self[name].errors for name in FOLDED)

    def clean_dictionary(self) -> dict[str, dict[str, str]]:
        """By label, as the verb takes what is said of columns."""
        try:
            said = read_dictionary(self.cleaned_data["dictionary"])
            choices_from(said)
        except PlanError as error:
            raise forms.ValidationError(error.sentence) from error
        return said

    def upload(self) -> Upload:
        """What the verb takes; only for a valid form."""
        stated = dict(self.cleaned_data)
        file: SealedUpload = stated.pop("file")
        name = stated.pop("name").strip() or _stem(file)
        stated["header_row"] = stated["header_row"] or 0
        stated["choices"] = stated.pop("dictionary")
        stated["kind"] = stated.get("kind") or TABLE.name
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
