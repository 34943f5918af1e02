"""What people make of a record at the desk: it never enters the artefact, and may become a preference pair."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from reviews.models.review import PERSON, ReviewRecord


class Edit(models.Model):
    """A text of a record as somebody would have it. The newest of a place and person counts; the record stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(ReviewRecord, on_delete=models.PROTECT, related_name="edits")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="edits")
    place = models.PositiveIntegerField(help_text="which text of the record, in the order of its parts")
    sealed = models.BinaryField(help_text="the edited text, sealed with the dataset's key")
    created_at = models.DateTimeField(auto_now_add=True)

    EVIDENCE: ClassVar = ("record_id", "by_id", "place", "sealed")

    class Meta:
        verbose_name = "edit"
        ordering: ClassVar = ["created_at"]

    def __str__(self) -> str:
        return f"edit of {self.record}"
