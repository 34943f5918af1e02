"""What a person sets at the desk."""

from __future__ import annotations

from django.db import models

from reviews.models.review import PERSON


class DeskSettings(models.Model):
    """How a person has set up the review desk: keys by action, and whether single keys are on at all (WCAG 2.1.4)."""

    person = models.OneToOneField(PERSON, on_delete=models.CASCADE, primary_key=True, related_name="desk_settings")
    keys = models.JSONField(default=dict, help_text="key by action, where it differs from the shipped one")
    keys_on = models.BooleanField(default=True)

    class Meta:
        verbose_name = "desk settings"
        verbose_name_plural = "desk settings"

    def __str__(self) -> str:
        return f"desk of {self.person}"
