"""Inspect's own logs: a real one, written by Inspect, and what is no such thing in one sentence."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from generation.engine.errors import SuiteError
from generation.engine.llm.suites import results
from generation.engine.llm.suites.results import read_results

REAL = Path(__file__).resolve().parents[4] / "data" / "inspect_log.eval"


def packed(members: dict[str, object], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    sink = BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content if isinstance(content, str) else json.dumps(content))
    return sink.getvalue()


def sample(name: str, value: str) -> dict[str, object]:
    return {"id": name, "scores": {"match": {"value": value}}}


def test_a_log_that_inspect_wrote_is_read_with_every_epoch() -> None:
    """tests/data/SOURCES.md says how it was made: t1 and t3 were wrong, in both epochs."""
    assert read_results(REAL.read_bytes()) == {"t0": 1.0, "t1": 0.0, "t2": 1.0, "t3": 0.0}


def test_the_worst_epoch_counts_and_only_samples_do() -> None:
    log = packed(
        {
            "header.json": {"samples": "no list"},
            "_journal/summaries/1.json": [sample("other", "C")],
            "samples/a_epoch_1.json": sample("a", "C"),
            "samples/a_epoch_2.json": sample("a", "I"),
            "samples/b_epoch_1.json": sample("b", "C"),
        }
    )
    assert read_results(log) == {"a": 0.0, "b": 1.0}


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (packed({"header.json": {}}), "holds no results"),
        (packed({"samples/a.json": "not json"}), "neither JSON"),
        (packed({"samples/a_epoch_1.json": [1]}), "samples/a_epoch_1.json"),
        (packed({"samples/a.json": sample("a", "C")})[:-30], "damaged"),
        (b"PK but no archive", "damaged"),
    ],
)
def test_an_archive_that_is_no_log_gets_one_sentence(log: bytes, words: str) -> None:
    with pytest.raises(SuiteError, match=words):
        read_results(log)


def changed(log: bytes, member: str) -> bytes:
    """The log with a byte of a member's content changed."""
    with zipfile.ZipFile(BytesIO(log)) as archive:
        at = archive.getinfo(member).header_offset + 30 + len(member) + 20
    return log[:at] + bytes([log[at] ^ 0xFF]) + log[at + 1 :]


@pytest.mark.parametrize(
    ("log", "member"),
    [
        (packed({"samples/a.json": sample("a" * 400, "C")}), "samples/a.json"),
        (REAL.read_bytes(), "samples/t1_epoch_1.json"),
    ],
)
def test_bytes_that_were_changed_within_are_damage(log: bytes, member: str) -> None:
    with pytest.raises(SuiteError, match="damaged"):
        read_results(changed(log, member))


def test_what_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_OF_A_SAMPLE", 1_000)
    log = packed({"samples/a.json": json.dumps(sample("a" * 5_000, "C"))})
    assert len(log) < 1_000
    with pytest.raises(SuiteError, match="too much"):
        read_results(log)


def test_a_way_of_packing_that_is_not_read_names_the_way_out() -> None:
    log = bytearray(packed({"samples/a.json": sample("a", "C")}, zipfile.ZIP_STORED))
    central = log.index(b"PK\x01\x02")
    log[8:10] = log[central + 10 : central + 12] = (98).to_bytes(2, "little")  # PPMd
    with pytest.raises(SuiteError, match="inspect log convert"):
        read_results(bytes(log))
