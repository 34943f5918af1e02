"""What an endpoint answered to the prompts of a run, sealed: nothing is asked twice, and a run can be replayed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from generation.models.dataset import HEX64


class EndpointAnswer(models.Model):
    """One answer to one prompt, under the prompt's digest. Erased with its dataset's key."""

    run = models.ForeignKey("generation.GenerationRun", on_delete=models.PROTECT, related_name="answers")
    prompt_sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()
    tokens = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "answer of the endpoint"
        ordering: ClassVar = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["run", "prompt_sha256"], name="one_answer_per_prompt"),
            models.CheckConstraint(condition=Q(prompt_sha256__regex=HEX64), name="prompt_digest_is_hex"),
        ]

    def __str__(self) -> str:
        return self.prompt_sha256[:12]
