"""Who may hold a release, what is missed in the catalogue, and what a reader found in one."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from reviews.models.release import Release
from reviews.models.review import PERSON
from synthportal.roles import Role
from synthportal.transitions import Table


class AccessRequest(models.Model):
    """A person asks to hold a release, with a purpose. A refusal has a reason, and may be asked again."""

    class Status(models.TextChoices):
        ASKED = "asked"
        GRANTED = "granted"
        REFUSED = "refused"
        REVOKED = "revoked"

    TRANSITIONS: ClassVar[Table] = {
        Status.ASKED: {Status.GRANTED: (Role.STEWARD,), Status.REFUSED: (Role.STEWARD,)},
        Status.GRANTED: {Status.REVOKED: (Role.STEWARD,)},
        Status.REFUSED: {},
        Status.REVOKED: {},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="access_requests")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="access_requests")
    purpose = models.TextField()
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ASKED)
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    until = models.DateField(null=True, help_text="the last day on which it may be held")
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "request for access"
        ordering: ClassVar = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="access_is_asked_for_a_purpose"),
            models.CheckConstraint(
                condition=~Q(status="granted") | Q(until__isnull=False), name="access_is_granted_until_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["refused", "revoked"]) | ~Q(reason=""), name="refused_access_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["release", "person"], condition=Q(status="asked"), name="one_open_request_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} by {self.person_id}"


class Wish(models.Model):
    """A dataset that somebody looked for and that does not exist yet."""

    class Status(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"

    TRANSITIONS: ClassVar[Table] = {
        Status.OPEN: {Status.ANSWERED: (Role.STEWARD,)},
        Status.ANSWERED: {},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="wishes")
    title = models.CharField(max_length=120)
    purpose = models.TextField()
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        verbose_name = "wish for a dataset"
        verbose_name_plural = "wishes for datasets"
        ordering: ClassVar = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(purpose="") & ~Q(title=""), name="wish_has_title_and_purpose"),
            models.CheckConstraint(condition=Q(status="open") | ~Q(answer=""), name="answered_wish_has_an_answer"),
        ]

    def __str__(self) -> str:
        return self.title


class RecordReport(models.Model):
    """A reader of released bytes says that a record gives somebody away: these bytes are looked at again.

    While an open report suspends its release, nothing can be downloaded of it.
    """

    class Status(models.TextChoices):
        OPEN = "open"
        CONFIRMED = "confirmed"
        DISMISSED = "dismissed"

    TRANSITIONS: ClassVar[Table] = {
        Status.OPEN: {Status.CONFIRMED: (Role.STEWARD,), Status.DISMISSED: (Role.STEWARD,)},
        Status.CONFIRMED: {},
        Status.DISMISSED: {},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="reports")
    artefact_sha256 = models.CharField(max_length=64, help_text="the bytes that were read")
    row = models.BigIntegerField(null=True, help_text="of the record in the Parquet file, from 0")
    words = models.BinaryField(help_text="sealed: may tell of a person")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="reports")
    at = models.DateTimeField(auto_now_add=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    suspends = models.BooleanField(default=False)
    settled_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "report of a record"
        ordering: ClassVar = ["-at"]
        constraints = [
            models.CheckConstraint(condition=Q(row__isnull=True) | Q(row__gte=0), name="reported_row_is_a_place"),
            models.CheckConstraint(
                condition=Q(status="open") | ~Q(settled_reason=""), name="settled_report_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"report on {self.release_id}"
