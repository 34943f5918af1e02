"""The form of one column: what its owner says it is."""

from __future__ import annotations

from typing import Any

from django import forms

from generation.engine.tables.spellings.choice import OWN

KINDS = (
    ("", "As its values say"),
    ("number", "A number"),
    ("date", "A date or a moment"),
    ("time", "A time of day"),
    ("boolean", "True or false"),
    ("category", "A category"),
    ("identifier", "An identifier"),
    ("text", "Free text"),
)


class ColumnForm(forms.Form):
    """Kind, format, words for missing values, unit and description; empty fields leave it to the values."""

    kind = forms.ChoiceField(label="It is", choices=KINDS, required=False)
    layout = forms.CharField(
        label="Date format",
        required=False,
        max_length=60,
        help_text="For dates and times: dd.MM.yyyy, MM/dd/yy, d MMM yyyy, yyyy-MM-dd HH:mm, HH:mm.",
    )
    decimal = forms.ChoiceField(
        label="Decimal mark",
        required=False,
        choices=(("", "As its values say"), (".", "Point: 1,234.56"), (",", "Comma: 1.234,56")),
    )
    missing = forms.CharField(
        label="Words for “no value”",
        required=False,
        max_length=1_000,
        help_text="Separated by commas, such as unknown, -9, k.A. Left empty: the usual ones. A single “-” means none.",
    )
    foreign = forms.ChoiceField(
        label="Cells that are something else",
        required=False,
        choices=(("", "Become missing"), (OWN, "Become categories of their own")),
        help_text="Such as “none” among prices. As categories they stand in a column beside this one, and in its cells "
        "again in the CSV that is released.",
    )
    unit = forms.CharField(required=False, max_length=40, help_text="Shown beside the column, such as EUR or km.")
    description = forms.CharField(
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What the column holds. It goes with the schema.",
    )

    allowed = forms.CharField(
        label="Allowed values or range",
        required=False,
        max_length=500,
        help_text="In words: 0 to 120, or A = active, B = blocked. It goes into the data dictionary.",
    )

    def choice(self) -> dict[str, Any]:
        """What was said, in the shape of the verb; only for a valid form."""
        said = {name: value for name, value in self.cleaned_data.items() if value and name != "missing"}
        if words := self.cleaned_data["missing"].strip():
            said["missing"] = [] if words == NO_WORDS else [word.strip() for word in words.split(",")]
        return said


NO_WORDS = "-"


def initial_of(choice: dict[str, Any]) -> dict[str, Any]:
    """The fields as they were left."""
    words = choice.get("missing")
    return choice | ({} if words is None else {"missing": ", ".join(words) or NO_WORDS})
