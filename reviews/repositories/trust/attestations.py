"""Attestations: the newest one that was signed, read only where its signature holds; and what one is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from reviews.engine.attestation.dsse import Untrusted, envelope_bytes, opened
from reviews.engine.bundle.material import FileFacts, Material
from reviews.engine.bundle.statement import files_of, roots_of
from reviews.engine.certificate.facts import ReleaseFacts
from reviews.engine.certificate.restore import restored
from reviews.models import Attestation, PublicKey, Release
from reviews.repositories.catalogue.standing import newest_signed
from reviews.repositories.progress import planted_kinds
from reviews.repositories.release_facts import NOT_KNOWN
from reviews.repositories.trust.keys import trusted_keys
from reviews.repositories.trust.records import record_again
from synthportal.errors import Conflict

NOT_SIGNED = "What was signed of this release does not hold any more ({}). Nothing was sent; tell a steward."


@dataclass(frozen=True, slots=True)
class Attested:
    """A signed statement whose signature holds: its files by path, and the Merkle roots of those that have one."""

    row: Attestation
    statement: Mapping[str, Any]
    files: Mapping[str, FileFacts]
    roots: Mapping[str, str]
    envelope: bytes

    @property
    def expires_at(self) -> datetime | None:
        """As it was signed, whatever the row says."""
        said = self.statement["predicate"]["expires"]
        return parse_datetime(said) if said else None


def attested(release: Release) -> Attested | None:
    """The newest signed attestation; None for a release that has none yet. Raises Conflict when it does not hold."""
    row = newest_signed(release)
    return read_attestation(row, release) if row else None


def read_attestation(row: Attestation, release: Release) -> Attested:
    """What an attestation says, checked against the keys that are trusted now. Raises Conflict."""
    envelope: Mapping[str, Any] = row.envelope or {}
    try:
        statement = opened(envelope, trusted_keys())
    except Untrusted as error:
        raise Conflict(NOT_SIGNED.format(error)) from error
    said = statement["predicate"]
    key = PublicKey.objects.get(pk=said["signer"]["key_id"])
    if said["release"]["id"] != str(release.pk) or said["attestation"]["number"] != row.number:
        raise Conflict(NOT_SIGNED.format("it speaks of another release"))
    if key.valid_until and (parse_datetime(said["attestation"]["at"]) or timezone.now()) > key.valid_until:
        raise Conflict(NOT_SIGNED.format("its key was closed before"))
    return Attested(row, statement, files_of(statement), roots_of(statement), envelope_bytes(envelope))


def material_of(release: Release, lineage: Mapping[str, Any]) -> Material:
    """What the documents of a release are written from, before any file is.

    Facts and record are those that were read when it was signed; of releases signed before records were kept, the
    record is read again. Raises Conflict where that speaks of other evidence.
    """
    record = release.card.get("record") or record_again(release)
    return Material(
        facts=kept_facts(release),
        record=record,
        lineage=lineage,
        certificate=release.certificate["certificate"],
        address=settings.PUBLIC_URL,
    )


def kept_facts(release: Release) -> ReleaseFacts:
    """The facts as they were kept, and what facts of the version before did not say yet."""
    facts: dict[str, Any] = release.card["facts"]
    columns = [{"written": NOT_KNOWN, "missing": NOT_KNOWN} | column for column in facts["artefact"]["columns"]]
    review = {"control_kinds": list(planted_kinds(release.review))} | facts["review"]
    now = facts | {"artefact": facts["artefact"] | {"columns": columns}, "review": review}
    return restored(ReleaseFacts, now)
