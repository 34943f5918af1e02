"""export: the only function that lets bytes out, checked against what was signed. It records who took them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction

from reviews.models import Download, RecordReport, Release, Sent
from reviews.permissions import releases_for
from reviews.repositories.catalogue.access import why_not_hold, why_not_settle
from reviews.repositories.catalogue.standing import closed_by_the_trail, is_over
from reviews.stages.lay_out import Offer, check_whole, offer_of, on_disk, what_is_offered
from synthportal.errors import Conflict, DomainError, NotPermitted
from synthportal.jobs.telemetry.names import Fact, Span
from synthportal.jobs.telemetry.traces import traced
from synthportal.models import Person
from synthportal.trail.audit import record

log = logging.getLogger(__name__)
CHANGED = "The released bytes were changed on disk. Nothing was sent; tell a steward."


class Gone(DomainError):
    """It was here and is not any more: 410."""

    status = 410


@dataclass(frozen=True, slots=True)
class Export:
    """Bytes on their way out: an open file that gives no byte unchecked, and what they are.

    `ended` is told how many bytes left, and whether nginx sends them.
    """

    file: BinaryIO
    offer: Offer
    ended: Callable[[int, bool], None]

    @property
    def size(self) -> int:
        return self.offer.size

    @property
    def sha256(self) -> str:
        return self.offer.sha256

    @property
    def name(self) -> str:
        return self.offer.name

    @property
    def content_type(self) -> str:
        return self.offer.content_type

    def shelf_name(self) -> str:
        """The plain file for nginx, read through and found unchanged; "" where there is none. Raises Conflict."""
        try:
            return self.offer.shelf_name if self.offer.shelf_name and check_whole(self.offer) else ""
        except self.offer.faults as error:
            raise Conflict(CHANGED) from error


def why_not_export(person: Person, release: Release) -> list[str]:
    """Why this person cannot download this release; empty when they can."""
    if not releases_for(person).filter(pk=release.pk).exists():
        return ["You have no access to this release."]
    if reasons := why_closed(release):
        return reasons
    return why_not_hold(person, release)


@contextmanager
def records_path(release: Release, *, by: Person) -> Iterator[str]:
    """Where the checked Parquet file lies on this machine, for the viewer: for who may download it.

    Raises NotPermitted, Gone or Conflict as a download does.
    """
    release.refresh_from_db()
    if reasons := why_not_export(by, release):
        raise (Gone if why_closed(release) else NotPermitted)(*reasons)
    with _checked_path(release) as path:
        yield path


@contextmanager
def reported_path(report: RecordReport, *, by: Person) -> Iterator[str]:
    """The same for the one steward who settles a report, whether the release is suspended by it or closed since.

    Raises NotPermitted for everybody else and once it is settled, Conflict where the bytes are not as released.
    """
    report.refresh_from_db(fields=["status"])
    if reasons := why_not_settle(by, report):
        raise NotPermitted(*reasons)
    with _checked_path(report.release) as path:
        yield path


@contextmanager
def _checked_path(release: Release) -> Iterator[str]:
    offer = offer_of(release, "parquet")
    if offer is None:
        raise Conflict(what_is_offered(release))
    try:
        with on_disk(offer) as path:
            yield path
    except offer.faults as error:
        raise Conflict(CHANGED) from error


def why_closed(release: Release) -> list[str]:
    """Why nothing of this release leaves, whoever asks; empty while it stands."""
    if release.status != Release.Status.RELEASED:
        return [f"This release was {release.status}: {release.withdrawn_reason or 'its time is over.'}"]
    if is_over(release):
        return [f"This release was {Release.Status.EXPIRED}: its time is over."]
    if closed_by_the_trail(release):
        return ["This release is closed, as the trail says, although its row says otherwise: tell an auditor."]
    return []


def file_to_export(release: Release, what: str, *, by: Person) -> Offer | None:
    """What `export_release` would open, to tell its size and digest; None where it would refuse."""
    return None if why_not_export(by, release) else offer_of(release, what)


def export_release(
    release: Release, what: str, *, by: Person, span: tuple[int, int] | None = None, token: str = ""
) -> Export:
    """Open a released file for download: a format, "bundle", or the path of a file that was signed.

    `span` are the first and last byte asked for, the whole file if None; `token` the prefix of the API token. Raises
    NotPermitted, Gone after a withdrawal or expiry, Conflict when the bytes are not the released ones any more.
    """
    with traced(Span.EXPORT, lambda: {Fact.RELEASE: str(release.pk), Fact.IS_RANGE: span is not None}) as tell:
        export = _export(release, what, by, span, token)
        tell(lambda: {Fact.BYTES: export.size})
    return export


def _export(release: Release, what: str, by: Person, span: tuple[int, int] | None, token: str) -> Export:
    release.refresh_from_db()
    if reasons := why_not_export(by, release):
        raise (Gone if why_closed(release) else NotPermitted)(*reasons)
    offer = offer_of(release, what)
    if offer is None:
        raise Conflict(what_is_offered(release))
    first, last = span or (0, max(offer.size - 1, 0))
    file = _opened(release, offer, first)
    with transaction.atomic():
        taken = Download.objects.create(
            release=release,
            by=by,
            format=offer.kind,
            sha256=offer.sha256,
            first_byte=first,
            last_byte=last,
            token=token,
        )
        facts = {"format": offer.kind, "file": offer.name, "sha256": offer.sha256, "first": first, "last": last}
        record("exported", release, by=by, **facts, token=token, download=str(taken.pk))
    return Export(file, offer, lambda size, by_proxy: _end(taken, by, size, by_proxy))


def _opened(release: Release, offer: Offer, first: int) -> BinaryIO:
    """The file, with the piece that is sent first read already: what is wrong there is said in words."""
    file: BinaryIO | None = None
    try:
        file = offer.open()
        file.seek(first)
        file.read(1)
    except offer.faults as error:
        if file:
            file.close()
        log.error("Released bytes of release %s are not those that were signed; export refused.", release.pk)
        raise Conflict(CHANGED) from error
    return file


def _end(taken: Download, by: Person, size: int, by_proxy: bool) -> None:
    """Write down what left. A download that broke off has fewer bytes than it asked for."""
    with transaction.atomic():
        Sent.objects.create(download=taken, size=size, by_proxy=by_proxy)
        record("sent", taken.release, by=by, download=str(taken.pk), bytes=size, by_proxy=by_proxy)
