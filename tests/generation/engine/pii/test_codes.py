"""Forms of codes: what stays, what varies, how many there are, and which texts are no codes."""

from __future__ import annotations

import re

import numpy as np
import pytest

from generation.engine.pii.codes import CodeForm, form_of_codes, form_of_numbers

ORDERS = [f"ORD-{number:06d}" for number in range(400)]


def form(values: list[str]) -> CodeForm:
    found = form_of_codes(values)
    assert found is not None
    return found


def some(found: CodeForm, count: int = 50) -> list[str]:
    rng = np.random.default_rng(3)
    low, high = (rng.integers(0, 2**60, count, dtype=np.uint64) for _ in range(2))
    return found.written(low, high).tolist()


@pytest.mark.parametrize(
    ("values", "pattern", "size"),
    [
        (ORDERS, r"ORD-\d{6}", 10**6),
        ([f"{n % 26 + 65:c}{n % 9}-{n:03d}z" for n in range(300)], r"[A-Z]\d-\d{3}z", 26 * 10**4),
        (
            [f"{n + 100}-{n % 90 + 10}-{n + 2000}" for n in range(200)],
            r"[1-9]\d{2}-[1-9]\d-[1-9]\d{3}",
            900 * 90 * 9000,
        ),
        ([f"2024/{n + 100}" for n in range(200)], r"2024/[1-9]\d{2}", 900),
        ([str(10**9 + 7 * n) for n in range(99)], r"[1-9]\d{9}", 9 * 10**9),
        ([f"{n * 2654435761 % 16**8:08x}" for n in range(1, 200)], r"[0-9a-f]{8}", 16**8),
    ],
)
def test_a_form_keeps_what_all_share_and_the_width_of_the_rest(values: list[str], pattern: str, size: int) -> None:
    found = form(values)
    assert found.is_code
    assert found.size == size
    assert all(re.fullmatch(pattern, made) for made in some(found))


def test_a_counter_from_zero_does_not_turn_its_leading_zeros_into_a_fixed_part() -> None:
    assert len({made[4:7] for made in some(form(ORDERS))}) > 20


@pytest.mark.parametrize(
    "values",
    [
        ["$86.51", "$97.69", "$5.71"],
        ["1.234,50 €", "86,51 €"],
        ["70.6%", "12.0%"],
        ["23:05:11", "04:40:59"],
        ["31/12/2024", "01/02/1999"],
        ["2024-12-31 23:59", "2023-01-01 00:00"],
        ["Anna Berg", "Ole Dahl", "Bo Ek"],
        ["12 Long Street", "7 Old Road"],
        ["ann1@x.org", "robert22@x.org", "jo3@x.org"],
    ],
)
def test_amounts_moments_names_and_addresses_are_no_codes(values: list[str]) -> None:
    assert not form(values * 20).is_code


def test_a_shape_that_too_few_share_is_none() -> None:
    assert form_of_codes(["a1", "b-2", "C 3", "4.d"], least=2) is None


def test_one_long_number_does_not_tell_the_width() -> None:
    assert form_of_numbers([*range(1000, 1100), 10**14]).size == 9000


def test_different_numbers_give_different_values() -> None:
    found = form(["AB-12"] * 5 + ["XY-98"])
    every = np.arange(found.size, dtype=np.uint64)
    assert len(set(found.written(every, every * np.uint64(0)).tolist())) == found.size == 26**2 * 90


def test_a_form_that_is_too_small_gets_more_digits() -> None:
    assert form(["P001", "P014", "P200"]).holding(7_000).size == 10_000
    assert form(["Ab", "Xy"]).holding(1_000).size == 26**3


def test_a_form_of_many_signs_is_written_whole() -> None:
    made = some(CodeForm(("x", *["0123456789"] * 40), 1.0))
    assert all(re.fullmatch(r"x\d{40}", value) for value in made)
    assert len(set(made)) == len(made)
