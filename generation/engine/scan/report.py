"""What a scan found: places, kinds and counts. A value is nowhere in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from generation.engine.errors import EngineError
from generation.engine.pii import entities
from generation.engine.pii.entities import EMAIL, INDIRECT, SECRET
from generation.engine.scan.repeats import KINDS

# So many places of one finding are named; the others are counted.
MOST_ROWS = 20
ROWS_IN_WORDS = 8
# Of more files than this only those are told that repeat something.
FEW_FILES = 5
NOTHING_FOUND, FOUND, UNREADABLE = 0, 1, 2
DIRECT, ALL, SECRETS, REPEATS = "direct", "all", "secrets", "repeats"
GROUPS = (DIRECT, SECRETS, REPEATS, ALL)
# Of a country's papers: US_SSN, ES_NIF.
_NATIONAL = re.compile(r"[A-Z]{2}_[A-Z_]+")
_OTHERS = frozenset({"CRYPTO", "MAC_ADDRESS", "MEDICAL_LICENSE"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of thing in one column of a file, or in a file that has no columns (`column` is "").

    `rows` are the first places, from 1 in `unit` (row, line, page, record); `places` how many there are, `count` how
    often it was found there. `score` is that of the surest (0 to 1), `found_by` the voices, `said` a sentence.
    """

    file: str
    entity: str
    column: str
    unit: str
    rows: tuple[int, ...]
    places: int
    count: int
    score: float
    found_by: tuple[str, ...]
    said: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "column": self.column or None,
            "row": self.rows[0],
            "unit": self.unit,
            "entity": self.entity,
            "rows": list(self.rows),
            "places": self.places,
            "count": self.count,
            "score": round(self.score, 3),
            "found_by": list(self.found_by),
            **({"said": self.said} if self.said else {}),
        }

    @property
    def place(self) -> str:
        """As a person says it: `row 3, 17 and 5 more, column notes`."""
        said = self.rows[:ROWS_IN_WORDS]
        more = self.places - len(said)
        rows = ", ".join(f"{row:,}" for row in said) + (f" and {more:,} more" if more else "")
        return f"{self.unit} {rows}" + (f", {self.column}" if self.column else "")


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that was left out, and why."""

    file: str
    why: str


@dataclass
class Report:
    """Everything about the files looked at. `asked` are the kinds that count, or one of the words for them."""

    asked: frozenset[str] = frozenset({DIRECT})
    read: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    passed: list[Unread] = field(default_factory=list)
    unreadable: list[Unread] = field(default_factory=list)
    compared: list[dict[str, Any]] = field(default_factory=list)

    def counts(self, finding: Finding) -> bool:
        """Whether the finding is of a kind that was asked for."""
        return is_asked(finding.entity, self.asked)

    @property
    def counted(self) -> list[Finding]:
        return [finding for finding in self.findings if self.counts(finding)]

    @property
    def status(self) -> int:
        """0 nothing found, 1 findings of the kinds asked for, 2 a file could not be read, whatever else was found."""
        if self.unreadable:
            return UNREADABLE
        return FOUND if self.counted else NOTHING_FOUND

    def as_json(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "asked": sorted(self.asked),
            "files": len(self.read),
            "findings": [{**finding.as_json(), "counts": self.counts(finding)} for finding in self.findings],
            "passed": [{"file": one.file, "why": one.why} for one in self.passed],
            "unreadable": [{"file": one.file, "why": one.why} for one in self.unreadable],
            **({"against": self.compared} if self.compared else {}),
        }


def is_asked(entity: str, asked: Collection[str]) -> bool:
    """Whether a kind is among those asked for: by name, or in a group (`direct`: whatever points at one person)."""
    groups = {ALL: True, DIRECT: entity not in INDIRECT, SECRETS: entity == SECRET, REPEATS: entity in KINDS}
    return entity in asked or any(holds and group in asked for group, holds in groups.items())


def kinds_from(words: str) -> frozenset[str]:
    """Kinds and groups, written with commas between them. EngineError for one that nothing can find."""
    said = [word.strip() for word in words.split(",") if word.strip()]
    asked = frozenset(word.lower() if word.lower() in GROUPS else word.upper() for word in said)
    if not asked or not all(map(_is_kind, asked)):
        raise EngineError(
            "no_kind", f"--fail-on takes kinds such as {EMAIL}, or {', '.join(GROUPS)}, with commas between."
        )
    return asked


def _is_kind(word: str) -> bool:
    named = {value for name, value in vars(entities).items() if name.isupper() and isinstance(value, str)}
    return word in named | _OTHERS | KINDS.keys() | set(GROUPS) or bool(_NATIONAL.fullmatch(word))


def lines(report: Report) -> Iterator[str]:
    """The report in words, one line a finding."""
    for finding in report.counted:
        yield f"{finding.file}: {finding.place}: {finding.said or _words(finding)}"
    for one in report.unreadable:
        yield f"{one.file}: could not be read. {one.why}"
    for held in report.compared:
        if len(report.compared) <= FEW_FILES or any(kind["count"] for kind in held["repeated"].values()):
            yield f"{held['file']}: {held['said']}"
    yield _summary(report)
    if others := sum(finding.count for finding in report.findings if not report.counts(finding)):
        kinds = sorted({finding.entity for finding in report.findings if not report.counts(finding)})
        yield f"Seen and not counted: {others:,} of {', '.join(kinds)} (--fail-on all counts them)."
    yield from _passed(report.passed)


def _words(finding: Finding) -> str:
    times = f" {finding.count:,} times" if finding.count > 1 else ""
    return f"{finding.entity}{times} (score up to {finding.score:.2f}; {', '.join(finding.found_by)})"


def _summary(report: Report) -> str:
    files = len({finding.file for finding in report.counted})
    read = f"{len(report.read):,} file{'' if len(report.read) == 1 else 's'} read"
    return f"{read}, {files:,} with findings." if files else f"{read}, nothing found of the kinds asked for."


def _passed(passed: Iterable[Unread]) -> Iterator[str]:
    by_why: dict[str, list[str]] = {}
    for one in passed:
        by_why.setdefault(one.why, []).append(one.file)
    for why, files in sorted(by_why.items()):
        more = f" and {len(files) - 3:,} more" if len(files) > 3 else ""
        yield f"Not looked at, {why}: {', '.join(files[:3])}{more}."
