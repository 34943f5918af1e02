"""The form of the page: one file."""

from __future__ import annotations

from typing import Any

from django import forms


class ScanForm(forms.Form):
    """A file to look at."""

    file = forms.FileField(
        widget=forms.FileInput(attrs={"class": "drop"}),
        help_text="A table, JSON Lines (conversations too), a text, Markdown, a PDF, a prompt template or source code.",
        error_messages={"required": "Choose a file."},
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, refused: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if refused:  # the upload handler says it better than "this field is required"
            self.fields["file"].error_messages["required"] = refused
