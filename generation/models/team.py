"""Teams: who works on which datasets. Until there is one, everybody with a role sees what the role sees."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from generation.models.dataset import Dataset


class Team(models.Model):
    """People and datasets that belong together. A dataset that was put into none is in the teams of its owner."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="teams", blank=True)
    datasets = models.ManyToManyField(Dataset, related_name="teams", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "team"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
