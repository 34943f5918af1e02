"""What a model made of a suite: logs of Inspect and lm-eval read, failures by cell, and the next suite from them."""

from __future__ import annotations

import json
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from math import isfinite
from typing import Any

from generation.engine.errors import SuiteError
from generation.engine.llm.suites.making import make_in_cell
from generation.engine.llm.suites.plan import SuitePlan
from generation.engine.llm.suites.task import Suite, Task
from generation.engine.llm.written import Written

_RIGHT = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0, "True": 1.0, "False": 0.0, "yes": 1.0, "no": 0.0}
# The figures of lm-eval that say whether one answer was right, the first that is there counts.
_LM_EVAL = ("exact_match", "acc", "acc_norm", "contains", "score")
PASSES_FROM = 0.5
ROUNDS = "rounds"  # the parameter of a run that says what its suite grew by
_APART = 1_000_003  # between the seeds of rounds: more than there are cells in one
# Inspect's own format is a ZIP with a file for each sample and epoch. They are read one after the other, so what counts
# is the largest one, and how much there is in all.
_SAMPLE = re.compile(r"(?:.*/)?samples/[^/]+\.json")
MOST_OF_A_SAMPLE, MOST_UNPACKED = 32 * 2**20, 2**30
_ZSTANDARD, _LOCAL_HEADER = 93, 30  # APPNOTE 6.3.10, sections 4.4.5 and 4.3.7


@dataclass(frozen=True, slots=True)
class CellResult:
    """How the tasks of some cells went."""

    tasks: int
    failed: int

    @property
    def share(self) -> float:
        return self.failed / self.tasks if self.tasks else 0.0


def read_results(content: bytes) -> dict[str, float]:
    """Scores from 0 to 1 by the id of the task, from a log of Inspect (.eval or JSON) or the samples of lm-eval (JSON
    Lines).

    The worst of a task's scores counts, so it fails unless every scorer and every epoch passed it; one that ended with
    an error has 0. SuiteError for a file that is neither.
    """
    found: dict[str, float] = {}
    is_archive = content.startswith(b"PK")
    for name, score in _packed(content) if is_archive else _scores(content.decode("utf-8", "replace")):
        found[name] = min(score, found.get(name, score))
    if not found:
        raise SuiteError("no_results", "The file holds no results: give a log of Inspect, or samples of lm-eval.")
    return found


def _packed(content: bytes) -> Iterator[tuple[str, float]]:
    """Of Inspect's own format, sample by sample."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            samples = [one for one in archive.infolist() if _SAMPLE.fullmatch(one.filename)]
            sizes = [one.file_size for one in samples]
            if sum(sizes) > MOST_UNPACKED or max(sizes, default=0) > MOST_OF_A_SAMPLE:
                raise SuiteError("too_large", "The log holds too much to be read here: split it by samples.")
            for one in samples:
                text = _unpacked(content, archive, one).decode("utf-8", "replace")
                yield from _inspect([Written(_decoded(text), "file of results", one.filename)])
    except NotImplementedError:
        told = "The log is packed in a way that is not read here: convert it with inspect log convert --to json."
        raise SuiteError("no_results", told) from None
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, RuntimeError):
        raise SuiteError("no_results", "The archive of results is damaged, or locked with a password.") from None


def _unpacked(content: bytes, archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    """A member; no more of it than its size says, whatever it unpacks to. Python's own reader knows no Zstandard."""
    if one.compress_type != _ZSTANDARD:
        with archive.open(one) as file:
            return file.read(MOST_OF_A_SAMPLE)
    from pyarrow import Codec

    start = one.header_offset + _LOCAL_HEADER + sum(struct.unpack_from("<HH", content, one.header_offset + 26))
    packed = content[start : start + one.compress_size]
    plain: bytes = Codec("zstd").decompress(packed, decompressed_size=one.file_size, asbytes=True)
    if zlib.crc32(plain) != one.CRC:
        raise zipfile.BadZipFile
    return plain


def _scores(text: str) -> Iterator[tuple[str, float]]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict) and isinstance(whole.get("samples"), list):
        yield from _inspect(Written(whole, "file of results").part("samples").items())
        return
    for place, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield from _lm_eval(Written(_decoded(line), "file of results", f"line {place}"))


def _decoded(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise SuiteError("no_results", "The file of results is neither JSON nor JSON Lines.") from None


def _inspect(samples: Sequence[Written]) -> Iterator[tuple[str, float]]:
    for sample in samples:
        name, score = sample.part("id").name(), sample.part("score")
        if sample.part("error").plain:
            yield name, 0.0
            continue
        scores = [*sample.part("scores").parts().values()] or ([score] if score.plain else [])
        values = [_worst(one.part("value") if isinstance(one.plain, dict) else one) for one in scores]
        if values:
            yield name, min(values)


def _lm_eval(sample: Written) -> Iterator[tuple[str, float]]:
    if not isinstance(sample.plain, dict):
        return
    document = sample.part("doc")
    name = document.part("id") if isinstance(document.plain, dict) else sample.part("doc_id")
    figure = next((sample.part(key) for key in _LM_EVAL if key in sample.plain), None)
    if name.plain is not None and figure is not None:
        yield name.name(), _worst(figure)


def _worst(value: Written) -> float:
    """The score of a value; of one in several parts, that of the worst."""
    if isinstance(value.plain, dict | list):
        parts = value.items() if isinstance(value.plain, list) else list(value.parts().values())
        return min((_as_number(part.text()) for part in parts), default=0.0)
    return _as_number(value.text())


def _as_number(word: str) -> float:
    """A letter or word of Inspect, or a number; 0 for what is none, and for what was not scored (NaN)."""
    try:
        number = _RIGHT[word] if word in _RIGHT else float(word)
    except ValueError:
        return 0.0
    return number if isfinite(number) else 0.0


def failures(suite: Suite, scores: Mapping[str, float], one: str, other: str) -> dict[tuple[str, str], CellResult]:
    """For each pair of values of two dimensions how many of its tasks failed: the heat map. Others have no score.

    SuiteError for a dimension that no task has.
    """
    found: dict[tuple[str, str], CellResult] = {}
    for task in suite.tasks:
        if missing := [name for name in (one, other) if name not in task.cell]:
            raise SuiteError("unknown_dimension", f"The suite has no dimension called {missing[0]!r}.")
        if task.id in scores:
            key = (task.cell[one], task.cell[other])
            before = found.get(key, CellResult(0, 0))
            found[key] = CellResult(before.tasks + 1, before.failed + is_failure(task, scores))
    return found


def is_failure(task: Task, scores: Mapping[str, float]) -> bool:
    return task.id in scores and scores[task.id] < PASSES_FROM


def regression(plan: SuitePlan, suite: Suite, scores: Mapping[str, float], more: int, *, seed: int) -> Suite:
    """The same tasks, and `more` new ones in the cells that failed, spread over them.

    SuiteError when no result is of a task of this suite, or none failed.
    """
    if not set(scores) & {task.id for task in suite.tasks}:
        raise SuiteError("other_suite", "None of the results is of a task of this suite.")
    failed = failed_cells(suite, scores)
    if not failed:
        raise SuiteError("no_failures", "No task failed: there is no cell to add tasks to.")
    return with_more_in(plan, suite, failed, more, seed=seed)


def failed_cells(suite: Suite, scores: Mapping[str, float]) -> list[Mapping[str, str]]:
    """The cells in which a task failed, each once."""
    return list({task.cell_key: task.cell for task in suite.tasks if is_failure(task, scores)}.values())


@dataclass(frozen=True, slots=True)
class Round:
    """What a suite grew by: `more` tasks, spread over the cells that had failed."""

    more: int
    cells: tuple[Mapping[str, str], ...]


def rounds_text(rounds: Sequence[Round]) -> str:
    """The rounds as `rounds_from` reads them."""
    plain = [{"more": one.more, "cells": [dict(cell) for cell in one.cells]} for one in rounds]
    return json.dumps(plain, sort_keys=True, ensure_ascii=False)


def rounds_from(text: str) -> list[Round]:
    """The rounds that a text of ours holds."""
    return [Round(int(one["more"]), tuple(one["cells"])) for one in json.loads(text)]


def grown(plan: SuitePlan, suite: Suite, rounds: Sequence[Round], *, seed: int) -> Suite:
    """The suite after these rounds, one after the other."""
    shortfall = Counter(suite.shortfall)
    for place, one in enumerate(rounds):
        suite = with_more_in(plan, suite, one.cells, one.more, seed=seed + place * _APART)
        shortfall.update(suite.shortfall)
    return replace(suite, shortfall=dict(shortfall))


def with_more_in(plan: SuitePlan, suite: Suite, failed: Sequence[Mapping[str, str]], more: int, *, seed: int) -> Suite:
    """The suite with `more` new tasks behind its own, spread over these cells.

    What a cell has nothing new to say for, the others take over.
    """
    known = {task.input for task in suite.tasks}
    new: list[Task] = []
    left = list(enumerate(failed))
    while left and (missing := more - len(new)):
        able = []
        for turn, (place, cell) in enumerate(left):
            wanted = missing // len(left) + (turn < missing % len(left))
            fresh = make_in_cell(plan, cell, wanted, known=known, seed=seed + 1 + place)
            known.update(task.input for task in fresh)
            new += fresh
            able += [(place, cell)] if len(fresh) == wanted else []
        left = able
    missing = more - len(new)
    shortfall = {"The plan allows no more different tasks in the cells that failed.": missing} if missing else {}
    return replace(suite, asked=len(suite.tasks) + more, tasks=(*suite.tasks, *new), shortfall=shortfall)
