"""Ground-floor tables: people, tokens, keys, the audit trail and jobs."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from synthportal.roles import Role


class Person(AbstractUser):
    """Someone who signs in. Roles are groups; a superuser keeps accounts and has no role in data."""

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"

    @cached_property
    def roles(self) -> frozenset[Role]:
        names = self.groups.values_list("name", flat=True) if self.pk and self.is_active else ()
        return frozenset(Role(name) for name in names if name in Role._value2member_map_ and name != Role.WORKER)

    @property
    def audit_name(self) -> str:
        return f"person:{self.pk}"

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

    def hold(self) -> None:
        """A person's right does not run out in the middle of a move; a worker's does (see Worker.hold)."""


class ApiToken(models.Model):
    """A person's key to the API: only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    can_write = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.prefix}…"


class DataKey(models.Model):
    """The key of one dataset, wrapped by the master key; without `wrapped` its bytes can never be read again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "data key"

    def __str__(self) -> str:
        return str(self.pk)


class AuditEvent(models.Model):
    """One line of the trail. Triggers refuse any change; `manage.py verify_audit` proves the chain."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    action = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = "audit event"
        ordering: ClassVar = ["-seq"]
        indexes = [models.Index(fields=["subject_kind", "subject_id", "-seq"])]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class Job(models.Model):
    """A piece of work. The database is the queue: a message only says that there may be something to claim."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    class Lane(models.TextChoices):
        SHORT = "short"
        LONG = "long"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    lane = models.CharField(max_length=5, choices=Lane.choices, default=Lane.SHORT)
    expected_seconds = models.FloatField(null=True, help_text="what it was thought to take when it was queued")
    attempt = models.PositiveIntegerField(default=0)
    crashes = models.PositiveIntegerField(default=0, help_text="how often its own process died")
    token = models.PositiveBigIntegerField(default=0, help_text="fencing token: grows with every claim")
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True, help_text="when the last message was sent")
    phase = models.CharField(max_length=80, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    phase_started_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id"],
                condition=Q(state__in=["queued", "running"]),
                name="one_live_job_per_kind_and_subject",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="running_job_has_lease"
            ),
            models.CheckConstraint(condition=Q(done__gte=0) & Q(total__gte=0), name="progress_is_not_negative"),
            models.CheckConstraint(condition=Q(token__gte=F("attempt")), name="token_grows_with_attempts"),
        ]
        indexes = [
            models.Index(fields=["state", "lease_until"]),
            models.Index(fields=["subject_id", "-created_at"]),
            models.Index(fields=["kind", "state", "-finished_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_final(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}
