"""Who owns a dataset beside the person who uploaded it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from generation.models.dataset import Dataset

PERSON = settings.AUTH_USER_MODEL


class CoOwner(models.Model):
    """Somebody with whom a dataset is shared: an owner like the first, until it ends. The row stays: whoever was one
    neither judges nor signs what is made of the dataset.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="co_owners")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="co_owned")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    EVIDENCE: ClassVar = ("dataset_id", "person_id", "by_id")

    class Meta:
        verbose_name = "co-owner"
        ordering: ClassVar = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "person"], condition=Q(ended_at__isnull=True), name="co_owner_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} of {self.dataset}"
