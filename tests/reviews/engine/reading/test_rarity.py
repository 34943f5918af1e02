"""Rare values: shares counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from reviews.engine.reading.rarity import frequencies_of


def counted(**columns: list[Any]) -> Any:
    return frequencies_of(pa.table(columns))


def test_a_category_below_one_percent_is_rare_and_one_at_one_percent_is_not() -> None:
    found = counted(job=["clerk"] * 981 + ["nurse"] * 10 + ["diver"] * 9)
    assert [found.is_rare("job", job) for job in ("clerk", "nurse", "diver", "astronaut")] == [False, False, True, True]


def test_of_numbers_the_tails_are_rare() -> None:
    found = counted(pay=list(range(1000)))
    assert [found.is_rare("pay", pay) for pay in (3, 6, 500, 993, 996, -5, 2_000)] == [
        True, False, False, False, True, True, True,
    ]  # fmt: skip


def test_in_a_column_of_names_or_texts_nothing_is_rare_because_everything_is() -> None:
    found = counted(name=[f"name {number}" for number in range(1000)])
    assert not found.is_rare("name", "name 7")
    assert not found.is_rare("name", "somebody else")


def test_dates_are_compared_as_they_are_sealed() -> None:
    found = counted(day=[date(2026, 1, 1)] * 995 + [date(1900, 1, 1)] * 5)
    assert (found.is_rare("day", "2026-01-01"), found.is_rare("day", "1900-01-01")) == (False, True)


def test_what_is_missing_or_unknown_is_never_rare() -> None:
    found = counted(job=["clerk"] * 1000, empty=pa.nulls(1000, pa.int64()), turns=[[{"role": "user"}]] * 1000)
    assert not found.is_rare("job", None)
    assert not found.is_rare("no such column", "x")
    assert not found.is_rare("turns", [{"role": "other"}])


def test_how_common_a_value_is_is_told_in_shares_and_a_rare_one_reads_like_one_that_is_nowhere() -> None:
    found = counted(job=["clerk"] * 981 + ["nurse"] * 10 + ["diver"] * 9, pay=list(range(1000)))
    assert [found.how_common("job", job) for job in ("clerk", "nurse", "diver", "astronaut")] == [
        "98 % of the records", "1 % of the records", *["fewer than 1 % of them"] * 2,
    ]  # fmt: skip
    assert found.how_common("pay", 500) == "neither very low nor very high"
    assert found.how_common("pay", 1) == found.how_common("pay", 10**9) == "among the lowest or highest 0.5 %"
    assert found.how_common("no such column", "x") == ""
