"""grant: who may hold a release, and what is missed in the catalogue. A person asks, a steward decides, until a day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from reviews.models import AccessRequest, Release, Wish
from reviews.permissions import held_releases_for, releases_for
from reviews.repositories.catalogue.standing import CLOSED, stands_as
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person
from synthportal.roles import Role, has_role, require
from synthportal.trail.audit import record
from synthportal.transitions import move

MOST_DAYS = 730


def why_not_ask(person: Person, release: Release) -> list[str]:
    """Why this person cannot ask for access to this release now; empty when they can."""
    if not releases_for(person).filter(pk=release.pk).exists():
        return ["You have no access to this release."]
    if held_releases_for(person).filter(pk=release.pk).exists():
        return ["You may hold this release already."]
    if closed := _closed(release):
        return closed
    if release.access_requests.filter(person=person, status=AccessRequest.Status.ASKED).exists():
        return ["You have asked already: a steward decides."]
    return []


def _closed(release: Release) -> list[str]:
    """Why there is nothing left to hold; a release that is suspended may be asked for and granted meanwhile."""
    word = stands_as(release)
    return [f"This release is {word}: nothing is sent of it any more."] if word in CLOSED else []


def ask_access(release: Release, *, purpose: str, by: Person) -> AccessRequest:
    """Ask to hold a release. Raises Conflict with the reason; after a refusal one may ask again."""
    if reasons := why_not_ask(by, release):
        raise Conflict(*reasons)
    if not purpose.strip():
        raise Conflict("Say what you will use it for: a steward decides by that.")
    try:
        with transaction.atomic():
            asked = AccessRequest.objects.create(release=release, person=by, purpose=purpose.strip()[:2000])
            record("access asked", asked, by=by, release=str(release.pk))
    except IntegrityError:
        raise Conflict("You have asked already: a steward decides.") from None
    return asked


def grant_access(asked: AccessRequest, *, until: date, by: Person) -> None:
    """Let the person hold the release up to and including a day. Raises NotPermitted or Conflict."""
    require(by, Role.STEWARD)
    today = timezone.localdate()
    if not today <= until <= today + timedelta(days=MOST_DAYS):
        raise Conflict(f"Access is granted until a day from today on, at most {MOST_DAYS} days ahead.")
    if asked.person_id == by.pk:
        raise Conflict("Nobody grants access to themselves.")
    if closed := _closed(asked.release):
        raise Conflict(*closed)
    decided = {"decided_by": by, "decided_at": timezone.now()}
    move(asked, AccessRequest.Status.GRANTED, by=by, facts={"until": until.isoformat()}, until=until, **decided)


def refuse_access(asked: AccessRequest, *, reason: str, by: Person) -> None:
    """Say no with a reason, or take back what was granted. Raises NotPermitted or Conflict."""
    require(by, Role.STEWARD)
    if not reason.strip():
        raise Conflict("Say why: the person who asked reads it, and may ask again with another purpose.")
    is_granted = asked.status == AccessRequest.Status.GRANTED
    to = AccessRequest.Status.REVOKED if is_granted else AccessRequest.Status.REFUSED
    move(asked, to, by=by, decided_by=by, decided_at=timezone.now(), reason=reason.strip()[:2000])


def restrict_release(release: Release, *, on_request: bool, by: Person) -> None:
    """Whether engineers ask before they may hold it. Raises NotPermitted for anybody but a steward."""
    require(by, Role.STEWARD)
    with transaction.atomic():
        if Release.objects.filter(pk=release.pk).exclude(on_request=on_request).update(on_request=on_request):
            record("access changed", release, by=by, on_request=on_request)
    release.on_request = on_request


def wish_dataset(*, title: str, purpose: str, by: Person) -> Wish:
    """Ask for a dataset that does not exist yet."""
    if not has_role(by, Role.ENGINEER, Role.OWNER, Role.STEWARD):
        raise NotPermitted("This needs the role ML engineer, owner or steward.")
    if not title.strip() or not purpose.strip():
        raise Conflict("Say what you look for, and what you would use it for.")
    with transaction.atomic():
        wish = Wish.objects.create(title=title.strip()[:120], purpose=purpose.strip()[:2000], person=by)
        record("wished", wish, by=by)
    return wish


def answer_wish(wish: Wish, *, answer: str, by: Person) -> None:
    """Say what became of it. Raises NotPermitted for anybody but a steward, Conflict without words."""
    require(by, Role.STEWARD)
    if not answer.strip():
        raise Conflict("Say what became of it: the person who asked reads it.")
    move(wish, Wish.Status.ANSWERED, by=by, answered_by=by, answered_at=timezone.now(), answer=answer.strip()[:2000])
