"""Where preference pairs come from: the run whose records were edited at the desk."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from generation.models.dataset import Dataset
from generation.models.run import GenerationRun


class PairSource(models.Model):
    """A dataset of pairs was made from the edits of this run's review; one set a run."""

    dataset = models.OneToOneField(Dataset, on_delete=models.PROTECT, related_name="pair_source")
    run = models.OneToOneField(GenerationRun, on_delete=models.PROTECT, related_name="pairs")
    created_at = models.DateTimeField(auto_now_add=True)

    EVIDENCE: ClassVar = ("dataset_id", "run_id")

    class Meta:
        verbose_name = "source of pairs"
        verbose_name_plural = "sources of pairs"

    def __str__(self) -> str:
        return f"pairs of {self.run}"
