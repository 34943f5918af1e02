"""What people ask, read from its plain form, and what is refused in words."""

import json

import pytest

from generation.engine.composition.composition import parse_composition, plain_composition
from generation.engine.predicates.holding import holds
from generation.engine.predicates.predicate import Lookup, StatementError, parse_where
from generation.engine.predicates.values import of_frame
from generation.engine.rules.yaml_text import read_yaml, write_yaml
from tests.generation.engine.composition.shop import SCHEMA, orders

COLUMNS = Lookup(SCHEMA)
WHOLE = """
conditions:
  - where: {Paid: late, sex: F}
    rows: 500
  - where: {age: {over: 70}, City: [Bonn, Kiel]}
    rows: 20
    at_least: true
balance:
  shares: {late: 0.5}
shifts:
  - where: {Ordered: {from: 2024-03-01, to: 2024-03-31}}
    factor: 1.2
  - where: {Sent: {missing: true}}
    share: 0.3
"""


def found(where):
    return int(holds(parse_where(where, COLUMNS), of_frame(orders(), SCHEMA)).sum())


# ---- Which records are meant: counts by hand from the table's own law ---------------------------------------------


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ({"Paid": "late"}, 100),
        ({"paid": "late", "SEX": "F"}, 20),
        ({"Sex": "F"}, 320),  # 300 in time and 20 late
        ({"Sex": ["F", "M"]}, 1000),
        ({"Age": "18"}, 17),  # every sixtieth of 1,000: 16 full rounds and one more
        ({"Age": {"over": 76}}, 16),
        ({"Age": {"from": 76, "to": 77}}, 32),
        ({"Age": {"under": 18}}, 0),
        ({"Paid": {"missing": False}}, 1000),
        ({"Paid": {"missing": True}}, 0),
    ],
)
def test_a_predicate_holds_for_as_many_records_as_the_table_was_made_with(where, count):
    assert found(where) == count


def test_a_day_is_all_of_its_moments():
    table = orders(3)
    table["c4"] = ["2024-05-01T23:59:59.5", "2024-05-02T00:00:00", None]
    table["c4"] = table["c4"].astype("datetime64[ns]")
    values = of_frame(table, SCHEMA)
    for where, flags in (
        ({"Ordered": "2024-05-01"}, [True, False, False]),
        ({"Ordered": {"to": "2024-05-01"}}, [True, False, False]),
        ({"Ordered": {"over": "2024-05-01"}}, [False, True, False]),
        ({"Ordered": {"missing": True}}, [False, False, True]),
    ):
        assert holds(parse_where(where, COLUMNS), values).tolist() == flags


def test_one_number_is_one_category_whether_it_is_written_1_or_1_0_or_true():
    table = orders(4).assign(c2=[1.0, 2.0, None, 1.0], c3=[True, False, True, False])
    values = of_frame(table, SCHEMA)
    assert holds(parse_where({"Sex": "1"}, COLUMNS), values).tolist() == [True, False, False, True]
    assert holds(parse_where({"Paid": "True"}, COLUMNS), values).tolist() == [True, False, True, False]


# ---- The plain form -----------------------------------------------------------------------------------------------


def test_what_was_asked_survives_yaml_json_and_internal_names():
    composition = parse_composition(read_yaml(WHOLE), SCHEMA, target="Paid")
    assert parse_composition(read_yaml(write_yaml(plain_composition(composition, COLUMNS.word))), SCHEMA) == composition
    assert parse_composition(json.loads(json.dumps(plain_composition(composition, str))), SCHEMA) == composition
    assert [condition.rows for condition in composition.conditions] == [500, 20]
    assert composition.columns == ("c3", "c2", "c1", "c6", "c4", "c5")


def test_yaml_texts_stay_texts():
    assert read_yaml("a: no\nb: 1.0\nc: 2024-01-01\nd: ~") == {"a": "no", "b": "1.0", "c": "2024-01-01", "d": "~"}


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x",
        "!!python/object/apply:os.system [ls]",
        "[" * 40 + "]" * 40,
        "a: [",
        "a: b: c",
        "x" * 300_000,
        "\x00",
    ],
)
def test_yaml_tricks_are_refused_in_words(text):
    with pytest.raises(StatementError, match=r"YAML"):
        read_yaml(text)


@pytest.mark.parametrize(
    ("plain", "says"),
    [
        ([], None),
        ({"wishes": []}, "conditions, balance and shifts"),
        ({"conditions": [{"where": {"Shoe": 1}, "rows": 5}]}, "Condition 1: There is no column called 'Shoe'"),
        ({"conditions": [{"where": {}, "rows": 5}]}, "Say which records"),
        ({"conditions": [{"where": {"Sex": "F"}, "rows": 0}]}, "whole number of at least 1"),
        ({"conditions": [{"where": {"Sex": "F"}, "rows": "many"}]}, "whole number of at least 1"),
        ({"conditions": [{"where": {"Sex": "F"}, "rows": 2.5}]}, "whole number of at least 1"),
        ({"conditions": [{"where": {"Sex": "F"}, "rows": 5, "n": 1}]}, "use the words"),
        ({"conditions": [{"where": {"Sex": {"over": 3}}, "rows": 5}]}, "not for a range"),
        ({"conditions": [{"where": {"Age": "old"}, "rows": 5}]}, "Age: give a number"),
        ({"conditions": [{"where": {"Age": "nan"}, "rows": 5}]}, "Age: give a number"),
        ({"conditions": [{"where": {"Ordered": "yesterday"}, "rows": 5}]}, "a date such as"),
        ({"conditions": [{"where": {"Number": "7"}, "rows": 5}]}, "invented"),
        ({"conditions": {"where": 1}}, "Conditions are a list"),
        ({"shifts": [{"where": {"Sex": "F"}}]}, "either a factor"),
        ({"shifts": [{"where": {"Sex": "F"}, "factor": 2, "share": 0.1}]}, "either a factor"),
        ({"shifts": [{"where": {"Sex": "F"}, "factor": -1}]}, "at least 0"),
        ({"shifts": [{"where": {"Sex": "F"}, "share": 1.2}]}, "from 0 to 1"),
        ({"balance": {"shares": {"late": 0.7, "in time": 0.7}}}, "sum to 140 %"),
        ({"balance": {"column": "Shoe", "shares": {"x": 1}}}, "no column called"),
        ({"balance": {"shares": []}}, "a mapping"),
        ({"conditions": [{"where": {"Sex": "F"}, "rows": 1}] * 50}, "at most 40"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(plain, says):
    if says is None:
        assert not parse_composition(plain, SCHEMA)
        return
    with pytest.raises(StatementError) as refused:
        parse_composition(plain, SCHEMA, target="Paid")
    assert says in refused.value.sentence


def test_every_fault_is_told_at_once():
    plain = {"conditions": [{"where": {"Shoe": 1}, "rows": 5}], "shifts": [{"where": {"Sex": "F"}}]}
    with pytest.raises(StatementError) as refused:
        parse_composition(plain, SCHEMA)
    assert len(refused.value.sentences) == 2


def test_a_balance_without_a_column_needs_a_target():
    with pytest.raises(StatementError, match="no target column"):
        parse_composition({"balance": {"shares": {"late": 0.5}}}, SCHEMA)
