"""How cells are written is kept, or a sentence about the column says that it is not."""

from __future__ import annotations

import io
import math

import numpy as np
import pandas as pd
import pytest

from generation.engine.tables.spellings.choice import ColumnChoice
from tests.generation.engine.tables.cases import column, read, there_and_back

ROWS = 60


def on(form: str) -> list[str]:
    days = pd.Timestamp("2001-02-03 04:05:06.123456") + pd.to_timedelta([17 * at + 0.37 for at in range(ROWS)], "D")
    return [day.strftime(form) for day in days]


@pytest.mark.parametrize(
    "cells",
    [
        ["3.0" if at % 3 else "4.25" for at in range(ROWS)],
        [f"({at}.50)" if at % 3 else f"{at}.50" for at in range(1, ROWS)],
        [f"{at}.50-" if at % 3 else f"{at}.50" for at in range(1, ROWS)],
        [f"€-{at}" if at % 3 else f"€{at}" for at in range(1, ROWS)],
        [f"{at}.45E-12" for at in range(1, 9)] * 4,
        [f"{at / 7:.3e}" for at in range(1, ROWS)],
        ["1e-05", "0.25", "0.0001", "3.5e-07"] * 9,
    ],
)
def test_numbers_come_back_as_they_were_written(cells: list[str]) -> None:
    facts, out = there_and_back(column(*cells))
    assert facts.columns[1].type in {"double", "int64"}
    assert out == column(*cells) + b"\n"
    assert not any("otherwise" in note for note in facts.notes)


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%d %H:%M:%S UTC",
        "%Y-%m-%d %H:%M:%S CET",
        "%d.%m.%Y %H:%M Uhr",
        "%d/%m/%Y %H.%M",
        "%Y%m%d%H%M%S",
        "%Y%m%dT%H%M%SZ",
        "%Y-%m-%dT%H:%M:%S+0100",
        "%Y-%m-%d %H:%M:%S+00:00",
        "%Y-%m-%d %H:%M:%S.%f",
        "%d %B %Y",
    ],
)
def test_moments_come_back_with_both_their_halves_as_they_were_written(form: str) -> None:
    texts = on(form)
    facts, out = there_and_back(column(*texts))
    assert facts.columns[1].type.startswith(("timestamp", "date"))
    assert out == column(*texts) + b"\n"
    assert not any("otherwise" in note for note in facts.notes)


@pytest.mark.parametrize("change", [str.upper, str.lower])
@pytest.mark.parametrize("form", ["%d-%b-%Y", "%m/%d/%Y %I:%M %p"])
def test_names_of_months_and_halves_of_the_day_keep_their_letters(form, change) -> None:
    texts = [change(text) for text in on(form)]
    assert there_and_back(column(*texts))[1] == column(*texts) + b"\n"


def test_fractions_behind_a_comma_are_read() -> None:
    data = "\n".join(["at;n", *(f"{text[:-3]};1" for text in on("%Y-%m-%d %H:%M:%S,%f"))]).encode()
    facts, out = there_and_back(data)
    assert facts.columns[0].type == "timestamp[us]"
    assert out == data + b"\n"


def test_dates_whose_times_of_day_nobody_can_read_stay_text_and_are_to_decide() -> None:
    texts = on("%Y-%m-%d %H:%M:%S Moonbase")
    facts, out = there_and_back(column(*texts))
    assert facts.columns[1].type == "string"
    assert "cannot be read as a time of day" in facts.columns[1].doubt
    assert out == column(*texts) + b"\n"


def test_pandas_floats_come_back_to_the_last_digit_however_small() -> None:
    chance = np.random.default_rng(3)
    frame = pd.DataFrame({"p": 10.0 ** -chance.uniform(1, 300, ROWS), "x": chance.normal(size=ROWS)})
    back = pd.read_csv(io.BytesIO(there_and_back(frame.to_csv(index=False).encode())[1]), float_precision="round_trip")
    pd.testing.assert_frame_equal(back, frame, check_exact=True)


def test_small_numbers_in_json_lines_are_not_nought() -> None:
    lines = "".join(f'{{"p": {at}.45e-12}}\n' for at in range(1, ROWS)).encode()
    _, out = there_and_back(lines, "jsonl")
    back = pd.read_json(io.BytesIO(out), lines=True).p
    assert all(math.isclose(value, (at + 0.45) * 1e-12) for at, value in enumerate(back, start=1))


@pytest.mark.parametrize(
    ("cells", "varied"),
    [
        (["1.9", "1.10", "2.0"] * 20, 20),
        (["2020-01-05T10:00:00+01:00", "2020-07-05T10:00:00+02:00", "2020-02-05T10:00:00+01:00"] * 20, 20),
        (["05.01.2020 10:30", "25.01.2020", "06.02.2020 11:45"] * 20, 20),
        (["12:30 UTC", "13:30 UTC", "14:30 GMT"] * 20, 20),
        (["1234", "'1,234'", "'5,678'"] * 20, 20),
        (["TRUE", "FALSE", "true"] * 20, 20),
        (["5 km", "7 km", "9"] * 20, 20),
    ],
)
def test_what_is_written_otherwise_than_the_rest_is_counted_and_said(cells: list[str], varied: int) -> None:
    facts, _ = there_and_back(column(*cells))
    assert facts.columns[1].spelling["varied"] == varied
    assert any(f"writes {varied} of its" in note and note.startswith("Column 2") for note in facts.notes)


def test_summer_and_winter_are_written_in_the_commonest_offset_and_are_the_same_moments() -> None:
    texts = ["2020-01-05T10:00:00+01:00", "2020-07-05T10:00:00+02:00", "2020-02-05T10:00:00+01:00"] * 20
    _, out = there_and_back(column(*texts))
    back = [line.split(",")[1] for line in out.decode().splitlines()[1:]]
    assert {text[-6:] for text in back} == {"+01:00"}
    assert list(pd.to_datetime(back, utc=True)) == list(pd.to_datetime(texts, utc=True))


@pytest.mark.parametrize(
    ("layout", "form"),
    [
        ("yyyy-MM-dd HH:mm:ss 'UTC'", "%Y-%m-%d %H:%M:%S UTC"),
        ("dd/MM/yyyy HH.mm", "%d/%m/%Y %H.%M"),
        ("yyyyMMddHHmmss", "%Y%m%d%H%M%S"),
        ("HHmm", "%H%M"),
        ("yyyy-MM-dd HH:mm:ss 'Moonbase'", "%Y-%m-%d %H:%M:%S Moonbase"),
    ],
)
def test_a_layout_that_the_owner_chose_reads_the_whole_cell(layout: str, form: str) -> None:
    texts = on(form)
    facts, out = there_and_back(column(*texts), choices={"value": ColumnChoice("date", layout)})
    assert facts.columns[1].foreign == 0
    assert out == column(*texts) + b"\n"


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("Ja", "Nein"),
        ("Yes", "No"),
        ("Y", "N"),
        ("Oui", "Non"),
        ("Si", "No"),
        ("1", "0"),
        ("t", "f"),
        ("WAHR", "FALSCH"),
    ],
)
def test_truths_that_the_owner_chose_are_read_in_the_words_of_the_file(yes: str, no: str) -> None:
    texts = [yes if at % 3 else no for at in range(ROWS)]
    facts, out = there_and_back(column(*texts), choices={"value": ColumnChoice("boolean")})
    assert (facts.columns[1].type, facts.columns[1].foreign) == ("bool", 0)
    assert out == column(*texts) + b"\n"


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1,23,456", "45,000", "999", "1,00,00,000"], [123_456, 45_000, 999, 10_000_000]),
        (["₹1,23,456.50", "₹12,34,567.00", "-₹7,500.25", "₹999.00"], [123_456.5, 1_234_567, -7500.25, 999]),
        (["Rs. 2,50,000", "Rs. 75,000", "Rs. 10,00,000", "Rs. 800"], [250_000, 75_000, 1_000_000, 800]),
    ],
)
def test_amounts_in_lakhs_are_numbers_and_come_back_in_lakhs(cells, numbers):
    data = "\n".join(["row;value", *(f"r{at};{cells[at % 4]}" for at in range(40)), ""]).encode()
    facts, back = there_and_back(data)
    assert back == data
    assert read(data)[1].column("c1").to_pylist()[:4] == numbers
    assert facts.columns[1].spelling["is_in_lakhs"] is True
