"""Which records break a rule: four records made by hand for each."""

import time

import numpy as np
import pandas as pd
import pytest

from generation.engine.predicates.values import of_frame
from generation.engine.rules.checking import applies, broken
from generation.engine.rules.keeping import constructed
from generation.engine.rules.parsing import parse_rules
from generation.engine.schema import ColumnSpec, Sdtype

SCHEMA = (
    ColumnSpec("c0", Sdtype.NUMERICAL, label="net"),
    ColumnSpec("c1", Sdtype.NUMERICAL, label="tax"),
    ColumnSpec("c2", Sdtype.NUMERICAL, label="gross"),
    ColumnSpec("c3", Sdtype.CATEGORICAL, label="state"),
    ColumnSpec("c4", Sdtype.DATETIME, label="begin"),
    ColumnSpec("c5", Sdtype.DATETIME, label="end"),
)
TABLE = pd.DataFrame(
    {
        "c0": [1.0, 2.0, -1.0, 2.0],
        "c1": [0.1, 0.2, None, 0.2],
        "c2": [1.1, 2.3, 9.0, 2.2],
        "c3": ["open", "shut", "A7", None],
        "c4": pd.to_datetime(["2024-01-02", "2024-05-01", "2024-05-02", "2024-01-01"]),
        "c5": pd.to_datetime(["2024-01-01", None, "2024-05-02", "2024-01-02"]),
    }
)


@pytest.mark.parametrize(
    ("rule", "bad", "says_something_of"),
    [
        ({"kind": "order", "first": "begin", "then": "end"}, [0], 3),
        ({"kind": "order", "first": "begin", "then": "end", "strictly": True}, [0, 2], 3),
        ({"kind": "range", "column": "net", "from": 0}, [2], 4),
        ({"kind": "range", "column": "begin", "to": "2024-05-01"}, [2], 4),
        ({"kind": "format", "column": "state", "pattern": "[a-z]{4}"}, [2], 3),
        ({"kind": "format", "column": "state", "pattern": "open|shut"}, [2], 3),
        ({"kind": "sum", "parts": ["net", "tax"], "total": "gross"}, [1], 3),
        ({"kind": "sum", "parts": ["net", "tax"], "total": "gross", "tolerance": 0.1}, [], 3),
        ({"kind": "implication", "if": {"state": "open"}, "then": {"end": {"missing": True}}}, [0], 1),
        ({"kind": "implication", "if": {"net": 2}, "then": {"state": ["shut"]}}, [3], 2),
        ({"kind": "fixed", "column": "net", "fixes": "state", "values": {"2": "shut", "1": "shut"}}, [0, 3], 3),
        ({"kind": "unique", "columns": ["net", "tax"]}, [3], 3),
        ({"kind": "unique", "columns": ["net"]}, [3], 4),
    ],
)
def test_the_records_that_break_a_rule_are_the_ones_made_to(rule, bad, says_something_of):
    (parsed,) = parse_rules([rule], SCHEMA)
    values = of_frame(TABLE, SCHEMA)
    assert np.flatnonzero(broken(parsed, values)).tolist() == bad
    assert applies(parsed, values) == says_something_of


def test_a_pattern_that_runs_away_elsewhere_takes_no_time_here():
    table = TABLE.assign(c3=["a" * 5_000 + "!"] * 4)
    (rule,) = parse_rules([{"kind": "format", "column": "state", "pattern": "(a+)+"}], SCHEMA)
    began = time.process_time()
    assert broken(rule, of_frame(table, SCHEMA)).all()
    assert time.process_time() - began < 1.0  # exponential in any engine that goes back


def test_0_1_plus_0_2_is_0_3():
    table = TABLE.assign(c0=0.1, c1=0.2, c2=0.3)
    (rule,) = parse_rules([{"kind": "sum", "parts": ["net", "tax"], "total": "gross"}], SCHEMA)
    assert not broken(rule, of_frame(table, SCHEMA)).any()


def test_sums_and_fixed_combinations_are_written_into_the_records_and_nothing_else_is_touched():
    rules = parse_rules(
        [
            {"kind": "sum", "parts": ["net", "tax"], "total": "gross"},
            {"kind": "fixed", "column": "net", "fixes": "state", "values": {"2": "closed", "1": {"missing": True}}},
        ],
        SCHEMA,
    )
    table = constructed(TABLE, rules, SCHEMA)
    assert table["c2"].tolist() == [1.1, 2.2, 9.0, 2.2]
    assert table["c3"].where(table["c3"].notna(), None).tolist() == [None, "closed", "A7", "closed"]
    pd.testing.assert_frame_equal(table[["c0", "c1", "c4", "c5"]], TABLE[["c0", "c1", "c4", "c5"]])
    assert not any(broken(rule, of_frame(table, SCHEMA)).any() for rule in rules)


def test_what_one_thing_implies_is_written_and_who_it_is_about_stays():
    rules = parse_rules(
        [
            {"kind": "implication", "if": {"net": 2}, "then": {"state": "paid"}},
            {"kind": "implication", "if": {"net": 1}, "then": {"end": {"missing": True}}},
        ],
        SCHEMA,
    )
    made = constructed(TABLE, rules, SCHEMA)
    assert made["c3"].tolist() == ["open", "paid", "A7", "paid"]
    assert made["c5"].isna().tolist() == [True, True, False, False]
    pd.testing.assert_frame_equal(made[["c0", "c1", "c2", "c4"]], TABLE[["c0", "c1", "c2", "c4"]])


def test_whole_numbers_stay_whole():
    table = pd.DataFrame({"c0": [1, 2], "c1": [3, 4], "c2": [0, 6]}, dtype="int64")
    (rule,) = parse_rules([{"kind": "sum", "parts": ["net", "tax"], "total": "gross"}], SCHEMA)
    made = constructed(table, [rule], SCHEMA)
    assert made["c2"].tolist() == [4, 6]
    assert made["c2"].dtype == "int64"


def test_a_fixed_number_comes_back_as_a_number():
    table = pd.DataFrame({"c3": ["a", "b"], "c0": [1, 1]})
    (rule,) = parse_rules([{"kind": "fixed", "column": "state", "fixes": "net", "values": {"a": 9, "b": 1}}], SCHEMA)
    made = constructed(table, [rule], SCHEMA)
    assert made["c0"].tolist() == [9, 1]
    assert made["c0"].dtype == "int64"
