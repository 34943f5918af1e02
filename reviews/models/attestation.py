"""What is signed of a release, with which keys, what became of a download, and what was made from a release."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from generation.models import Dataset
from generation.models.dataset import HEX64
from reviews.models.release import Download, Release
from reviews.models.review import PERSON


class Attestation(models.Model):
    """A signature over every file of a release: asked for by a steward, filled in once by the worker that signs.

    The newest signed one counts. Until there is one, only what was signed with the certificate leaves.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="attestations")
    number = models.PositiveIntegerField(help_text="the how-manieth of this release, from 1")
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, help_text="when the release expires; never if empty")
    test_share = models.FloatField(default=0, help_text="share of the records that the bundle keeps as a test split")
    envelope = models.JSONField(null=True, help_text="DSSE envelope with the in-toto statement; empty until signed")
    statement_sha256 = models.CharField(max_length=64, blank=True)
    key_id = models.CharField(max_length=16, blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "attestation"
        ordering: ClassVar = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["release", "number"], name="one_attestation_per_number"),
            models.CheckConstraint(
                condition=Q(envelope__isnull=True) | Q(signed_at__isnull=False, statement_sha256__regex=HEX64),
                name="signed_attestation_says_when_and_what",
            ),
            models.CheckConstraint(condition=Q(test_share__gte=0, test_share__lt=1), name="test_share_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"attestation {self.number} of {self.release}"


class SignedFile(models.Model):
    """A file of a release's records that was signed once, in a format or as a split, by its digest: whoever brings it
    back brings what was made from the release.
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="signed_files")
    sha256 = models.CharField(max_length=64, db_index=True)

    HELD_BY: ClassVar = "the signed attestation"

    class Meta:
        verbose_name = "signed file"
        constraints = [
            models.UniqueConstraint(fields=["release", "sha256"], name="signed_file_is_known_once"),
            models.CheckConstraint(condition=Q(sha256__regex=HEX64), name="signed_file_digest_is_hex"),
        ]

    def __str__(self) -> str:
        return self.sha256


class PublicKey(models.Model):
    """A key that the portal signs or signed with. `introduction` is the signature of the key before over this one,
    `endorsement` that of today's key over this row: a row that somebody wrote has none.
    """

    key_id = models.CharField(max_length=16, primary_key=True)
    public_key = models.CharField(max_length=64, unique=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, help_text="nothing that was signed later counts")
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.TextField(blank=True)
    introduced_by = models.CharField(max_length=16, blank=True)
    introduction = models.CharField(max_length=128, blank=True)
    endorsement = models.CharField(max_length=128, blank=True)

    class Meta:
        verbose_name = "public key"
        ordering: ClassVar = ["valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(public_key__regex=HEX64), name="public_key_is_hex"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_reason=""), name="revoked_key_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.key_id


class Sent(models.Model):
    """What really left for a download, written when its connection ended."""

    download = models.OneToOneField(Download, on_delete=models.PROTECT, related_name="sent")
    size = models.BigIntegerField(help_text="bytes that were handed to the connection, or to nginx")
    by_proxy = models.BooleanField(default=False, help_text="nginx sends the file itself; its log has the rest")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "end of a download"
        constraints = [models.CheckConstraint(condition=Q(size__gte=0), name="sent_size_is_not_negative")]

    def __str__(self) -> str:
        return f"{self.size} bytes"


class Derived(models.Model):
    """Something that was made from a release: a dataset of this portal, or a set elsewhere by name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="derived")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, null=True, related_name="derived_from")
    name = models.CharField(max_length=120, help_text="what it is called, and where it is kept")
    told_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(auto_now_add=True)

    HELD_BY: ClassVar = "the event of its dataset, which the gate asks for"

    class Meta:
        verbose_name = "derived set"
        ordering: ClassVar = ["told_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="derived_set_has_a_name"),
            models.UniqueConstraint(fields=["release", "name"], name="derived_set_is_told_once"),
        ]

    def __str__(self) -> str:
        return self.name
