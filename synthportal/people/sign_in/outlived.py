"""What signing in leaves behind: sessions that are over, failures that no longer count, old lines of its log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from synthportal.models import Session

# The trail keeps every sign-in; this log is a copy of them for looking at, with addresses and browsers.
LOG_DAYS = 90


@dataclass(frozen=True, slots=True)
class Outlived:
    """How many sessions, failures and lines of the log went."""

    sessions: int
    failures: int
    lines: int


def forget_outlived() -> Outlived:
    """Remove what opens nothing and slows nobody any more."""
    now = timezone.now()
    over = Q(expire_date__lte=now)
    if settings.IDLE_MINUTES:
        over |= Q(person__isnull=False, used_at__lt=now - timedelta(minutes=settings.IDLE_MINUTES))
    spent = now - timedelta(hours=settings.AXES_COOLOFF_TIME)
    return Outlived(
        sessions=Session.objects.filter(over).delete()[0],
        failures=AccessAttempt.objects.filter(attempt_time__lt=spent).delete()[0],
        lines=AccessLog.objects.filter(attempt_time__lt=now - timedelta(days=LOG_DAYS)).delete()[0],
    )
