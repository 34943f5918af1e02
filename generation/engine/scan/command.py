"""The command line of a scan, with Django or without it: what is asked for, and where the answer goes."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from generation.engine.errors import EngineError
from generation.engine.pii.entities import KNOWN, PERSON
from generation.engine.pii.known import KnownValues
from generation.engine.pii.labels import NOT_PEOPLE_WORDS, PEOPLE_WORDS, label_words
from generation.engine.scan.batch import Contents
from generation.engine.scan.opening import Passed, Reading, read_contents
from generation.engine.scan.report import DIRECT, GROUPS, UNREADABLE, Report, kinds_from, lines
from generation.engine.scan.sarif import as_sarif
from generation.engine.scan.scan import Look, scan_paths
from generation.engine.scan.walk import files_in, read_ignored

HELP = "Say what is sensitive in files, or repeated from a source, without a database. Values are never printed."
Write = Callable[[str], object]


def add_arguments(parser: ArgumentParser) -> None:
    """What both commands take."""
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="FILE|FOLDER", help="tables, JSON Lines, texts, PDF, templates, source")
    add("--json", action="store_true", help="print the findings as one JSON object")
    add(
        "--spans", action="store_true", help="print one JSON line per text: index, and spans with start, end and entity"
    )
    add("--sarif", action="store_true", help="print the findings as SARIF 2.1.0, for a code host")
    add("--known", action="append", default=[], type=_column_of, metavar="F:COLUMN", help="find values of a column too")
    add(
        "--fail-on",
        default=DIRECT,
        metavar="KIND,...",
        help=f"what counts for the exit status: kinds such as EMAIL_ADDRESS, or {', '.join(GROUPS)} ({DIRECT})",
    )
    add("--tree", action="store_true", help="files named one by one are parts of a source tree, as in a hook")
    add(
        "--against",
        nargs="+",
        default=[],
        type=Path,
        metavar="SOURCE",
        help="does a file repeat records or texts of these, exactly or nearly",
    )
    add("--holdout", type=Path, metavar="FILE", help="real records that nobody used: what they repeat is chance")


def _column_of(text: str) -> tuple[Path, str]:
    file, _, column = text.rpartition(":")
    if not file or not column:
        raise ArgumentTypeError("write a file and one of its columns, as customers.csv:name")
    return Path(file), column


def run(options: Mapping[str, Any], out: Write, err: Write) -> int:
    """Scan as asked; the exit status: 0 nothing found, 1 findings of the kinds asked for, 2 a file cannot be read."""
    try:
        report = _scanned(options, out)
    except EngineError as why:
        err(why.sentence)
        return UNREADABLE
    except Passed as passed:
        err(f"A file to compare with is {passed.why}.")
        return UNREADABLE
    except OSError as why:
        err(f"A file to compare with cannot be opened: {why.strerror}.")
        return UNREADABLE
    if options["spans"]:
        for one in report.unreadable:
            err(f"{one.file}: {one.why}")
    for line in _printed(report, options):
        out(line)
    return report.status


def _printed(report: Report, options: Mapping[str, Any]) -> Iterator[str]:
    if options["sarif"]:
        yield json.dumps(as_sarif(report), indent=1)
    elif options["json"]:
        yield json.dumps(report.as_json(), indent=1)
    elif not options["spans"]:
        yield from lines(report)


def _scanned(options: Mapping[str, Any], out: Write) -> Report:
    report = Report(kinds_from(options["fail_on"]))
    reading = Reading(in_tree=options["tree"], by_line=options["spans"])
    scan_paths(options["paths"], Look(reading, _known(options["known"]), out if options["spans"] else None), report)
    if options["against"]:
        _compare(options["paths"], options["against"], options["holdout"], report)
    return report


def _known(asked: Sequence[tuple[Path, str]]) -> KnownValues | None:
    """The values of the columns asked for. TableError for a column that is not there, OSError for a file."""
    if not asked:
        return None
    known = KnownValues()
    for path, column in asked:
        words = label_words(column)
        entity = PERSON if words & PEOPLE_WORDS and not words & NOT_PEOPLE_WORDS else KNOWN
        with path.open("rb") as source:
            known.add(read_contents(source, path.name, partial(_values, column), Reading()), entity)
    return known


def _values(column: str, contents: Contents) -> dict[str, None]:
    wanted, found, others = column.casefold(), dict[str, None](), set[str]()
    for batch in contents.batches():
        if batch.column.casefold() == wanted:
            found |= dict.fromkeys(batch.texts)
        others.add(batch.column)
    if not found:
        raise EngineError(
            "no_column", f"The file of --known has no column of that name; it has {len(others):,} others."
        )
    return found


def _compare(paths: Sequence[Path], sources: Sequence[Path], holdout: Path | None, report: Report) -> None:
    # Imported here: it loads scipy, which a scan without a source does not need.
    from generation.engine.scan.against.compare import Against, compare, read_path

    against = Against(_files(sources))
    beside = read_path(holdout, against.hold) if holdout else None
    unread = {one.file for one in [*report.unreadable, *report.passed]}
    for path in _files(paths):
        if path.as_posix() not in unread:
            findings, figures = compare(path.as_posix(), read_path(path, against.hold), against.size, beside)
            report.findings += findings
            report.compared.append(figures)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from files_in(path, read_ignored(path))
        else:
            yield path
