"""The page about insiders names, for each thing it promises, the test that tries it."""

from __future__ import annotations

import re
from pathlib import Path

from synthportal.trail.content import evidence_models

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "insiders.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_the_page_lists_the_tables_that_the_code_names_as_evidence():
    (listed,) = re.findall(r"^Evidence tables are (.*?): the models", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"`(\w+)`", listed)) == {model._meta.db_table for model in evidence_models()}


def rows() -> list[str]:
    """The lines of the tables whose last column is headed "tried by"."""
    tables = re.findall(r"^\|[^\n]*\| tried by \|\n\|[-|]+\n((?:\|[^\n]*\n)+)", PAGE.read_text(), re.MULTILINE)
    return [line for table in tables for line in table.splitlines()]


def test_every_promise_names_a_test_that_exists():
    assert len(rows()) >= 20
    for row in rows():
        named = NAMED.findall(row)
        assert named or "not covered" in row.casefold(), row
        for path, name in named:
            assert f"def {name}(" in (ROOT / path).read_text(), f"{path}::{name}"
