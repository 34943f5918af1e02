"""`manage.py questions`, `suite` and `agents` on files: what they write, and that a check that blocks keeps it back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.core.management import CommandError, call_command

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"
DESK = EXAMPLES / "lending-desk.yaml"


def told(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    """What the command prints as one object."""
    capsys.readouterr()
    call_command(*map(str, words), "--json")
    return dict(json.loads(capsys.readouterr().out))


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_questions_over_a_handbook_are_written_for_the_tools_that_were_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handbook = EXAMPLES / "travel-handbook.html"

    found = told(
        capsys, "questions", handbook, "--count", 20, "--out", tmp_path / "out", "--format", "beir", "ragas", "inspect"
    )

    assert (found["asked"], found["delivered"], found["not_read"]) == (20, 20, [])
    assert found["evidence"]["grounded"]["status"] == "pass"
    written = names(tmp_path / "out")
    assert {"beir/corpus.jsonl", "beir/queries.jsonl", "beir/qrels/test.tsv", "ragas/ragas.jsonl"} <= written
    assert {"inspect/samples.jsonl", "evidence.json", "UNREVIEWED.txt"} <= written


def test_a_file_that_gives_no_document_is_named_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.md").write_text("\n")

    found = told(capsys, "questions", EXAMPLES / "travel-handbook.html", tmp_path / "empty.md", "--count", 5)

    assert found["not_read"] == ["empty.md: The document holds no words."]


def test_names_are_taken_out_of_documents_before_questions_are_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handbook = EXAMPLES / "travel-handbook.html"

    told(capsys, "questions", handbook, "--count", 10, "--redact", "PERSON", "--out", tmp_path / "out")

    assert "Helena" not in (tmp_path / "out" / "beir" / "corpus.jsonl").read_text()
    assert "<PERSON>" not in (tmp_path / "out" / "beir" / "queries.jsonl").read_text()


def test_nothing_is_written_when_a_check_blocks(tmp_path: Path) -> None:
    suite = EXAMPLES / "support-suite.yaml"
    call_command("suite", suite, "--count", 150, "--out", tmp_path / "first", "--seed", 4)
    training = tmp_path / "training.jsonl"
    rows = [json.loads(line) for line in (tmp_path / "first" / "tasks.jsonl").read_text().splitlines()]
    training.write_text("".join(json.dumps({"messages": [{"content": row["input"]}]}) + "\n" for row in rows))

    with pytest.raises(CommandError, match="Nothing was written: Of 150 records 150 overlap"):
        call_command("suite", suite, "--count", 150, "--seed", 4, "--out", tmp_path / "again", "--training", training)

    assert not (tmp_path / "again").exists()


def test_the_next_suite_adds_tasks_where_the_last_one_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suite, first = EXAMPLES / "support-suite.yaml", tmp_path / "first"
    call_command("suite", suite, "--count", 150, "--out", first, "--format", "lm_eval", "promptfoo", "inspect")
    rows = [json.loads(line) for line in (first / "tasks.jsonl").read_text().splitlines()]
    samples = [{"id": row["id"], "scores": {"s": {"value": "C" if at else "I"}}} for at, row in enumerate(rows)]
    (tmp_path / "log.json").write_text(json.dumps({"samples": samples}))

    found = told(
        capsys, "suite", suite, "--count", 150, "--results", tmp_path / "log.json", "--more", 8,
        "--against", first / "tasks.jsonl",
    )  # fmt: skip

    assert found["since_then"] == {"added": 8, "removed": 0, "changed": 0, "as before": 150}
    assert {"lm_eval/support.yaml", "promptfoo/tests.yaml", "inspect/samples.jsonl"} <= names(first)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no json", "Line 1 of the file of tasks is not JSON"),
        (b"\n5\n", "In the file of tasks, line 2 must be a mapping"),
        (b"{}", "In the file of tasks, line 1.input must be a text"),
        (b'{"input": "a", "expected_kind": "exact", "cell": ["b"], "id": "c"}', "line 1.cell must be a mapping"),
        (b"\xff\xfe", "save it as UTF-8"),
    ],
)
def test_a_version_to_compare_with_that_is_none_gets_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "tasks.jsonl").write_bytes(content)

    with pytest.raises(CommandError, match=words):
        call_command("suite", EXAMPLES / "support-suite.yaml", "--count", 150, "--against", tmp_path / "tasks.jsonl")


def test_agent_tasks_are_made_from_a_governed_table_and_a_policy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = range(400)
    tables = {
        "members": pd.DataFrame({"fees": [7 * n % 23 for n in rows]}),
        "books": pd.DataFrame({"price": [8 + 3 * n % 40 for n in rows]}),
        "loans": pd.DataFrame(
            {"state": [("open", "open", "returned")[n % 3] for n in rows], "weeks": [1 + n % 4 for n in rows]}
        ),
    }
    for name, table in tables.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    given = [word for name in tables for word in ("--table", f"{name}={tmp_path / name}.csv")]

    found = told(
        capsys, "agents", EXAMPLES / "lending-desk.yaml", "--policy", EXAMPLES / "lending-desk.md",
        "--count", 20, "--out", tmp_path / "out", *given,
    )  # fmt: skip

    assert (found["delivered"], found["confirmed_rules"], found["not_modelled"]) == (20, 9, ["Be friendly."])
    assert [found["evidence"][name]["value"] for name in ("reference_passes", "nothing_passes", "breaker_passes")] == [
        1,
        0,
        0,
    ]
    assert {"tau2/db.json", "tau2/policy.md", "tau2/tasks.json", "tau2/tools.py", "tau2/tools.json"} <= names(
        tmp_path / "out"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["suite", "no-plan.yaml", "--count", "5"], "No such file"),
        (["questions", EXAMPLES / "lending-desk.md", "--count", "0"], "Ask for 1 to 100,000 questions."),
        (["agents", DESK, "--policy", EXAMPLES / "lending-desk.md", "--count", "5"], "is to be learned"),
    ],
)
def test_what_cannot_be_made_gets_one_sentence(words: list[object], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command(*map(str, words))
