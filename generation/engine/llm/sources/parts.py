"""Sources that are written down and not collected: a suite's plan; a domain with its policy and its tables.

Each becomes a table of parts: what its owner wrote stands in `definition`, and rows of tables in `row`, as JSON.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from generation.engine.errors import TableError
from generation.engine.kinds.tasks import PLAN
from generation.engine.llm.agents.domain import Domain, read_domain
from generation.engine.llm.agents.policy import beside_rules, policy_document
from generation.engine.llm.agents.soundness import require_sound
from generation.engine.llm.counts import counted
from generation.engine.llm.parts import DOMAIN, LABELS, POLICY, TABLE
from generation.engine.llm.suites.plan import read_plan
from generation.engine.progress import Progress, silent
from generation.engine.tables.facts import ColumnFacts, Limits, TableFacts
from generation.engine.tables.reading import read_table

_TABLES = (".csv", ".tsv", ".parquet", ".jsonl", ".xlsx")
_MOST_BYTES = 50 * 2**20
Part = tuple[str, str, str | None, str | None]


def read_suite_plan(
    source: BinaryIO, sink: BinaryIO, limits: Limits | None = None, progress: Progress = silent, **_: object
) -> TableFacts:
    """A plan of evaluation tasks in YAML or JSON. EngineError for what is none or contradicts itself."""
    text = _text(source.read(_MOST_BYTES))
    plan = read_plan(text)
    progress("checking the matrix", 0, 0)
    cells, rules = plan.matrix.space, len(plan.matrix.rules)
    note = f"A matrix of {len(cells.names)} dimensions and {rules} rules, with {len(plan.inputs)} wordings."
    return _written(sink, [(PLAN, plan.name, text, None)], [note])


def read_agent_domain(
    source: BinaryIO, sink: BinaryIO, limits: Limits | None = None, progress: Progress = silent, **_: object
) -> TableFacts:
    """A ZIP with domain.yaml, a policy and a file for each table to learn from.

    Of a table only the columns that the domain learns are kept. EngineError for what is missing or contradicts itself.
    """
    files = _unpacked(source)
    definition = next((data for name, data in files.items() if PurePosixPath(name).suffix in (".yaml", ".yml")), None)
    if definition is None:
        raise TableError("no_domain", "The archive holds no domain: add domain.yaml with tables, actions and rules.")
    text = _text(definition)
    domain, (policy_name, policy) = read_domain(text), _policy(files)
    require_sound(domain)
    sentences = beside_rules(policy_document(policy_name, policy), domain)
    parts: list[Part] = [(DOMAIN, domain.name, text, None), (POLICY, policy_name, policy, None)]
    for name, data in files.items():
        if PurePosixPath(name).suffix.lower() in _TABLES:
            progress(f"reading {PurePosixPath(name).stem}", 0, 0)
            parts += _rows(domain, PurePosixPath(name).stem, data)
    rows = sum(part[0] == TABLE for part in parts)
    notes = [
        f"A domain of {counted(len(domain.tables), 'table')}, {counted(len(domain.actions), 'action')} and "
        f"{counted(len(domain.rules), 'rule')}, beside a policy of {counted(len(sentences), 'sentence')}. "
        f"{counted(rows, 'row')} to learn from, in the learned columns alone."
    ]
    return _written(sink, parts, notes)


def _unpacked(source: BinaryIO) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(source) as archive:
            names = sorted(one for one in archive.namelist() if not one.endswith("/") and "__MACOSX" not in one)
            found = {}
            for name in names:
                with archive.open(name) as file:
                    found[name] = file.read(_MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError):
        why = "Agent tasks need a ZIP archive with domain.yaml, the policy and the tables; this file is none."
        raise TableError("no_archive", why) from None
    if any(len(data) > _MOST_BYTES for data in found.values()):
        raise TableError("too_large", "A file of the archive is larger than is allowed.")
    return found


def _policy(files: Mapping[str, bytes]) -> tuple[str, str]:
    for name, data in files.items():
        if PurePosixPath(name).suffix.lower() in (".md", ".txt"):
            return PurePosixPath(name).name, _text(data)
    raise TableError("no_policy", "The archive holds no policy: add policy.md, the text that the rules come from.")


def _rows(domain: Domain, name: str, data: bytes) -> list[Part]:
    """The rows of a table, in the columns that are learned alone; none for a table that the domain does not have."""
    spec = domain.tables.get(name)
    learned = [column.name for column in spec.columns if column.how == "learned"] if spec else []
    if not learned:
        return []
    with TemporaryFile() as sink:
        facts = read_table(io.BytesIO(data), sink)
        sink.seek(0)
        table = pq.read_table(sink).rename_columns([column.label for column in facts.columns])
    if lacking := [one for one in learned if one not in table.column_names]:
        raise TableError("no_column", f"{name}.{lacking[0]} is to be learned, and its file does not have it.")
    kept = table.select(learned).to_pylist()
    return [(TABLE, name, None, json.dumps(row, default=str, ensure_ascii=False)) for row in kept]


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError("wrong_encoding", "The file is no UTF-8 text. Save it as UTF-8.") from None


def _written(sink: BinaryIO, parts: Sequence[Part], notes: Sequence[str]) -> TableFacts:
    columns = {f"c{at}": pa.array([part[at] for part in parts], pa.string()) for at in range(len(LABELS))}
    pq.write_table(pa.table(columns), sink, compression="zstd")
    facts = tuple(ColumnFacts(f"c{at}", label, "string") for at, label in enumerate(LABELS))
    return TableFacts("parts", len(parts), facts, None, None, tuple(notes))
