"""Invented values: equal in equal out, never the original, and the same form."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.minimisation.invented.codes import _permuted
from generation.engine.minimisation.invented.surrogates import Look, common_form, invented, moved_days, surrogates
from generation.engine.minimisation.treatments import SurrogateStyle
from generation.engine.pii.codes import form_of_codes

KEY = b"0123456789abcdef"


@settings(max_examples=80)
@given(st.text(max_size=30), st.sampled_from(list(SurrogateStyle)))
def test_a_surrogate_is_never_the_original_and_the_same_each_time(value: str, style: SurrogateStyle) -> None:
    made = surrogates([value, "between", value], Look(style), KEY)
    assert made[0] == made[2]
    assert made[0].casefold() != value.casefold()


@settings(max_examples=80)
@given(st.text(alphabet="abcXYZ019 -/._#", min_size=1, max_size=80).filter(lambda v: any(c.isalnum() for c in v)))
def test_a_code_keeps_its_shape(value: str) -> None:
    def shape(text: str) -> str:
        return re.sub(r"\d", "9", re.sub(r"[a-z]", "x", re.sub(r"[A-Z]", "X", text)))

    assert shape(surrogates([value], Look(SurrogateStyle.CODE), KEY)[0]) == shape(value)


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ("+44 20 7946 0958", r"\+44 \d\d \d{4} \d{4}"),
        ("+1-799-031-2979x604", r"\+1-\d{3}-\d{3}-\d{4}x\d{3}"),
        ("0049 30 123456", r"0049 \d\d \d{6}"),
        ("+35312345678", r"\+353\d{8}"),
        ("(415) 555-0132", r"\(\d{3}\) \d{3}-\d{4}"),
    ],
)
def test_a_phone_keeps_its_shape_and_country_prefix(value: str, pattern: str) -> None:
    assert re.fullmatch(pattern, surrogates([value], Look(SurrogateStyle.PHONE), KEY)[0])


def test_names_keep_their_order_parts_and_case() -> None:
    made = surrogates(["Lee, Ann", "ANN LEE", "ann lee", "Ann"], Look(SurrogateStyle.PERSON), KEY)
    assert re.fullmatch(r"\w[^,]*, \w[^,]*", made[0])
    assert made[1].isupper()
    assert made[2].islower()
    assert len(made[1].split()) == 2
    assert " " not in made[3]


def test_mail_goes_to_a_domain_that_is_nobodys() -> None:
    made = surrogates([f"u{i}@corp.com" for i in range(200)], Look(SurrogateStyle.EMAIL), KEY)
    assert all(re.fullmatch(r"[a-z.]+\d+@example\.(com|org|net)", address) for address in made)
    assert len(set(made)) == 200


def test_another_key_gives_other_values() -> None:
    values = [f"K{i:06d}" for i in range(50)]
    other = surrogates(values, Look(SurrogateStyle.CODE), KEY[::-1])
    assert sum(a == b for a, b in zip(surrogates(values, Look(SurrogateStyle.CODE), KEY), other, strict=True)) == 0


def test_dates_move_by_at_least_a_day_and_at_most_the_limit() -> None:
    moves = moved_days([f"2020-01-{d:02d}" for d in range(1, 31)], 9, KEY)
    assert all(1 <= abs(move) <= 9 for move in moves)
    assert min(moves) < 0 < max(moves)


def test_invented_values_have_the_commonest_form_and_depend_on_the_record_number_alone() -> None:
    form = common_form(["(202) 555-0143", "(303) 555-0177", "none"])
    assert form == "(999) 999-9999"
    first, rest = invented(form, Look(SurrogateStyle.PHONE), b"k" * 16, range(3)), range(1, 3)
    assert all(re.fullmatch(r"\(\d{3}\) \d{3}-\d{4}", phone) for phone in first)
    assert invented(form, Look(SurrogateStyle.PHONE), b"k" * 16, rest) == first[1:]
    assert len(set(first)) == 3


def test_the_form_of_no_values_is_empty() -> None:
    assert common_form([]) == ""


ORDERS = [f"ORD-{number:06d}" for number in range(3_000)]


def test_codes_keep_what_all_of_them_share_and_different_ones_stay_different() -> None:
    """3,000 of a million drawn one by one would meet four or five times; a permutation never does."""
    form = form_of_codes(ORDERS)
    made = surrogates(ORDERS, Look(SurrogateStyle.CODE, form), KEY)
    assert all(re.fullmatch(r"ORD-\d{6}", value) for value in made)
    assert len(set(made)) >= len(made) - 1
    assert not any(one == other for one, other in zip(made, ORDERS, strict=True))
    assert made == surrogates(ORDERS, Look(SurrogateStyle.CODE, form), KEY)
    assert made != surrogates(ORDERS, Look(SurrogateStyle.CODE, form), b"another key of 16")


def test_a_code_outside_the_form_is_swapped_sign_by_sign() -> None:
    made = surrogates(["ORD-12"], Look(SurrogateStyle.CODE, form_of_codes(ORDERS)), KEY)[0]
    assert re.fullmatch(r"[A-Z]{3}-\d{2}", made)


@pytest.mark.parametrize("size", [2, 3, 10, 100, 900])
def test_every_place_of_a_form_is_given_once(size: int) -> None:
    assert sorted(_permuted(place, size, KEY) for place in range(size)) == list(range(size))


def test_names_and_address_of_one_record_are_of_one_invented_person():
    key, records = b"k" * 16, range(40)
    first = invented("Xxxx", Look(SurrogateStyle.FIRST_NAME), key, records)
    last = invented("Xxxx", Look(SurrogateStyle.LAST_NAME), key, records)
    assert invented("Xxxx Xxxxx", Look(SurrogateStyle.PERSON), key, records) == list(
        map(" ".join, zip(first, last, strict=True))
    )
    addresses = invented("xxx@xxx.xx", Look(SurrogateStyle.EMAIL), key, records)
    for name, surname, address in zip(first, last, addresses, strict=True):
        if name.isascii() and surname.isascii():
            assert address.startswith(f"{name}.{surname}".lower())
    assert len(set(last)) > 20
