"""Whether the portal stands: what `manage.py doctor` prints and the administrator's system page shows.

Each check looks at one thing and says what it found and, where it is not well, what to do. None changes anything.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from synthportal.errors import DomainError
from synthportal.jobs.broker import QUEUES, app
from synthportal.jobs.confined.confinement import FILES, NETWORK
from synthportal.jobs.limited import confinement_here
from synthportal.models import AuditEvent, DataKey, Job, Sighting
from synthportal.storage.backup import BACKED_UP, CHORE
from synthportal.storage.keys import ROTATED, is_usable
from synthportal.storage.vault import store
from synthportal.trail.verification import faults
from synthportal.version import VERSION

LEAST_FREE_BYTES = 5 * 1024**3
FAR_OFF_SECONDS = 2.0
WAITING_MINUTES = 10
OLD_BACKUP_DAYS = 7


class State(StrEnum):
    """How a check ended."""

    WELL = "well"
    LOOK = "look at it"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at; `todo` is empty where nothing is to be done."""

    name: str
    state: State
    found: str
    todo: str = ""


def check_up() -> Iterator[Line]:
    """Every check, in the order in which one leads to the next. A check that fails itself is broken."""
    yield Line("Version", State.WELL, f"Synthportal {VERSION}, {settings.MODE} mode")
    asked_for = {"Second worker": _second_worker} if settings.SECOND_WORKERS else {}
    for name, check in (CHECKS | asked_for).items():
        try:
            yield check(name)
        except Exception as error:  # noqa: BLE001 - each driver has errors of its own, and the other checks go on
            words = " ".join(error.reasons) if isinstance(error, DomainError) else type(error).__name__
            yield Line(name, State.BROKEN, f"It could not be looked at: {words}.", "See the log of this process.")


def _settings(name: str) -> Line:
    """Django's own list for a deployment."""
    found = checks.run_checks(include_deployment_checks=settings.IS_PRODUCTION)
    serious = [each.id or each.msg for each in found if each.is_serious()]
    if serious:
        todo = "Run python manage.py check --deploy: it says what each of them means."
        return Line(name, State.BROKEN, f"{len(serious)} settings are wrong: {', '.join(serious)}", todo)
    return Line(name, State.WELL, f"{len(found)} remarks, none serious" if found else "as they should be")


def _proxy(name: str) -> Line:
    if settings.IS_PRODUCTION and not settings.PROXIES:
        todo = "Set SYNTHPORTAL_PROXIES to the number of proxies, or every failed sign-in counts as the proxy's own."
        return Line(name, State.LOOK, "Production without a proxy in front", todo)
    return Line(name, State.WELL, f"{settings.PROXIES} in front" if settings.PROXIES else "none in front")


def _database(name: str) -> Line:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Line(name, State.BROKEN, f"{len(waiting)} migrations wait", "Run python manage.py migrate.")
    return Line(name, State.WELL, f"{connection.vendor}, up to date")


def _clock(name: str) -> Line:
    """The database's clock beside this machine's: leases and expiry are read by both."""
    if connection.vendor != "postgresql":
        return Line(name, State.WELL, timezone.now().isoformat(timespec="seconds"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXTRACT(EPOCH FROM clock_timestamp())")
        apart = abs(float(cursor.fetchone()[0]) - time.time())
    if apart > FAR_OFF_SECONDS:
        todo = "Let both machines keep time by NTP: leases of jobs end too early or too late."
        return Line(name, State.BROKEN, f"{apart:.0f} s apart from the database's", todo)
    return Line(name, State.WELL, "the database's agrees")


def _keys(name: str) -> Line:
    """Whether the newest and the oldest key still open: another master key, or lost shares, show at once."""
    usable = DataKey.objects.filter(wrapped__isnull=False).order_by("created_at")
    ends = [key for key in (usable.first(), usable.last()) if key]
    if not all(is_usable(key.pk) for key in ends):
        todo = "Give back the master key and the shares of the keys: until then these sources cannot be read."
        return Line(name, State.BROKEN, "The master key does not open the data keys, or their shares are missing", todo)
    if settings.OLD_MASTER_KEY:
        todo = "Run python manage.py rotate_keys, then take SYNTHPORTAL_OLD_MASTER_KEY_FILE away."
        return Line(name, State.LOOK, "The old master key is still at hand", todo)
    mode = settings.SECRETS_DIR.stat().st_mode & 0o077 if settings.SECRETS_DIR.exists() else 0
    if mode:
        todo = f"chmod 700 {settings.SECRETS_DIR}: other accounts of this machine can look into it."
        return Line(name, State.LOOK, "The folder of the secrets is open to others", todo)
    if not ends:
        return Line(name, State.WELL, "none yet")
    found = f"{usable.count():,} data keys; the oldest and the newest open; the master key {_age_of_master_key()}"
    return Line(name, State.WELL, found)


def _age_of_master_key() -> str:
    changed = AuditEvent.objects.filter(subject_kind="portal", action=ROTATED).order_by("-seq").first()
    since = changed or AuditEvent.objects.order_by("seq").first()
    days = f"{(timezone.now() - since.at).days:,} days" if since else "a moment"
    return f"was changed {days} ago" if changed else f"is as old as the portal: {days}"


def _parsers(name: str) -> Line:
    """What the kernel holds a process to that reads an untrusted file or loads a fitted model."""
    held = confinement_here()
    if missing := sorted({FILES, NETWORK} - held):
        demanded = set(settings.CONFINEMENT) & set(missing)
        todo = (
            "Linux 5.13 with Landlock and seccomp does (in a container, its profile must allow both). To go without, "
            "take it out of SYNTHPORTAL_CONFINEMENT."
        )
        state = State.BROKEN if demanded else State.LOOK
        return Line(name, state, f"This kernel does not keep them from: {', '.join(missing)}", todo)
    return Line(name, State.WELL, "kept from the network, and from every file but their own")


def _vault(name: str) -> Line:
    """A blob is written and thrown away."""
    staged = store().stage()
    staged.write(b"checkup")
    store().discard(staged)
    return Line(name, State.WELL, f"{urlsplit(settings.VAULT_URL).scheme}, can be written")


def _disk(name: str) -> Line:
    places = {settings.DATA_DIR, Path(tempfile.gettempdir())}
    free = {place: shutil.disk_usage(place).free for place in places}
    least = min(free, key=lambda place: free[place])
    if free[least] < LEAST_FREE_BYTES:
        return Line(name, State.LOOK, f"{_gib(free[least])} free at {least}", "Free some space before the next upload.")
    return Line(name, State.WELL, f"{_gib(free[least])} free at the least, {os.cpu_count()} processors")


def _gib(size: int) -> str:
    return f"{size / 1024**3:,.0f} GiB"


def _broker(name: str) -> Line:
    with app.connection_for_write() as link:
        link.ensure_connection(max_retries=1, timeout=3)
    return Line(name, State.WELL, f"{urlsplit(settings.CELERY_BROKER_URL).scheme}, answers")


def _queue(name: str) -> Line:
    """Workers are seen by what they do: a job that nobody claims for minutes has none."""
    old = timezone.now() - timedelta(minutes=WAITING_MINUTES)
    waiting = Job.objects.filter(state=Job.State.QUEUED)
    running = Job.objects.filter(state=Job.State.RUNNING, lease_until__gte=timezone.now()).count()
    busy = Job.objects.filter(state=Job.State.RUNNING, lease_until__gte=timezone.now()).values("lane")
    oldest = waiting.exclude(lane__in=busy).order_by("created_at").first()
    found = f"{waiting.count():,} jobs wait, {running:,} run"
    if oldest and oldest.created_at < old:
        waits = (timezone.now() - oldest.created_at) // timedelta(minutes=1)
        todo = "No worker takes it: start one for each lane (docs/how-to/operate/deploy.md)."
        return Line(
            name, State.BROKEN, f"{found}; one of the lane “{oldest.lane}” has waited for {waits:,} minutes", todo
        )
    return Line(name, State.WELL, found)


def _second_worker(name: str) -> Line:
    """Whether one is at work that takes what others measured."""
    takes = Sighting.objects.filter(kind=Sighting.Kind.WORKER, found__contains=QUEUES["recompute"])
    seen = takes.filter(seen_at__gte=timezone.now() - timedelta(minutes=WAITING_MINUTES)).exists()
    waiting = Job.objects.filter(lane=Job.Lane.RECOMPUTE, state=Job.State.QUEUED).count()
    found = f"{', '.join(settings.SECOND_WORKERS)}: {waiting:,} evaluations wait"
    if not seen:
        todo = "No gate opens without it: start it (docs/how-to/operate/second-worker.md)."
        return Line(name, State.BROKEN, f"{found}; none was seen for {WAITING_MINUTES} minutes", todo)
    return Line(name, State.WELL, found)


def _backups(name: str) -> Line:
    if failed := Sighting.objects.filter(name=CHORE, is_well=False).first():
        todo = "Run python manage.py backup FOLDER --shares OTHER_FOLDER when that is mended: the one before is kept."
        return Line(name, State.BROKEN, f"the last one failed: {failed.found}", todo)
    made = AuditEvent.objects.filter(subject_kind="portal", action=BACKED_UP).order_by("-seq").first()
    if made is None:
        todo = "Run python manage.py backup FOLDER --shares OTHER_FOLDER, and try a restore once."
        return Line(name, State.LOOK, "none was made by the command", todo)
    age = timezone.now() - made.at
    state = State.LOOK if age > timedelta(days=OLD_BACKUP_DAYS) else State.WELL
    todo = "Make one, and have it made every day." if state is State.LOOK else ""
    return Line(name, state, f"the last one {age // timedelta(hours=1):,} hours ago", todo)


def _trail(name: str) -> Line:
    found = list(faults())
    if found:
        return Line(name, State.BROKEN, found[0], "Run python manage.py verify_audit, and ask who had access.")
    return Line(name, State.WELL, "whole")


def _mail(name: str) -> Line:
    if "smtp" not in settings.EMAIL_BACKEND or settings.EMAIL_HOST == "localhost":
        return Line(name, State.WELL, "off: notices stay in the portal")
    from django.core.mail import get_connection

    with get_connection(timeout=5):
        pass
    return Line(name, State.WELL, f"{settings.EMAIL_HOST} answers")


CHECKS: dict[str, Callable[[str], Line]] = {
    "Settings": _settings,
    "Proxies": _proxy,
    "Database": _database,
    "Clock": _clock,
    "Keys": _keys,
    "Parsers": _parsers,
    "Vault": _vault,
    "Disk": _disk,
    "Broker": _broker,
    "Queue": _queue,
    "Backups": _backups,
    "Trail": _trail,
    "Mail": _mail,
}
