"""docs/reference/asvs.csv: each requirement of levels 1 and 2 once, with tests that exist or with an honest word."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
with (ROOT / "docs" / "reference" / "asvs.csv").open() as source:
    ROWS = list(csv.DictReader(source))
STANDINGS = {"test", "does not apply", "gap", "not shown"}


def test_every_requirement_stands_once_and_in_one_of_four_ways():
    names = [row["requirement"] for row in ROWS]
    assert len(names) == len(set(names))
    assert {row["standing"] for row in ROWS} <= STANDINGS
    # OWASP ASVS 5.0.0 counts 70 requirements of level 1 and 183 of level 2.
    assert [sum(row["level"] == level for row in ROWS) for level in "12"] == [70, 183]
    wanted = {"1.2.10", "2.3.5", "8.3.2", "14.2.7", "15.2.5", "15.4.2"}
    assert {row["requirement"] for row in ROWS if row["level"] == "3"} == wanted


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["requirement"])
def test_what_is_named_as_a_test_exists_and_what_has_none_says_why(row):
    assert bool(row["tests"]) == (row["standing"] == "test")
    assert bool(row["note"]) != (row["standing"] == "test")
    for name in filter(None, row["tests"].split(";")):
        path, _, test = name.partition("::")
        assert (ROOT / path).is_file(), name
        assert not test or re.search(rf"def {test}\(", (ROOT / path).read_text()), name
