"""What is invented inside texts: of the text's country, one person for one person, numbers that ring nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

import phonenumbers
import pytest
from faker import Faker
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.minimisation.invented.homes import Home, home_of
from generation.engine.minimisation.invented.people import person_of
from generation.engine.minimisation.invented.phones import fictional_phone
from generation.engine.minimisation.invented.scene import Scene
from generation.engine.pii.entities import ADDRESS, EMAIL, LOCATION, PERSON, PHONE, POSTCODE, USERNAME, Span

KEY = b"0123456789abcdef"
Told = tuple[str, str]


def scene(
    text: str, *told: Told, home: Home | None = None, own: Mapping[str, str] | None = None, key: bytes = KEY
) -> Scene:
    """The scene of a text in which these words stand for what they are told to be."""
    spans = [Span(entity, text.index(words), text.index(words) + len(words), 1.0) for entity, words in told]
    return Scene.of([(text, spans)], key, whose="r", home=home or Home(), given={}, own=own or {})


def invented(text: str, *told: Told) -> list[str]:
    here = scene(text, *told)
    return [here.surrogate(entity, words) for entity, words in told]


@pytest.mark.parametrize(
    ("text", "address", "postcode", "street", "code"),
    [
        (
            "Ich wohne in der Lindenstraße 14, 50674 Köln und bitte Sie um einen Rückruf.",
            "Lindenstraße 14",
            "50674",
            r"\w+straße \d{1,3}",
            r"(?!00)\d{5}",
        ),
        (
            "I live at 27 Harewood Lane, Leeds LS2 8JT and the parcel was not there.",
            "27 Harewood Lane",
            "LS2 8JT",
            r"\d{1,3} \w+ (Street|Road|Avenue|Lane|Court|Square)",
            r"[A-Z]{2}\d \d[A-Z]{2}",
        ),
        (
            "J'habite au 12 rue des Lilas, 69003 Lyon et je suis en retard.",
            "12 rue des Lilas",
            "69003",
            r"\d{1,3} rue \w+",
            r"\d{5}",
        ),
        (
            "Vivo en la Calle Mayor 25, 28013 Madrid y no he recibido el paquete.",
            "Calle Mayor 25",
            "28013",
            r"Calle \w+ \d{1,3}",
            r"\d{5}",
        ),
        (
            "Moro na Rua das Flores, 123, São Paulo, 01310-100 e não recebi o pacote.",
            "Rua das Flores, 123",
            "01310-100",
            r"Rua \w+, \d{1,3}",
            r"(?!00)\d{5}-\d{3}",
        ),
        (
            "住所：東京都新宿区西新宿2-8-1 〒160-0023 です。",
            "東京都新宿区西新宿2-8-1",
            "160-0023",
            r"\w+町\d+-1",
            r"\d{3}-\d{4}",
        ),
        ("地址在北京市朝阳区建国路88号，邮编 100022。", "北京市朝阳区建国路88号", "100022", r"\w+路\d+号", r"\d{6}"),
    ],
)
def test_a_street_and_a_postal_code_are_of_the_texts_country(
    text: str, address: str, postcode: str, street: str, code: str
) -> None:
    made = invented(text, (ADDRESS, address), (POSTCODE, postcode))
    assert re.fullmatch(street, made[0])
    assert re.fullmatch(code, made[1])
    assert made[0] != address
    assert made[1] != postcode


def test_the_kind_of_street_follows_the_text_where_the_street_tells_nothing() -> None:
    german = "Bitte senden Sie das an Unter Linden 4, ich bin nicht da und warte auf die Lieferung."
    assert re.fullmatch(r"\w+straße \d+", invented(german, (ADDRESS, "Unter Linden 4"))[0])


@pytest.mark.parametrize("locale", ["de_DE", "fr_FR", "it_IT", "sv_SE", "pl_PL", "ru_RU", "ja_JP", "zh_CN", "ko_KR"])
def test_a_name_becomes_one_that_the_texts_language_has(locale: str) -> None:
    texts = {
        "de_DE": ("Ich bin Jutta Möllerbrink und habe das nicht bestellt.", "Jutta Möllerbrink"),
        "fr_FR": ("Je suis Zoélie Marchandier et je ne suis pas là avec les clés.", "Zoélie Marchandier"),
        "it_IT": ("Ciao, sono Ginevra Bellondini e il pacco non è da me.", "Ginevra Bellondini"),
        "sv_SE": ("Hej, jag är Märta Kvistholm och det är inte min order.", "Märta Kvistholm"),
        "pl_PL": ("Nie jestem Bożydara Krzewicka i proszę o kontakt na numer.", "Bożydara Krzewicka"),
        "ru_RU": ("Меня зовут Евдокия Лапшинова, заказ не пришёл.", "Евдокия Лапшинова"),
        "ja_JP": ("お名前は山田太郎です。", "山田太郎"),
        "zh_CN": ("客户姓名是王小明。", "王小明"),
        "ko_KR": ("고객 김민수 님의 주문입니다.", "김민수"),
    }
    text, name = texts[locale]
    made = invented(text, (PERSON, name))[0]
    provider = next(p for p in Faker(locale).factories[0].get_providers() if "providers.person" in type(p).__module__)
    listed = {str(next(iter(one))) if isinstance(one, tuple) else one for one in provider.first_names}
    assert any(made == word or word in made.split() or made.endswith(word) for word in listed)
    assert name not in made


CALLS = (
    "Sabine Krüger (s.krueger@firma.example) schrieb. Frau Krüger ruft an, Sabine wartet; S. Krüger, login skrueger."
)


def test_one_person_in_a_text_stays_one_person_however_called() -> None:
    here = scene(CALLS, (PERSON, "Sabine Krüger"), (EMAIL, "s.krueger@firma.example"), (USERNAME, "skrueger"))
    first, last = here.surrogate(PERSON, "Sabine Krüger").split()
    assert here.surrogate(PERSON, "Krüger") == last
    assert here.surrogate(PERSON, "Sabine") == first
    assert here.surrogate(PERSON, "SABINE KRÜGER") == f"{first} {last}".upper()
    assert here.surrogate(PERSON, "Krüger, Sabine") == f"{last}, {first}"
    assert here.surrogate(PERSON, "S. Krüger") == f"{first[0]}. {last}"
    assert here.surrogate(PERSON, "S. K.") == f"{first[0]}. {last[0]}."

    plain = re.sub("[^a-z]", "", f"{first}{last}".lower()) if f"{first}{last}".isascii() else ""
    address = here.surrogate(EMAIL, "s.krueger@firma.example")
    assert re.fullmatch(r"[a-z]+\.[a-z]+\d+@example\.(com|org|net)", address)
    assert not plain or re.sub("[^a-z]", "", address.partition("@")[0]) == plain


@pytest.mark.parametrize(
    "address", ["john.whitfield@x.example", "jwhitfield@x.example", "whitfield.j@x.example", "johnw@x.example"]
)
def test_an_address_with_the_name_in_it_is_of_the_same_person(address: str) -> None:
    here = scene(f"John Whitfield is at {address} today", (PERSON, "John Whitfield"), (EMAIL, address))
    first, last = here.surrogate(PERSON, "John Whitfield").split()
    assert here.cast.who(address) is not None
    assert (here.cast.who(address).first, here.cast.who(address).last) == (first, last)  # type: ignore[union-attr]


def test_an_address_of_somebody_else_with_the_same_surname_is_not_of_that_person() -> None:
    here = scene(
        "John Whitfield and bob.whitfield@x.example", (PERSON, "John Whitfield"), (EMAIL, "bob.whitfield@x.example")
    )
    other = here.cast.who("bob.whitfield@x.example")
    assert other is not None
    assert other.first != here.surrogate(PERSON, "John Whitfield").split()[0]


def test_a_lone_name_after_a_title_becomes_a_surname_and_two_people_stay_two() -> None:
    here = scene("Mr Oakes met Ann Lee and Bo Moss.", (PERSON, "Oakes"), (PERSON, "Ann Lee"), (PERSON, "Bo Moss"))
    assert len({here.surrogate(PERSON, name) for name in ("Ann Lee", "Bo Moss", "Oakes")}) == 3
    assert here.surrogate(PERSON, "Lee") == here.surrogate(PERSON, "Ann Lee").split()[1]
    assert here.surrogate(PERSON, "Moss") == here.surrogate(PERSON, "Bo Moss").split()[1]


def test_the_names_of_the_record_stand_for_its_short_forms_too() -> None:
    own = {"ann": "Vera", "lee": "Stone"}
    here = scene("A. Lee and ann.lee@x.example", (PERSON, "A. Lee"), (EMAIL, "ann.lee@x.example"), own=own)
    assert here.surrogate(PERSON, "A. Lee") == "V. Stone"
    assert here.surrogate(EMAIL, "ann.lee@x.example").startswith("vera.stone")


def test_a_name_is_the_same_in_every_text_of_one_language() -> None:
    one = invented("I am not happy and Maud Harlow can be the one to ask", (PERSON, "Maud Harlow"))
    other = invented("Is this the way you treat Maud Harlow? It was not my fault", (PERSON, "Maud Harlow"))
    assert one == other


FREE = {
    "US": r"(\+?1 ?)?\(?[2-9]\d{2}\)?[ .-]?555[ .-]?01\d{2}",
    "GB": r"(\+44 ?|0)(7700 ?900\d{3}|20 ?7946 ?0\d{3}|1\d1 ?496 ?0\d{3}|11[34] ?496 ?0\d{3}|1632 ?960\d{3})",
    "DE": r"(\+49 ?|0)(30 ?23125\d{3}|69 ?90009\d{3}|40 ?66969\d{3}|221 ?4710\d{3}|89 ?99998\d{3}|171/?39200\d\d"
    r"|176/?040690\d\d)",
    "FR": r"(\+33 ?|0)(1 ?99 ?00|2 ?61 ?91|3 ?53 ?01|4 ?65 ?71|5 ?36 ?49|6 ?39 ?98)( ?\d\d){2}",
    "SE": r"(\+46 ?|0)(31-?390 ?06 ?0\d|40-?628 ?04 ?0\d|8-?465 ?004 ?0\d|70-?174 ?06 ?\d\d)",
}


@pytest.mark.parametrize(
    ("country", "value"),
    [
        ("US", "(217) 381-9920"),
        ("US", "217.381.9920"),
        ("US", "+1 217 381 9920"),
        ("GB", "07911 123456"),
        ("GB", "+44 20 7123 4567"),
        ("GB", "0113 243 0000"),
        ("DE", "0221 4567890"),
        ("DE", "+49 30 12345678"),
        ("DE", "0171/2345678"),
        ("FR", "06 12 34 56 78"),
        ("FR", "+33 1 42 68 53 00"),
        ("SE", "070-123 45 67"),
    ],
)
def test_a_phone_number_is_one_that_its_country_keeps_for_fiction(country: str, value: str) -> None:
    for byte in range(60):
        made = fictional_phone(value, bytes([byte]) * 32, country)
        assert made is not None
        digits = re.sub(r"[^\d+]", "", made)
        assert re.fullmatch(FREE[country].replace(" ?", "").replace("/?", "").replace("-?", ""), digits), made
        assert made.startswith("+") == value.startswith("+")


def test_a_number_of_a_country_without_such_a_range_is_one_that_its_plan_allows() -> None:
    for country, value in (
        ("ES", "612 345 678"),
        ("IT", "347 1234567"),
        ("PL", "601 234 567"),
        ("BR", "(11) 91234-5678"),
    ):
        made = fictional_phone(value, b"d" * 32, country)
        assert made is not None
        assert made != value
        assert re.sub(r"\d", "9", made) == re.sub(r"\d", "9", value)
        assert phonenumbers.is_valid_number(phonenumbers.parse(made, country))


def test_one_number_written_two_ways_becomes_one_number() -> None:
    text = "Rufen Sie mich unter 0221 4567890 oder +49 221 4567890 an, ich bin da."
    one, other = invented(text, (PHONE, "0221 4567890"), (PHONE, "+49 221 4567890"))
    assert re.sub(r"\D", "", one)[1:] == re.sub(r"\D", "", other)[2:]


def test_a_place_has_the_endings_of_its_country_and_a_state_stays_a_state() -> None:
    town = invented("Ich wohne in Köln und bin nicht zufrieden.", (LOCATION, "Köln"))[0]
    assert town.endswith(("burg", "dorf", "hausen", "feld", "heim", "stadt"))
    state = invented("She is from Springfield, IL and it was not her order", (LOCATION, "IL"))[0]
    assert re.fullmatch("[A-Z]{2}", state)
    assert state != "IL"


def test_a_text_that_tells_nothing_is_from_where_the_columns_texts_are() -> None:
    here = scene("Köln 50674", (LOCATION, "Köln"), home=Home("de_DE", "DE"))
    assert here.home == Home("de_DE", "DE")
    assert home_of("Köln 50674") == Home()


@settings(max_examples=60)
@given(st.binary(min_size=32, max_size=32), st.sampled_from(["de_DE", "ja_JP", "hi_IN", "th_TH", "pl_PL", "ko_KR"]))
def test_people_of_every_locale_have_both_names(digest: bytes, locale: str) -> None:
    who = person_of(digest, locale)
    assert who.first
    assert who.last
