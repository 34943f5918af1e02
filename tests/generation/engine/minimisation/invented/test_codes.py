"""Numbers with a check: an invented one has the form, passes the check, and is none of the source's own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest
from faker import Faker
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.minimisation.invented.codes import valid_surrogate
from generation.engine.minimisation.invented.surrogates import Look, common_form, invented, shape_of, surrogates
from generation.engine.minimisation.treatments import SurrogateStyle
from generation.engine.pii.entities import CARD, CHECKED, IBAN
from generation.engine.pii.patterns.presidio import is_valid, validated_entities

KEY = b"0123456789abcdef"


def passes_97(number: str) -> bool:
    """ISO 13616: the first four signs last, letters as 10 to 35, remainder 1."""
    plain = number.replace(" ", "")
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def passes_luhn(number: str) -> bool:
    """ISO/IEC 7812: every second digit from the right doubled, the sum of all digits divisible by ten."""
    digits = [int(sign) for sign in number if sign.isdigit()][::-1]
    return sum(sum(map(int, str(digit * (1 + at % 2)))) for at, digit in enumerate(digits)) % 10 == 0


def made_by(locale: str, how: str) -> Callable[[int], str]:
    """Valid numbers as Faker makes them, by seed."""

    def draw(seed: int) -> str:
        factory = Faker(locale)
        factory.seed_instance(seed)
        return str(getattr(factory, how)())

    return draw


# What a country gives out, from a library that is not ours.
COUNTRIES = {
    "FR_NIR": made_by("fr_FR", "ssn"),
    "BR_CPF": made_by("pt_BR", "cpf"),
    "NL_BSN": made_by("nl_NL", "ssn"),
    "BE_NRN": made_by("nl_BE", "ssn"),
    "CH_AHV": made_by("de_CH", "ssn"),
    "NO_FNR": made_by("no_NO", "ssn"),
    "MX_CURP": made_by("es_MX", "curp"),
    "CN_RIC": made_by("zh_CN", "ssn"),
    "CL_RUT": made_by("es_CL", "rut"),
    "RO_CNP": made_by("ro_RO", "ssn"),
    "PL_PESEL": made_by("pl_PL", "pesel"),
    "ES_NIF": made_by("es_ES", "nif"),
    "IT_FISCAL_CODE": made_by("it_IT", "ssn"),
    "TR_NATIONAL_ID": made_by("tr_TR", "ssn"),
}


@settings(max_examples=60)
@given(st.sampled_from(["en_GB", "de_DE", "fr_FR", "nl_NL", "pl_PL"]), st.integers(0, 10**6))
def test_an_iban_becomes_one_of_its_country_that_passes(locale: str, seed: int) -> None:
    value = made_by(locale, "iban")(seed)
    made = surrogates([value], Look(SurrogateStyle.VALIDATED, entity=IBAN), KEY)[0]
    assert (made[:2], shape_of(made), passes_97(made)) == (value[:2], shape_of(value), True)
    assert made != value


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_a_card_becomes_one_of_its_scheme_that_passes(seed: int) -> None:
    plain = made_by("en_US", "credit_card_number")(seed)
    value = " ".join(re.findall(".{1,4}", plain))
    made = surrogates([value], Look(SurrogateStyle.VALIDATED, entity=CARD), KEY)[0]
    assert (made[0], shape_of(made), passes_luhn(made)) == (value[0], shape_of(value), True)


@pytest.mark.parametrize("entity", sorted(COUNTRIES))
def test_a_national_number_becomes_another_valid_one_the_same_each_time(entity: str) -> None:
    values = [COUNTRIES[entity](seed) for seed in range(25)]
    look = Look(SurrogateStyle.VALIDATED, entity=entity)
    made = surrogates(values, look, KEY)
    assert [is_valid(one, entity) for one in made] == [True] * 25
    assert [shape_of(one) for one in made] == [shape_of(one) for one in values]
    assert not set(made) & set(values)
    assert surrogates(values[::-1], look, KEY) == made[::-1]
    assert surrogates(values, look, KEY[::-1]) != made


def test_what_the_source_holds_is_never_given() -> None:
    """The first draw is taken, so another one is made."""
    value, digest = "DE89 3704 0044 0532 0130 00", hashlib.sha256(b"1").digest()
    first = valid_surrogate(value, IBAN, digest)
    assert first is not None
    second = valid_surrogate(value, IBAN, digest, {first})
    assert second not in {first, value, None}
    assert passes_97(str(second))


def test_few_signs_of_a_number_come_back_by_more_than_chance() -> None:
    """A digit drawn evenly is the old one in one of ten: of 15 digits a card 1.5, and never most of them."""
    cards = [made_by("en_US", "credit_card_number")(seed) for seed in range(300)]
    cards = [card for card in cards if len(card) == 16]
    made = surrogates(cards, Look(SurrogateStyle.VALIDATED, entity=CARD), KEY)
    same = [
        sum(a == b for a, b in zip(one[1:], other[1:], strict=True)) for one, other in zip(cards, made, strict=True)
    ]
    assert 1.0 < sum(same) / len(same) < 2.0


def test_a_value_that_is_no_valid_number_keeps_its_form_alone() -> None:
    made = surrogates(["DE00 0000", "n/a"], Look(SurrogateStyle.VALIDATED, entity=IBAN), KEY)
    assert re.fullmatch(r"[A-Z]{2}\d\d \d{4}", made[0])
    assert re.fullmatch("[a-z]/[a-z]", made[1])


def test_records_get_valid_numbers_of_the_commonest_form_and_none_that_is_taken() -> None:
    look = Look(SurrogateStyle.VALIDATED, entity=IBAN)
    template = common_form(
        ["DE89 3704 0044 0532 0130 00", "DE07 1234 1234 1234 1234 12", "GB82WEST12345698765432"], look
    )
    made = invented(template, look, KEY, range(20))
    assert all(one.startswith("DE") and passes_97(one) for one in made)
    assert len(set(made)) == 20
    again = invented(template, look, KEY, range(20), frozenset(made))
    assert not set(again) & set(made)


def test_the_list_of_checked_kinds_is_that_of_the_recognizers() -> None:
    assert validated_entities() == CHECKED
