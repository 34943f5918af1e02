"""Rules in their plain form: read, told in words, written again; and what is refused."""

import pytest

from generation.engine.predicates.predicate import Lookup, StatementError
from generation.engine.rules.kinds import CHECKED, CONSTRUCTED, REDRAWN, how_kept
from generation.engine.rules.parsing import parse_rules
from generation.engine.rules.yaml_text import read_yaml, write_yaml
from tests.generation.engine.composition.shop import SCHEMA

ALL = """
rules:
  - {kind: order, first: Ordered, then: Sent}
  - {kind: order, first: Tax, then: Net, strictly: yes}
  - {kind: range, column: Age, from: 18, to: 120}
  - {kind: range, column: Ordered, from: 2024-01-01}
  - {kind: format, column: City, pattern: "[A-Z][a-z]+"}
  - {kind: sum, parts: [Net, Tax], total: Gross, tolerance: 0.01}
  - {kind: implication, if: {Paid: late}, then: {Sent: {missing: false}}}
  - {kind: fixed, column: City, fixes: Country, values: {Bonn: DE, Lyon: FR}}
  - {kind: unique, columns: [Number]}
"""
WORDS = [
    "Ordered is at most Sent",
    "Tax is less than Net",
    "Age is from 18 to 120",
    "Ordered is at least 2024-01-01",
    "City has the form [A-Z][a-z]+",
    "Net + Tax = Gross within 0.01",
    "if Paid is late, then Sent is present",
    "City fixes Country (2 values)",
    "Number is unique",
]
CALL = Lookup(SCHEMA).word


def test_each_kind_is_read_and_told_in_words():
    rules = parse_rules(read_yaml(ALL), SCHEMA)
    assert [rule.words(CALL) for rule in rules] == WORDS
    kept = [CONSTRUCTED if rule.kind in ("sum", "fixed", "unique") else REDRAWN for rule in rules]
    assert [how_kept(rule, SCHEMA) for rule in rules] == kept


def test_the_short_words_of_a_rule_name_no_value():
    rules = parse_rules(read_yaml(ALL), SCHEMA)
    short = " ".join(rule.columns_in_words(CALL) for rule in rules)
    assert not {"18", "120", "late", "Bonn", "DE", "[A-Z][a-z]+", "2024-01-01"} & set(short.split())


def test_rules_survive_yaml_and_internal_names():
    rules = parse_rules(read_yaml(ALL), SCHEMA)
    assert parse_rules(read_yaml(write_yaml([rule.plain(CALL) for rule in rules])), SCHEMA) == rules
    assert parse_rules([rule.plain(str) for rule in rules], SCHEMA) == rules


def test_the_form_of_an_identifier_can_only_be_checked():
    (rule,) = parse_rules([{"kind": "format", "column": "Number", "pattern": r"\d+"}], SCHEMA)
    assert how_kept(rule, SCHEMA) == CHECKED


def test_the_same_rule_twice_is_one_rule():
    assert len(parse_rules([{"kind": "unique", "columns": "Age"}, {"kind": "unique", "columns": ["age"]}], SCHEMA)) == 1


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("no mapping", "a mapping with a kind"),
        ({"kind": "magic"}, "the kind is one of"),
        ({"kind": "foreign key", "column": "City"}, "needs a second table"),
        ({"kind": "order", "first": "Age", "then": "Sent"}, "two columns of numbers, or two columns of dates"),
        ({"kind": "order", "first": "Age", "then": "Age"}, "two columns"),
        ({"kind": "order", "first": "Age", "last": "Net"}, "has no last"),
        ({"kind": "range", "column": "City", "from": 1}, "numbers or dates"),
        ({"kind": "range", "column": "Age"}, "from, to or both"),
        ({"kind": "range", "column": "Age", "from": "young"}, "give a number"),
        ({"kind": "format", "column": "Age", "pattern": "x"}, "texts, categories and identifiers"),
        ({"kind": "format", "column": "City", "pattern": "(a"}, "regular expression"),
        ({"kind": "format", "column": "City", "pattern": "a)|(b"}, "regular expression"),
        ({"kind": "format", "column": "City", "pattern": r"(a)\1"}, "linear time"),
        ({"kind": "format", "column": "City", "pattern": "(?=x)y"}, "linear time"),
        ({"kind": "format", "column": "City", "pattern": "x" * 201}, "1 to 200"),
        ({"kind": "sum", "parts": ["Net"], "total": "Gross"}, "2 to 20 parts"),
        ({"kind": "sum", "parts": ["Net", "Net"], "total": "Gross"}, "different columns"),
        ({"kind": "sum", "parts": ["Net", "City"], "total": "Gross"}, "columns of numbers"),
        ({"kind": "sum", "parts": ["Net", "Tax"], "total": "Gross", "tolerance": -1}, "at least 0"),
        ({"kind": "implication", "if": {"City": "Bonn"}, "then": {"City": "Kiel"}}, "different columns"),
        ({"kind": "implication", "if": {"City": "Bonn"}}, "Say which records"),
        ({"kind": "fixed", "column": "City", "fixes": "Sent"}, "categories or numbers"),
        ({"kind": "fixed", "column": "City", "fixes": "Country", "values": {"Bonn": ["DE", "FR"]}}, "exactly one"),
        ({"kind": "unique", "columns": []}, "one column or several"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_place(rule, says):
    with pytest.raises(StatementError) as refused:
        parse_rules([{"kind": "unique", "columns": ["Number"]}, rule], SCHEMA)
    assert "Rule 2: " in refused.value.sentence
    assert says in refused.value.sentence


def test_more_than_a_hundred_rules_are_refused():
    with pytest.raises(StatementError, match="at most 100"):
        parse_rules([{"kind": "range", "column": "Age", "to": age} for age in range(101)], SCHEMA)
