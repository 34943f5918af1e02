"""Reviews of sampled records, verdicts, waivers, releases and downloads."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from generation.models import HEX64, GenerationRun
from synthportal.roles import Role
from synthportal.transitions import Table

PERSON = settings.AUTH_USER_MODEL


class Review(models.Model):
    """The one sample of one artefact, fixed before the first verdict."""

    class Status(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        RELEASED = "released"

    TRANSITIONS: ClassVar[Table] = {
        Status.OPEN: {Status.ACCEPTED: (Role.STEWARD,), Status.REJECTED: (Role.STEWARD, Role.ANNOTATOR)},
        Status.ACCEPTED: {Status.RELEASED: (Role.STEWARD,)},
        Status.REJECTED: {},
        Status.RELEASED: {},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.OneToOneField(GenerationRun, on_delete=models.PROTECT, related_name="review")
    artefact_sha256 = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    policy = models.JSONField(help_text="the tier as it was when the sample was drawn")
    plan = models.JSONField(help_text="the sampling plan that followed from it")
    lot = models.BigIntegerField(help_text="records in the artefact")
    required = models.PositiveIntegerField(help_text="n: records to judge in the random lane")
    accept = models.PositiveIntegerField(help_text="c: confirmed leaks that may still pass")
    ltpd = models.FloatField(help_text="p0, a fraction")
    confidence = models.FloatField()
    dossier_hash = models.CharField(max_length=64, blank=True)
    places = models.JSONField(default=dict, help_text="places in the queue, by lane")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "review"
        constraints = [
            models.CheckConstraint(condition=Q(artefact_sha256__regex=HEX64), name="review_digest_is_hex"),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "released"]) | Q(dossier_hash__regex=HEX64),
                name="accepted_review_binds_a_dossier",
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.run}"


class ReviewRecord(models.Model):
    """A record of the artefact that somebody shall judge. Its content is sealed and read one at a time."""

    class Lane(models.TextChoices):
        RANDOM = "random"
        HUNT = "hunt"
        CONTROL = "control"

    class State(models.TextChoices):
        WAITING = "waiting"
        CLAIMED = "claimed"
        JUDGED = "judged"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="records")
    lane = models.CharField(max_length=8, choices=Lane.choices)
    position = models.PositiveIntegerField(help_text="place in the queue, from 1")
    row = models.BigIntegerField(null=True, help_text="index in the artefact; none for a control")
    needed = models.PositiveSmallIntegerField(default=1, help_text="verdicts by different people until it is judged")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reasons = models.JSONField(default=list, help_text="why the hunt lane has it, in words")
    sealed = models.BinaryField(help_text="the record, sealed with the dataset's key")
    claimed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    token = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = "record"
        ordering: ClassVar = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "position"], name="one_record_per_place"),
            models.UniqueConstraint(fields=["review", "row"], name="one_record_per_row"),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(claimed_by__isnull=False, lease_until__isnull=False),
                name="claimed_record_has_a_holder",
            ),
            models.CheckConstraint(
                condition=Q(lane="control", row__isnull=True) | (~Q(lane="control") & Q(row__isnull=False)),
                name="control_is_no_record_of_the_artefact",
            ),
            models.CheckConstraint(condition=Q(needed__gte=1, needed__lte=6), name="needs_one_to_six_verdicts"),
        ]
        indexes = [
            models.Index(fields=["review", "state", "position"]),
            models.Index(fields=["review", "lane", "state", "position"]),
            models.Index(
                fields=["review", "lease_until"], condition=models.Q(claimed_by__isnull=False), name="records_in_hand"
            ),
            models.Index(
                fields=["review", "position"],
                condition=models.Q(state="waiting", claimed_by__isnull=True),
                name="records_to_be_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"record {self.position}"


class Verdict(models.Model):
    """One person's judgement of one record. Undone ones stay; triggers freeze all when the review closes."""

    class Decision(models.TextChoices):
        CLEAN = "clean"
        LEAKAGE = "leakage"
        UNREALISTIC = "unrealistic"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(ReviewRecord, on_delete=models.CASCADE, related_name="verdicts")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="verdicts")
    decision = models.CharField(max_length=12, choices=Decision.choices)
    reasons = models.JSONField(default=list)
    fields = models.JSONField(default=list, help_text="positions of the marked columns")
    note = models.TextField(blank=True)
    seconds = models.FloatField(default=0, help_text="from claim to verdict")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "verdict"
        ordering: ClassVar = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "by"], condition=Q(undone_at__isnull=True), name="one_standing_verdict_per_person"
            )
        ]
        indexes = [models.Index(fields=["by", "-created_at"]), models.Index(fields=["decision", "record"])]

    def __str__(self) -> str:
        return self.decision


class Requeue(models.Model):
    """A clean verdict that somebody other than its author set aside, so that another person judges the record anew."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="requeue")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+", help_text="none: a pause")
    reason = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "re-queued verdict"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="requeue_has_a_reason")]

    def __str__(self) -> str:
        return f"re-queued {self.verdict}"


class Control(models.Model):
    """What a place in the queue hides: a fabricated leak or fabricated nonsense. It is no record of any artefact."""

    class Kind(models.TextChoices):
        DIRECT_IDENTIFIER = "direct_identifier", "direct identifier"
        NEAR_COPY = "near_copy", "near copy of an invented person"
        MEMORISED_TEXT = "memorised_text", "text made up for the purpose"
        RARE_COMBINATION = "rare_combination", "rare combination"
        NONSENSE = "nonsense", "nonsense"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.OneToOneField(ReviewRecord, on_delete=models.CASCADE, related_name="control")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    expected = models.CharField(max_length=12, choices=Verdict.Decision.choices)

    class Meta:
        verbose_name = "control"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="nonsense", expected="unrealistic") | (~Q(kind="nonsense") & Q(expected="leakage")),
                name="control_expects_what_it_is",
            )
        ]

    def __str__(self) -> str:
        return self.kind


class Skip(models.Model):
    """A person passes a record on, with a reason; it never counts as judged. Taken back, it stays in the history."""

    class Reason(models.TextChoices):
        CANNOT_TELL = "cannot_tell", "I cannot tell"
        NEEDS_EXPERT = "needs_expert", "needs somebody who knows the subject"
        KNOWN_PERSON = "known_person", "I may know the person"
        UPSETTING = "upsetting", "upsetting content"
        NOT_SHOWN = "not_shown", "not shown properly"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(ReviewRecord, on_delete=models.CASCADE, related_name="skips")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="skips")
    reason = models.CharField(max_length=16, choices=Reason.choices)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "skip"
        ordering: ClassVar = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "by"], condition=Q(undone_at__isnull=True), name="one_standing_skip_per_person"
            )
        ]

    def __str__(self) -> str:
        return self.reason


class SecondLook(models.Model):
    """What the second person says of a flagged record before seeing what the first one said."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="second_look")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="second_looks")
    decision = models.CharField(max_length=12, choices=Verdict.Decision.choices)
    reasons = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "second look"

    def __str__(self) -> str:
        return self.decision


class Pause(models.Model):
    """An annotator judges no more in a review: they missed too many controls. A steward may lift it, with a reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="pauses")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    found = models.PositiveIntegerField(help_text="controls found when the pause began")
    judged = models.PositiveIntegerField(help_text="controls judged when the pause began")
    created_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_reason = models.TextField(blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "pause"
        constraints = [
            models.UniqueConstraint(
                fields=["review", "person"], condition=Q(lifted_at__isnull=True), name="one_standing_pause_per_person"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | (Q(lifted_by__isnull=False) & ~Q(lifted_reason="")),
                name="pause_is_lifted_by_somebody_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"pause of {self.person}"


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


class TierVersion(models.Model):
    """One version of a tier's review policy: the newest counts for new reviews; version 1 is shipped as code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tier = models.CharField(max_length=20)
    version = models.PositiveIntegerField(help_text="from 2 on")
    policy = models.JSONField(help_text="every field of the review policy")
    reason = models.TextField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "version of a tier"
        verbose_name_plural = "versions of tiers"
        ordering: ClassVar = ["tier", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["tier", "version"], name="one_policy_per_tier_and_version"),
            models.CheckConstraint(condition=~Q(reason=""), name="tier_version_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.version}"


class Tally(models.Model):
    """What one person has done in one lane of a review, counted as it happens: no page counts a long queue.

    One row per person, so that people who judge at the same time do not wait for each other. Only tally.py writes it.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="tallies")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    lane = models.CharField(max_length=8, choices=ReviewRecord.Lane.choices)
    verdicts = models.IntegerField(default=0, help_text="standing verdicts of this person")
    judged = models.IntegerField(default=0, help_text="records completed less records opened again by this person")

    class Meta:
        verbose_name = "tally"
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(fields=["review", "person", "lane"], name="one_tally_per_person_and_lane")
        ]

    def __str__(self) -> str:
        return f"tally of {self.person}"


class Adjudication(models.Model):
    """A second person settles a leak flag; it counts as a confirmed leak only then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="adjudication")
    flagged_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="adjudications")
    is_leak = models.BooleanField()
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "adjudication"
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("flagged_by")), name="adjudicated_by_a_second_person"),
        ]

    def __str__(self) -> str:
        return "confirmed leak" if self.is_leak else "no leak"


class Waiver(models.Model):
    """A steward lets one shortfall of usefulness pass, with a reason; privacy can never be waived."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(GenerationRun, on_delete=models.PROTECT, related_name="waivers")
    condition = models.CharField(max_length=40)
    evaluation_digest = models.CharField(max_length=64)
    reason = models.TextField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "waiver"
        constraints = [
            models.CheckConstraint(
                condition=Q(condition__in=["utility", "fidelity", "diversity"]), name="only_usefulness_can_be_waived"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_a_reason"),
            models.UniqueConstraint(
                fields=["run", "condition", "evaluation_digest"], name="one_waiver_per_condition_and_evidence"
            ),
        ]

    def __str__(self) -> str:
        return self.condition


class Release(models.Model):
    """The door's permission for exactly these bytes, signed by a second person."""

    class Status(models.TextChoices):
        RELEASED = "released"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"

    TRANSITIONS: ClassVar[Table] = {
        Status.RELEASED: {Status.WITHDRAWN: (Role.STEWARD,), Status.EXPIRED: (Role.STEWARD, Role.WORKER)},
        Status.WITHDRAWN: {},
        Status.EXPIRED: {},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    run = models.ForeignKey(GenerationRun, on_delete=models.PROTECT, related_name="releases")
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="release")
    artefact_sha256 = models.CharField(max_length=64)
    dossier_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.RELEASED)
    requested_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    released_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="releases")
    released_at = models.DateTimeField(auto_now_add=True)
    claim = models.TextField(help_text="the sentence that was signed, word for word")
    certificate = models.JSONField(help_text="signed envelope")
    card = models.JSONField(default=dict, help_text="facts of the data card")
    withdrawn_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "release"
        ordering: ClassVar = ["-released_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["artefact_sha256"], condition=Q(status="released"), name="one_active_release_per_artefact"
            ),
            models.CheckConstraint(condition=~Q(released_by=F("requested_by")), name="release_needs_four_eyes"),
            models.CheckConstraint(
                condition=Q(artefact_sha256__regex=HEX64, dossier_hash__regex=HEX64), name="release_digests_are_hex"
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | Q(withdrawn_by__isnull=False), name="withdrawn_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"release {self.number}"


class ReleasedFile(models.Model):
    """One rendering of a release on the plain shelf; Parquet is the artefact itself."""

    class Format(models.TextChoices):
        PARQUET = "parquet", "Parquet"
        CSV = "csv", "CSV"
        JSONL = "jsonl", "JSON Lines"
        SPREADSHEET = "spreadsheet_csv", "CSV for spreadsheets"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=16, choices=Format.choices)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()

    class Meta:
        verbose_name = "released file"
        constraints = [
            models.UniqueConstraint(fields=["release", "format"], name="one_file_per_format"),
            models.CheckConstraint(condition=Q(sha256__regex=HEX64), name="released_file_digest_is_hex"),
        ]

    def __str__(self) -> str:
        return self.format


class Download(models.Model):
    """Bytes that left: who, what, when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="downloads")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="downloads")
    format = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64)
    first_byte = models.BigIntegerField(default=0)
    last_byte = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "download"
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.format} of {self.release}"
