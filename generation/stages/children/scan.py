"""What runs inside the limited child of a scan."""

from __future__ import annotations

from typing import Any, BinaryIO

from generation.engine.errors import TableError
from generation.engine.progress import Progress
from generation.engine.scan.opening import Passed, Reading
from generation.engine.scan.report import Report
from generation.engine.scan.scan import Look, scan_file
from generation.engine.tables.facts import Limits
from synthportal.storage.lent import SealKey, open_lent


def scan_sealed(key: SealKey, file: BinaryIO, name: str, most_unpacked: int, report: Progress) -> dict[str, Any]:
    """The report as JSON. Raises TableError for what cannot be read."""
    found, look = Report(), Look(Reading(limits=Limits(max_unpacked_bytes=most_unpacked)))
    try:
        with open_lent(key, file) as source:
            scan_file(source, name, look, found)
    except Passed as passed:
        raise TableError("no_text", f"There is no text in it to look at: it is {passed.why}.") from None
    return found.as_json()
