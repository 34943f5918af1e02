"""What is said about a source, and about its columns: two forms on one page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django import forms
from django.http import QueryDict

from generation.engine.profiling.about import LONGEST_ANSWER, TOPICS, Question
from generation.engine.profiling.dictionary import FIELDS, LONGEST_DICTIONARY


class AboutForm(forms.Form):
    """A field for each question; an empty one is not answered."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for topic in TOPICS:
            for question in topic.questions:
                self.fields[question.key] = _field(question)

    @property
    def topics(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The fields under their titles."""
        for topic in TOPICS:
            yield topic.title, [self[question.key] for question in topic.questions]

    def answers(self) -> dict[str, str]:
        """By key, as the verb takes them; only for a valid form."""
        return {key: value.isoformat() if hasattr(value, "isoformat") else value or ""
                for key, value in self.cleaned_data.items()}  # fmt: skip


def _field(question: Question) -> forms.Field:
    if question.is_day:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(label=question.label, required=False, help_text=question.help, widget=widget)
    words = forms.Textarea(attrs={"rows": 2}) if question.is_long else forms.TextInput()
    return forms.CharField(
        label=question.label, required=False, max_length=LONGEST_ANSWER, help_text=question.help, widget=words
    )


class DictionaryForm(forms.Form):
    """A pasted dictionary; what it does not name stays."""

    dictionary = forms.CharField(
        label="Paste a data dictionary",
        required=False,
        max_length=LONGEST_DICTIONARY,
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": "column,description,unit,allowed"}),
        help_text="A line a column, with commas, semicolons or tabs; the first line says what stands where.",
    )


def typed_words(posted: QueryDict, names: Sequence[str]) -> Mapping[str, dict[str, str]]:
    """The cells of the table of columns, by internal name; columns that were not on the page are left out."""
    return {
        name: {field: posted.get(f"{name}-{field}", "").strip() for field in FIELDS}
        for name in names
        if any(f"{name}-{field}" in posted for field in FIELDS)
    }
