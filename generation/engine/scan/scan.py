"""Files and folders, scanned one after the other; what cannot be read is said and the rest read all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from generation.engine.errors import TableError
from generation.engine.pii import Span
from generation.engine.pii.known import KnownValues
from generation.engine.scan.batch import Batch, Contents
from generation.engine.scan.looking import Found, Looker
from generation.engine.scan.opening import Passed, Reading, is_code, read_contents
from generation.engine.scan.report import MOST_ROWS, Finding, Report, Unread
from generation.engine.scan.spans import span_lines
from generation.engine.scan.walk import files_in, read_ignored

# Whether somebody has said that a kind is not sensitive in a file.
Known = Callable[[str], bool]


def _nothing(entity: str) -> bool:
    return False


@dataclass(frozen=True)
class Look:
    """How files are looked at. `known`: values to find too. `say`: takes every span of every text as a line of JSON."""

    reading: Reading = field(default_factory=Reading)
    known: KnownValues | None = None
    say: Callable[[str], object] | None = None


def scan_paths(paths: Iterable[Path], look: Look, report: Report) -> Report:
    """Every file named or below a folder named. A path that is not there is one that cannot be read."""
    for path in paths:
        if path.is_dir():
            _scan_folder(path, look, report)
        else:
            _scan_path(path, look, report, is_named=not look.reading.in_tree)
    return report


def scan_file(source: BinaryIO, name: str, look: Look, report: Report, is_known: Known = _nothing) -> None:
    """One opened file into the report, but for kinds that `is_known` to be meant.

    Raises Passed for what holds no text, TableError for what cannot be read.
    """

    def use(contents: Contents) -> _Gathered:
        return _looked_at(contents, name, look)

    found = read_contents(source, name, use, look.reading)
    if look.say:
        for line in found.said:
            look.say(line)
    report.read.append(name)
    report.findings += [one for one in found.findings() if not is_known(one.entity)]


def _scan_folder(folder: Path, look: Look, report: Report) -> None:
    ignored = read_ignored(folder)
    files = list(files_in(folder, ignored))
    is_tree = look.reading.in_tree or (folder / ".git").exists() or any(is_code(path.name) for path in files)
    inside = replace(look, reading=replace(look.reading, in_tree=is_tree))
    for path in files:
        _scan_path(path, inside, report, partial(ignored.is_known, path.relative_to(folder).as_posix()))


def _scan_path(path: Path, look: Look, report: Report, is_known: Known = _nothing, *, is_named: bool = False) -> None:
    name = path.as_posix()
    try:
        with path.open("rb") as source:
            scan_file(source, name, look, report, is_known)
    except Passed as passed:
        # A file that was asked for by its name is not passed over in silence.
        is_wrong = is_named and passed.why != "empty"
        kept = report.unreadable if is_wrong else report.passed
        kept.append(Unread(name, f"It is {passed.why}." if is_wrong else passed.why))
    except TableError as why:
        report.unreadable.append(Unread(name, why.sentence))
    except BrokenPipeError:
        raise  # whoever reads what is printed has gone
    except OSError as why:
        report.unreadable.append(Unread(name, f"{why.strerror or 'It cannot be opened'}."))


def _looked_at(contents: Contents, name: str, look: Look) -> _Gathered:
    found = _Gathered(name, contents)
    looker = Looker(contents, look.known, name if look.reading.in_tree else "", as_they_are=look.say is not None)
    for batch in contents.batches():
        spans = looker.look(batch)
        found.add(batch, spans)
        if look.say:
            found.said += span_lines(name, contents, batch, spans)
    return found


@dataclass
class _Tally:
    rows: list[int] = field(default_factory=list)
    last: int = 0
    places: int = 0
    count: int = 0
    score: float = 0.0
    voices: set[str] = field(default_factory=set)

    def add(self, row: int, span: Span) -> None:
        if row != self.last:
            self.places += 1
            self.last = row
            if len(self.rows) < MOST_ROWS:
                self.rows.append(row)
        self.count += 1
        self.score = max(self.score, span.score)
        self.voices.update(span.found_by)


@dataclass
class _Gathered:
    """Findings of one file, by column and kind, as they come; and its spans as lines, where they are asked for."""

    name: str
    contents: Contents
    tallies: dict[tuple[str, str], _Tally] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def add(self, batch: Batch, found: list[Found]) -> None:
        for text, row, spans in zip(batch.texts, batch.rows, found, strict=True):
            for span in spans:
                line = row + text.count("\n", 0, span.start) if self.contents.has_lines else row
                self.tallies.setdefault((batch.column, span.entity), _Tally()).add(line, span)

    def findings(self) -> list[Finding]:
        return [
            Finding(
                self.name, entity, column, self.contents.unit, tuple(tally.rows), tally.places, tally.count,
                tally.score, tuple(sorted(tally.voices)),
            )
            for (column, entity), tally in sorted(self.tallies.items())
        ]  # fmt: skip
