"""The source's own values in its texts, in the forms in which people write them again."""

from __future__ import annotations

import pytest

from generation.engine.pii import find
from generation.engine.pii.entities import PERSON, SOURCE
from generation.engine.pii.known import KnownValues

PERSON_ROW, OTHER_ROW = 4, 9


@pytest.fixture
def known() -> KnownValues:
    made = KnownValues()
    for row, name, mail, phone, address, order in (
        (
            PERSON_ROW,
            "Jonas Wilderman",
            "jwilder55@mail.example",
            "(415) 625-2661",
            "771 5th ave, Oak Town 75227",
            "4438117502",
        ),
        (OTHER_ROW, "Adaeze Umbridge", "au@mail.example", "(212) 555-0148", "12 Elm rd, Lee 10027", "9938117511"),
    ):
        made.add([name], PERSON, [row])
        for value in (mail, phone, address, order):
            made.add([value], rows=[row])
    return made


def found(text: str, known: KnownValues, row: int | None = None) -> list[str]:
    rows = None if row is None else [row]
    return [text[s.start : s.end] for s in find([text], layers=frozenset(), known=known, rows=rows)[0]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ring 4156252661 please", "4156252661"),
        ("ring 415.625.2661 please", "415.625.2661"),
        ("ring 14156252661 please", "14156252661"),
        ("order 4438 117 502", "4438 117 502"),
        ("write to jwilder 55@mail.example", "jwilder 55@mail.example"),
        ("it is 771 5th Avenue, Oak Town", "771 5th Avenue, Oak Town"),
        ("i am jonas", "jonas"),
        ("Jonas speaking", "Jonas"),
    ],
)
def test_a_value_written_in_another_way_is_found_whole(text: str, value: str, known: KnownValues) -> None:
    assert found(text, known) == [value]


@pytest.mark.parametrize("text", ["it costs 75227", "we saw a wildermann", "jonas is what the whale swallowed"])
def test_a_weak_form_alone_is_nothing(text: str, known: KnownValues) -> None:
    assert found(text, known) == []


@pytest.mark.parametrize(
    ("text", "value"), [("zip 75227, 4438117502", "75227"), ("Wildermam, order 4438117502", "Wildermam")]
)
def test_a_weak_form_beside_another_value_of_its_row_is_found(text: str, value: str, known: KnownValues) -> None:
    assert value in found(text, known)


def test_a_weak_form_beside_a_value_of_another_row_is_nothing(known: KnownValues) -> None:
    assert found("zip 75227, order 9938117511", known) == ["9938117511"]


def test_in_a_text_of_its_own_row_a_weak_form_needs_nothing_beside_it(known: KnownValues) -> None:
    assert found("it is 75227", known, PERSON_ROW) == ["75227"]
    assert found("it is 75227", known, OTHER_ROW) == []


def test_the_source_is_named_as_the_voice(known: KnownValues) -> None:
    (span,) = find(["order 4438117502"], layers=frozenset(), known=known)[0]
    assert span.found_by == (SOURCE,)


def test_a_number_in_the_form_of_the_sources_own_codes_is_found_though_it_is_none_of_them() -> None:
    known = KnownValues()
    known.add([f"KD-{n:06d}" for n in range(40)])
    text = "ticket kd-884711 was closed, order AB-884711 and KD-88471 were not"
    assert [text[span.start : span.end] for span in known.find(text)] == ["kd-884711"]


@pytest.mark.parametrize(
    ("value", "entity", "text", "found"),
    [
        ("+49 170 1234567", "PHONE_NUMBER", "bitte unter 0170 1234567 anrufen", "0170 1234567"),
        ("0170 1234567", "PHONE_NUMBER", "bitte unter +49 170 1234567 anrufen", "170 1234567"),
        ("+44 20 7946 1234", "PHONE_NUMBER", "ring 020 79461234", "020 79461234"),
        ("José Núñez", "PERSON", "ask Jose Nunez about it", "Jose Nunez"),
        ("Jose Nunez", "PERSON", "ask JOSÉ NÚÑEZ about it", "JOSÉ NÚÑEZ"),
        ("田中 太郎", "PERSON", "担当は田中太郎さんです", "田中太郎"),
        ("王小明", "PERSON", "请联系王小明。", "王小明"),
    ],
)
def test_a_known_value_is_found_without_accents_country_codes_and_spaces(
    value: str, entity: str, text: str, found: str
) -> None:
    known = KnownValues()
    known.add([value], entity, rows=[0])
    assert found in [text[span.start : span.end] for span in known.find(text)]
