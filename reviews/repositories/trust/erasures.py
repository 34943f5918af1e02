"""What the portal can say of a source that was erased: from its row, its key and the trail, which must agree."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from generation.models import Dataset
from reviews.engine.attestation.dsse import seal
from reviews.engine.attestation.erasure import ERASURE_TYPE, ErasureFacts, erasure_document
from reviews.models import Release
from reviews.repositories.catalogue.standing import stands_as
from reviews.repositories.trust.keys import open_key
from synthportal.errors import Conflict
from synthportal.models import AuditEvent
from synthportal.storage.keys import destroyed_at
from synthportal.trail.audit import digest_of, is_sealed

_BY = {"person": "owner", "operator": "operator"}


def signed_erasure(dataset: Dataset) -> dict[str, Any]:
    """The envelope of its certificate. Raises Conflict where it is not erased, or where row, key and trail disagree."""
    key = open_key()
    return seal(erasure_document(_facts(dataset, key.public_key().public_bytes_raw().hex())), key, ERASURE_TYPE)


def _facts(dataset: Dataset, public_key: str) -> ErasureFacts:
    event, destroyed = _proof(dataset)
    day = dataset.retain_until
    notice = dataset.erasure_notices.filter(due=day).first() if day else None
    return ErasureFacts(
        dataset=str(dataset.pk),
        name=dataset.name,
        source_sha256=dataset.sha256,
        bytes=dataset.size,
        records=dataset.rows,
        received=dataset.created_at.isoformat(timespec="seconds"),
        erased=event.at.isoformat(timespec="seconds"),
        by=_BY.get(event.actor.partition(":")[0], "portal"),
        named_day=str(notice.due) if notice else "",
        key=str(dataset.key_id),
        key_destroyed=destroyed.isoformat(timespec="seconds"),
        runs=dataset.runs.count(),
        releases=_releases(dataset),
        event=event.seq,
        event_sha256=event.digest,
        public_key=public_key,
        at=timezone.now().isoformat(timespec="seconds"),
    )


def _proof(dataset: Dataset) -> tuple[AuditEvent, datetime]:
    """The line of the trail that tells of it, sealed by the portal, and when the key was destroyed. Raises Conflict."""
    if dataset.status != Dataset.Status.ERASED:
        raise Conflict("This dataset is not erased.")
    event = AuditEvent.objects.filter(subject_kind="dataset", subject_id=str(dataset.pk), action="erased").first()
    destroyed = destroyed_at(dataset.key_id)
    if event is None or not is_sealed(event) or digest_of(event) != event.digest or destroyed is None:
        raise Conflict(
            "This dataset counts as erased, but its key or its share is still here, or the trail does not tell of it "
            "under the portal's seal: nothing is certified. Tell an administrator."
        )
    return event, destroyed


def _releases(dataset: Dataset) -> list[dict[str, Any]]:
    """What was made of it and stays."""
    kept = Release.objects.filter(run__dataset=dataset).order_by("number").defer(*Release.LARGE)
    return [{"number": one.number, "status": stands_as(one), "sha256": one.artefact_sha256} for one in kept]
