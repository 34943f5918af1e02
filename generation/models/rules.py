"""Versions of the business rules of a dataset; the rules of a policy that its owner built, and those they confirmed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from generation.models.dataset import Dataset


class RuleSet(models.Model):
    """One version of a dataset's business rules; the newest counts for new runs, older ones stay.

    Rules name values, so their content is sealed with the dataset's key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="rule_sets")
    version = models.PositiveIntegerField()
    sealed = models.BinaryField(help_text="the rules as JSON, sealed with the dataset's key")
    count = models.PositiveIntegerField(help_text="how many rules there are")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "rule set"
        ordering: ClassVar = ["-version"]
        constraints = [models.UniqueConstraint(fields=["dataset", "version"], name="one_rule_set_per_version")]

    def __str__(self) -> str:
        return f"rules {self.version}"


class PolicyRuleConfirmation(models.Model):
    """The owner confirms that a rule of a domain says what its sentence in the policy says, or takes that back.

    The newest row of a rule counts. A rule goes by its id in the domain that was uploaded.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="confirmations")
    rule = models.CharField(max_length=60)
    is_confirmed = models.BooleanField(default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "confirmation of a policy rule"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.rule


class PolicyRuleVersion(models.Model):
    """A rule of a policy as the owner built it beside its sentence; the newest of an id counts.

    Its content is sealed with the dataset's key. It stands before, or in place of, a rule that the domain was uploaded
    with.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="policy_rules")
    rule = models.CharField(max_length=60)
    sealed = models.BinaryField(help_text="the rule as JSON, sealed with the dataset's key; null where it is taken out")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "version of a policy rule"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.rule
