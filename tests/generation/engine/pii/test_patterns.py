"""Values that have a form: national numbers with their checks, dates in words, ages, titles, addresses, secrets."""

from __future__ import annotations

import pytest

from generation.engine.pii import find
from generation.engine.pii.entities import PATTERN


def found(text: str) -> set[tuple[str, str]]:
    return {(span.entity, text[span.start : span.end]) for span in find([text], layers=frozenset({PATTERN}))[0]}


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        # Each value is the published example of its register, or made by hand from the published rule.
        ("bsn 111222333", "NL_BSN", "111222333"),  # 1*9+1*8+1*7+2*6+2*5+2*4+3*3+3*2-3 = 66 = 6 * 11
        ("insz 85.07.30-033.28", "BE_NRN", "85.07.30-033.28"),  # 97 - 850730033 mod 97 = 28
        ("ahv 756.9217.0769.85", "CH_AHV", "756.9217.0769.85"),
        ("curp HEGG560427MVZRRL04", "MX_CURP", "HEGG560427MVZRRL04"),
        ("resident 11010519491231002X", "CN_RIC", "11010519491231002X"),
        ("rut 12.345.678-5", "CL_RUT", "12.345.678-5"),
        ("cuit 20-12345678-6", "AR_CUIT", "20-12345678-6"),  # weighted sum 148; 11 - 148 mod 11 = 6
        ("pps 1234567T", "IE_PPS", "1234567T"),  # weighted sum 112; 112 mod 23 = 20 = T
        ("cnp 1800101221144", "RO_CNP", "1800101221144"),
        ("contribuinte 123456789", "PT_NIF", "123456789"),
        ("send to gb29 nwbk 6016 1331 9268 19", "IBAN_CODE", "gb29 nwbk 6016 1331 9268 19"),
        ("send to de89370400440532013000.", "IBAN_CODE", "de89370400440532013000"),
        ("driver's licence d1234567", "US_DRIVER_LICENSE", "d1234567"),
        ("born June 3rd 1984 in Rome", "DATE_TIME", "June 3rd 1984"),
        ("on the third of june nineteen eighty-four", "DATE_TIME", "third of june nineteen eighty-four"),
        ("we met on 3 juin 2019", "DATE_TIME", "3 juin 2019"),
        ("she is 34 years old", "AGE", "34"),
        ("a 27-year-old man", "AGE", "27"),
        ("aged 71", "AGE", "71"),
        ("Dear Ms. Okonkwo", "TITLE", "Ms."),
        ("my zip is 75227", "POSTAL_CODE", "75227"),
        ("Springfield, IL 62704", "POSTAL_CODE", "62704"),
        ("near SW1A 1AA I think", "POSTAL_CODE", "SW1A 1AA"),
        ("12 bis rue de la Paix", "STREET_ADDRESS", "12 bis rue de la Paix"),
        ("in der Lindenstraße 12a", "STREET_ADDRESS", "Lindenstraße 12a"),
        ("Via Garibaldi, 12", "STREET_ADDRESS", "Via Garibaldi, 12"),
        ("calle Mayor 5", "STREET_ADDRESS", "calle Mayor 5"),
        ("221B Baker Street", "STREET_ADDRESS", "221B Baker Street"),
        ("P.O. Box 552", "STREET_ADDRESS", "P.O. Box 552"),
        ("see shop.house.example/help now", "URL", "shop.house.example/help"),
        ('{"password": "hunter22"}', "SECRET", 'password": "hunter22'),
        ("DB_PASSWORD=hunter22", "SECRET", "PASSWORD=hunter22"),
        ("Authorization: Bearer abcdefghij0123456789abcdef", "SECRET", "Bearer abcdefghij0123456789abcdef"),
        ("npm_abcdefghij0123456789abcdefghij012345", "SECRET", "npm_abcdefghij0123456789abcdefghij012345"),
    ],
)
def test_a_value_of_its_form_is_found_whole(text: str, entity: str, value: str) -> None:
    assert (entity, value) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "bsn 111222334",  # each of the numbers above with its last digit moved
        "insz 85.07.30-033.29",
        "ahv 756.9217.0769.86",
        "rut 12.345.678-6",
        "send to gb29 nwbk 6016 1331 9268 18",
        "may I march on, please?",
        "it came 3 times in a way that I like",
        "the second one of two",
        "5 stars for the place",
        "contact via chat 24 hours",
        "the keys are on the table, the secret is out",
    ],
)
def test_a_failed_check_or_a_sentence_is_left_alone(text: str) -> None:
    assert not {entity for entity, _ in found(text)} - {"US_BANK_NUMBER", "PHONE_NUMBER"}
