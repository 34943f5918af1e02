"""The records of an artefact as the files that tools read, in one ZIP: the same records give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import pyarrow.parquet as pq

from generation.engine.llm.agents.policy import beside_rules
from generation.engine.llm.agents.synthesizer import world_and_suite
from generation.engine.llm.canary import canary_of
from generation.engine.llm.exports.agents import inspect_agents, tau2
from generation.engine.llm.exports.bundle import Bundle, note
from generation.engine.llm.exports.evaluation import inspect, inspect_questions, lm_eval, promptfoo
from generation.engine.llm.exports.fine_tuning import preference
from generation.engine.llm.exports.retrieval import autorag, beir, ragas
from generation.engine.llm.questions.records import passages_in, questions_of
from generation.engine.llm.suites.records import suite_from
from generation.engine.llm.suites.task import as_line

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
    return _in_folders(makers)


def task_files(records: Sequence[Record], name: str) -> Bundle:
    """Evaluation tasks for Inspect, lm-evaluation-harness and promptfoo, and as lines that the suite is compared by."""
    suite = replace(suite_from(list(records), name), mark=name)
    lines = "".join(f"{as_line(task)}\n" for task in suite.tasks).encode()
    files = {"inspect": inspect(suite), "lm_eval": lm_eval(suite), "promptfoo": promptfoo(suite)}
    return {"tasks.jsonl": lines, **_in_folders(files)}


def agent_files(records: Sequence[Record], name: str) -> Bundle:
    """Agent tasks as a domain folder of tau2-bench, and for Inspect."""
    world, suite = world_and_suite(records, name)
    suite = replace(suite, mark=name)
    sentences = beside_rules(world.document, world.domain)
    folder = tau2(world.domain, world.database, suite, world.policy, sentences)
    return _in_folders({"tau2": folder, "inspect": inspect_agents(world.domain, suite)})


def pair_files(records: Sequence[Record], name: str) -> Bundle:
    """Preference pairs as JSON Lines with prompt, chosen and rejected, as TRL takes them."""
    pairs = preference((one["prompt"], one["chosen"], one["rejected"]) for one in records)
    said = ["Of each pair the chosen answer is an edit of the rejected one, or was given so by its owner."]
    return _in_folders({"trl": pairs | note(f"{name} (TRL)", said, canary_of(name, to_train=True))})


def _in_folders(tools: Mapping[str, Bundle]) -> Bundle:
    return {f"{tool}/{path}": data for tool, files in tools.items() for path, data in files.items()}
