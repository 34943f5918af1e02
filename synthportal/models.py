"""Ground-floor tables: people, tokens, keys, the audit trail and jobs."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q

from synthportal.roles import Role


class Person(AbstractUser):
    """Someone who signs in. Roles are groups; a superuser keeps accounts and has no role in data.

    `only_for` is set while a token acts for the person that was made for one thing of a kind alone: nothing else is
    theirs then.
    """

    only_for: uuid.UUID | None = None
    shares: dict[uuid.UUID, bool] | None = None  # by dataset that is or was shared with them, whether it is; asked once
    only_for_kind: str = ""

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"

    @cached_property
    def roles(self) -> frozenset[Role]:
        names = self.groups.values_list("name", flat=True) if self.pk and self.is_active else ()
        return frozenset(Role(name) for name in names if name in Role._value2member_map_ and name != Role.WORKER)

    @cached_property
    def teams_open(self) -> dict[uuid.UUID, bool]:
        """By dataset, whether their teams open it to them: asked once while a person is at hand, as their roles are."""
        return {}

    @property
    def is_administrator(self) -> bool:
        """Whether the person keeps accounts and roles; it gives no role in the data."""
        return self.is_active and self.is_staff

    @property
    def audit_name(self) -> str:
        return f"person:{self.pk}"

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

    def hold(self) -> None:
        """A person's right does not run out in the middle of a move; a worker's does (see Worker.hold)."""


class Session(AbstractBaseSession):
    """One browser in which a person is signed in. Its key is kept as a hash: a copy of the table opens nothing.

    What a person is shown of it stands in columns; sign_in/sessions.py fills them from what the session holds.
    """

    shown_as = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="its name in addresses")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="sessions")
    signed_in_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True, help_text="to the minute")
    device = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        verbose_name = "session"
        verbose_name_plural = "sessions"


class AccountLink(models.Model):
    """A one-time link with which a person sets their own password: only its hash is kept."""

    class Kind(models.TextChoices):
        INVITE = "invite", "invitation"
        RESET = "reset", "reset"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="when a newer link took its place")

    class Meta:
        verbose_name = "one-time link"

    def __str__(self) -> str:
        return f"{self.kind} of {self.person}"


class RoleRequest(models.Model):
    """Somebody asked that a person get a role which it takes a second person to give; the decision is final."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="role_requests")
    role = models.CharField(max_length=20)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_granted = models.BooleanField(null=True)

    class Meta:
        verbose_name = "request for a role"
        verbose_name_plural = "requests for roles"
        ordering: ClassVar = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(decided_at__isnull=True), name="one_open_request_per_role"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, is_granted__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False, is_granted__isnull=False),
                name="role_request_is_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} for {self.person}"


class ApiToken(models.Model):
    """A person's key to the API: only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(
        max_length=60, default="read", help_text="what it may do: words of people/tokens/scopes.py"
    )
    only_for = models.UUIDField(null=True, help_text="the one thing it opens; null for all that its person sees")
    only_for_kind = models.CharField(max_length=20, blank=True, help_text="release, dataset or run")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, help_text="to the minute")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "API token"
        constraints = [
            models.CheckConstraint(
                condition=Q(only_for__isnull=True, only_for_kind="")
                | (Q(only_for__isnull=False) & ~Q(only_for_kind="")),
                name="token_for_one_thing_says_its_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def scope_words(self) -> list[str]:
        return self.scopes.split()


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


# As SQL without a parameter, or no index of SQLite is known again by it.
REVIEW_TOLD = models.Func(F("facts"), template="(%(expressions)s ->> 'review')", output_field=models.CharField())


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
    content = models.CharField(max_length=64, null=True, help_text="of the subject, where releases rest on it")
    seal = models.CharField(max_length=64, null=True, help_text="by a key that the database lacks; none: older events")

    HELD_BY: ClassVar = "the chain, its seals and the signed heads"

    class Meta:
        verbose_name = "audit event"
        ordering: ClassVar = ["-seq"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-seq"]),
            models.Index(REVIEW_TOLD, name="audit_event_by_review"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class Sighting(models.Model):
    """What a worker, or a piece of work that is done again and again, last said of itself: for the system page."""

    class Kind(models.TextChoices):
        WORKER = "worker"
        CHORE = "chore"

    name = models.CharField(max_length=200, primary_key=True)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    seen_at = models.DateTimeField()
    found = models.CharField(max_length=200, blank=True, help_text="counts and names of its own, never a value")
    is_well = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


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
        SIGN = "sign"
        RECOMPUTE = "recompute"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    lane = models.CharField(max_length=9, choices=Lane.choices, default=Lane.SHORT)
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


class Notice(models.Model):
    """One line of a person's feed: something happened that they wait for, or that concerns what they hold."""

    class Event(models.TextChoices):
        NEEDS_REVIEW = "needs_review", "Needs review"
        NEEDS_APPROVAL = "needs_approval", "Needs approval"
        RELEASED = "released", "Released"
        WITHDRAWN = "withdrawn", "Withdrawn"
        ENDING = "expires_soon", "Expires soon"
        EXPIRED = "expired", "Expired"
        FAILED = "failed", "Failed"
        ACCESS = "access", "Access"
        REPORTED = "reported", "Record reported"
        ACCOUNT = "account", "Account and roles"
        ERASURE = "erasure", "Erasure of a source"
        COMMENTED = "commented", "Comment"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    event = models.CharField(max_length=16, choices=Event.choices)
    words = models.CharField(max_length=300, help_text="one sentence without cell values")
    path = models.CharField(max_length=200, help_text="of the page it is about")
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "notice"
        ordering: ClassVar = ["-at"]
        indexes = [models.Index(fields=["person", "-at"])]

    def __str__(self) -> str:
        return self.words


class Comment(models.Model):
    """What somebody says to others about a run, a gate or a flag. Taken back, its words are gone, its place stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, help_text="what it is about")
    subject = models.UUIDField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="comments")
    words = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "comment"
        ordering: ClassVar = ["at"]
        indexes = [models.Index(fields=["kind", "subject", "at"])]

    def __str__(self) -> str:
        return f"comment on a {self.kind}"


class Webhook(models.Model):
    """An address outside that an administrator lets the portal tell of events. Without any, nothing is sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    url = models.URLField(max_length=500)
    events = models.JSONField(default=list, help_text="the events it is told of")
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "webhook"
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One message to a webhook or to a person's mailbox: what is to be said, how often it was tried, and its end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, null=True, related_name="deliveries")
    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, null=True, related_name="mail")
    event = models.CharField(max_length=16)
    body = models.TextField(help_text="JSON for a webhook; ids and sentences, no cell values")
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="when it is tried again; null when it is over")
    answer = models.CharField(max_length=120, blank=True, help_text="status, or why there was none")
    delivered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "delivery"
        verbose_name_plural = "deliveries"
        ordering: ClassVar = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(webhook__isnull=True, notice__isnull=False) | Q(webhook__isnull=False, notice__isnull=True),
                name="delivery_goes_to_one_place",
            )
        ]
        indexes = [models.Index(fields=["next_at"])]

    def __str__(self) -> str:
        return self.event
