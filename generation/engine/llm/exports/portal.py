"""The records of an artefact as the files that tools read, in one ZIP: the same records give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

import pyarrow.parquet as pq

from generation.engine.llm.exports.bundle import Bundle
from generation.engine.llm.exports.evaluation import inspect_questions
from generation.engine.llm.exports.retrieval import autorag, beir, ragas
from generation.engine.llm.questions.records import passages_in, questions_of

Record = Mapping[str, Any]
Maker = Callable[[Sequence[Record], str], Bundle]
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a ZIP knows no time before, and no time is to change the bytes


def write_tools(artefact: BinaryIO, sink: BinaryIO, maker: Maker, name: str) -> None:
    """The files that `maker` gives of an artefact's records, as a ZIP into `sink`; `name` says which set they are."""
    files = maker(pq.read_table(artefact, use_threads=False).to_pylist(), name)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            member = zipfile.ZipInfo(path, _EARLIEST)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, files[path])
    sink.write(packed.getvalue())


def question_files(records: Sequence[Record], name: str) -> Bundle:
    """Questions for BEIR, ragas, AutoRAG and Inspect. The corpus holds the passages that a question points at."""
    questions, passages = questions_of(records), passages_in(records)
    makers = {
        "beir": beir(questions, passages, name),
        "ragas": ragas(questions, passages, name),
        "autorag": autorag(questions, passages, name),
        "inspect": inspect_questions(questions, name),
    }
    return {f"{tool}/{path}": data for tool, files in makers.items() for path, data in files.items()}
