"""Heads sent off the machine: what left in time tells what an insider with every key has rewritten."""

from __future__ import annotations

import fcntl
import http.client
import logging
import os
import socket
import ssl
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 5
MOST_AT_ONCE = 500
FACILITY_AUDIT, NOTICE = 13, 5  # RFC 5424: log audit, notice


def forward() -> None:
    """Send the heads that were not sent yet to the address of the settings, in order. What fails is sent later."""
    if not settings.AUDIT_SINK or not settings.AUDIT_HEADS.exists():
        return
    try:
        with Path(f"{settings.AUDIT_HEADS}.sending").open("w") as alone:
            fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
            while _forward_some():
                pass
    except BlockingIOError:
        return  # another process is sending them
    except (OSError, http.client.HTTPException, ValueError) as error:
        log.warning("Heads of the trail could not be sent (%s); tried again.", type(error).__name__)


def _forward_some() -> bool:
    """Send the next lines; whether there may be more. A line that is being written is left for later."""
    with settings.AUDIT_HEADS.open("rb") as file:
        start = _sent_so_far(file)
        file.seek(start)
        lines = [line for line in islice(file, MOST_AT_ONCE) if line.endswith(b"\n")]
    if lines:
        _send(lines)
        _note(start + sum(map(len, lines)))
    return len(lines) == MOST_AT_ONCE


def _place() -> Path:
    return Path(f"{settings.AUDIT_HEADS}.sent")


def _sent_so_far(file: BinaryIO) -> int:
    """Bytes of the file that were sent; a file that is shorter by now is another one."""
    said = _place().read_text().strip() if _place().exists() else ""
    sent = int(said) if said.isdigit() else 0
    return sent if sent <= os.fstat(file.fileno()).st_size else 0


def _note(end: int) -> None:
    draft = _place().with_suffix(f".{os.getpid()}")
    draft.write_text(str(end))
    draft.replace(_place())


def _send(lines: list[bytes]) -> None:
    where = urlsplit(settings.AUDIT_SINK)
    if where.scheme in {"http", "https"}:
        _post(where, b"".join(lines))
    elif where.scheme in {"tcp", "tls"}:
        _syslog(where, lines)
    else:
        raise ValueError("SYNTHPORTAL_AUDIT_SINK")


def _syslog(where: SplitResult, lines: list[bytes]) -> None:
    """RFC 5424 over TCP, framed by octet counting (RFC 6587), or the same in TLS (RFC 5425)."""
    with socket.create_connection((where.hostname or "", where.port or 6514), timeout=TIMEOUT_SECONDS) as plain:
        link = plain
        if where.scheme == "tls":
            link = ssl.create_default_context().wrap_socket(plain, server_hostname=where.hostname)
        for line in lines:
            said = _message(line)
            link.sendall(b"%d " % len(said) + said)
        if where.scheme == "tls":
            link.close()


def _message(line: bytes) -> bytes:
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    head = f"<{FACILITY_AUDIT * 8 + NOTICE}>1 {at} {socket.gethostname()} synthportal {os.getpid()} trail-head - "
    return head.encode() + line.rstrip(b"\n")


def _post(where: SplitResult, body: bytes) -> None:
    """The lines as they are, as application/x-ndjson. No redirect is followed."""
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    link = kind(where.hostname or "", where.port, timeout=TIMEOUT_SECONDS)
    try:
        link.request("POST", where.path or "/", body, {"Content-Type": "application/x-ndjson"})
        status = link.getresponse().status
    finally:
        link.close()
    if not 200 <= status < 300:
        raise ValueError(f"answered {status}")
