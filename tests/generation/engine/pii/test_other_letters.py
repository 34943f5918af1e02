"""Names, addresses and numbers in texts of many countries, and what stands beside them and is none."""

from __future__ import annotations

import pytest

from generation.engine.pii import find
from generation.engine.pii.entities import LIGHT, Span
from generation.engine.pii.patterns.greetings import trimmed
from generation.engine.pii.patterns.presidio import is_valid


def found(text: str, entity: str) -> list[str]:
    return [text[span.start : span.end] for span in find([text], layers=LIGHT)[0] if span.entity == entity]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("本日、高橋美咲様よりお電話がありました。", "高橋美咲"),
        ("担当者：渡辺 健一 が対応します。", "渡辺 健一"),
        ("ジョン・スミスさんに確認してください。", "ジョン・スミス"),
        ("私は小林大輔と申します。", "小林大輔"),
        ("收件人：赵敏，电话未接。", "赵敏"),
        ("您好，我叫周杰，想退货。", "周杰"),
        ("请联系陈女士。", "陈"),
        ("欧阳明先生来过。", "欧阳明"),
        ("박지훈 님의 예약이 취소되었습니다.", "박지훈"),
        ("성함: 최유리, 주소는 비공개", "최유리"),
        ("저는 이수진입니다.", "이수진"),
        ("Меня зовут Ольга Николаевна Фёдорова.", "Ольга Николаевна Фёдорова"),
        ("Договор подписал Кузнецов А. В. вчера.", "Кузнецов А. В."),
        ("Пациент: Тарас Мельник, 45 лет", "Тарас Мельник"),
        ("Αγαπητέ κύριε Νικολάου, ευχαριστούμε.", "Νικολάου"),
        ("Ονοματεπώνυμο: Μαρία Δημητρίου", "Μαρία Δημητρίου"),
        ("اسمي ليلى الحسيني وأريد المساعدة", "ليلى الحسيني"),
        ("العميل: خالد بن سعيد، الرياض", "خالد بن سعيد"),
        ("שמי רות כהן, אני צריכה עזרה", "רות כהן"),
        ("श्रीमती सुनीता देवी ने फोन किया", "सुनीता देवी"),
        ("นางสาวพิมพ์ชนก แสงทอง โทรมาแล้ว", "พิมพ์ชนก แสงทอง"),
        ("Dear Ms. 佐々木, your order is late.", "佐々木"),
    ],
)
def test_a_name_in_other_letters_is_found_beside_its_honorific_or_label(text: str, name: str) -> None:
    assert name in found(text, "PERSON")


@pytest.mark.parametrize(
    "text",
    [
        "お客様のご意見をお聞かせください。",
        "皆様、お疲れ様です。仕様を確認します。",
        "担当者様にお伝えください。",
        "고객님, 기사님이 곧 도착합니다.",
        "尊敬的客户：您的订单已发货。",
        "Уважаемый клиент, ваш платёж принят.",
        "عزيزي العميل، تم استلام طلبك",
        "ลูกค้าคุณต้องการความช่วยเหลือไหม",
    ],
)
def test_a_form_of_address_without_a_name_is_nobody(text: str) -> None:
    assert found(text, "PERSON") == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Живу на ул. Садовая 8, кв. 12, Казань", "ул. Садовая 8, кв. 12"),
        ("Αποστολή: Οδός Ερμού 45, Αθήνα", "Οδός Ερμού 45"),
        ("住所は大阪府大阪市北区梅田3-1-1です。", "大阪府大阪市北区梅田3-1-1"),
        ("请寄到上海市徐汇区漕溪路250号。", "上海市徐汇区漕溪路250号"),
        ("주소: 서울시 강남구 테헤란로 152", "서울시 강남구 테헤란로 152"),
        ("الشحن إلى شارع التحرير 17 القاهرة", "شارع التحرير 17"),
        ("גרה ברחובות, רחוב הרצל 22", "רחוב הרצל 22"),
    ],
)
def test_a_street_in_other_letters_is_an_address(text: str, address: str) -> None:
    assert address in found(text, "STREET_ADDRESS")


# Numbers that authorities, registers and encyclopaedias print as examples.
PRINTED = [
    ("VIN", "1M8GDM9AXKP042788"),
    ("GR_AFM", "094259216"),
    ("GR_AMKA", "01013099997"),
    ("BG_EGN", "7523169263"),
    ("HR_OIB", "33392005961"),
    ("SI_EMSO", "0101006500006"),
    ("EE_IK", "36805280109"),
    ("IS_KENNITALA", "120174-3399"),
    ("AT_SVNR", "1237 010180"),
    ("DE_RVNR", "15070649C103"),
    ("IL_ID", "039337423"),
    ("PL_NIP", "856-734-62-15"),
    ("RU_SNILS", "112-233-445 95"),
    ("RU_INN", "500100732259"),
    ("UA_RNOKPP", "1759013776"),
    ("JP_MY_NUMBER", "123456789018"),
    ("TW_ID", "A123456789"),
    ("HK_HKID", "A123456(3)"),
    ("IR_CODE_MELLI", "0499370899"),
    ("EC_CEDULA", "171430710-3"),
    ("NZ_IRD", "49-091-850"),
]


@pytest.mark.parametrize(("entity", "number"), PRINTED)
def test_a_printed_number_passes_its_check_and_one_with_another_last_sign_fails(entity: str, number: str) -> None:
    assert is_valid(number, entity)
    place = 3 if entity == "AT_SVNR" else 8 if entity == "VIN" else 8 if entity == "IS_KENNITALA" else None
    place = place if place is not None else max(at for at, sign in enumerate(number) if sign.isdigit())
    place += entity == "IS_KENNITALA"
    other = number[:place] + ("7" if number[place] != "7" else "4") + number[place + 1 :]
    assert not is_valid(other, entity)


@pytest.mark.parametrize(
    ("text", "entity", "number"),
    [
        ("The car, 1M8GDM9AXKP042788, was sold.", "VIN", "1M8GDM9AXKP042788"),
        ("Fahrgestell-Nr. WVWZZZ1JZXW000001", "VIN", "WVWZZZ1JZXW000001"),
        ("ИНН 500100732259", "RU_INN", "500100732259"),
        ("ΑΦΜ: 094259216", "GR_AFM", "094259216"),
        ("תעודת זהות 039337423", "IL_ID", "039337423"),
        ("マイナンバー：1234 5678 9018です", "JP_MY_NUMBER", "1234 5678 9018"),
        ("身分證字號A123456789。", "TW_ID", "A123456789"),
        ("身份证号11010519491231002X。", "CN_RIC", "11010519491231002X"),
        ("My HKID is A123456(3).", "HK_HKID", "A123456(3)"),
        ("CPR-nr. 211062-5629", "DK_CPR", "211062-5629"),
    ],
)
def test_a_number_is_found_by_its_check_or_beside_its_word(text: str, entity: str, number: str) -> None:
    spans = find([text], layers=LIGHT)[0]
    assert number in [text[span.start : span.end] for span in spans]
    assert entity in {span.entity for span in spans} or entity == "VIN"


def test_a_seventeen_sign_code_whose_check_fails_is_no_vehicle() -> None:
    assert find(["session 1M8GDM9A2KP042788 ended"], layers=LIGHT) == [()]


@pytest.mark.parametrize(
    "text",
    [
        "Upgrade from version 10.4.2 to 10.5.0-rc2 failed, see KB5034441 and CVE-2024-12345.",
        "It costs 12 500.00 USD or 1,234,567.89 EUR, that is 3 400 kr a month.",
        "注文番号は 20240512-7781 です。",
        "주문번호 2024-118273 배송이 지연되었습니다.",
        "ISBN 978-3-16-148410-0, EAN 4006381333931, SKU 8847-221-09",
        "Tracking 1Z999AA10123456784 is late",
        "Build 20240517-883 took 123456 ms",
        "Rechnung 2024/0032 über 99,90 €",
        "订单号 123456782 已发货",
        "ऑर्डर 4503599627 रद्द करें",
    ],
)
def test_versions_prices_and_numbers_of_things_are_no_persons_number(text: str) -> None:
    people = {
        "PERSON",
        "PHONE_NUMBER",
        "AU_TFN",
        "CA_SIN",
        "UK_NHS",
        "CREDIT_CARD",
        "US_NPI",
        "POSTAL_CODE",
        "DE_TAX_ID",
    }
    assert not people & {span.entity for span in find([text], layers=LIGHT)[0]}


def test_a_number_of_a_kind_that_its_words_name_is_found_beside_an_order() -> None:
    assert found("order 4711, call 0221 4567890", "PHONE_NUMBER") == ["0221 4567890"]
    assert found("order for NHS number 943 476 5919", "UK_NHS") == ["943 476 5919"]


def test_a_line_of_a_log_names_its_user_and_a_chat_does_not() -> None:
    assert found("INFO auth user=jkowalska ip=10.0.0.1", "USERNAME") == ["jkowalska"]
    assert found("user: hello, agent: hi", "USERNAME") == []


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Bonjour", None),
        ("Hej, mitt namn är Lars Andersson", "Lars Andersson"),
        ("soy María José", "María José"),
        ("Lieber Thomas", "Thomas"),
        ("Lieber", "Lieber"),
        ("j'habite 12 rue des Lilas", "12 rue des Lilas"),
        ("Pieter, groet", "Pieter"),
        ("שמי דוד לוי", "דוד לוי"),
        ("Taylor Swift", "Taylor Swift"),
    ],
)
def test_greetings_and_what_leads_up_to_a_name_are_none_of_it(words: str, left: str | None) -> None:
    text = f"... {words} ..."
    span = trimmed(text, Span("PERSON", 4, 4 + len(words), 0.9, ("crf",)))
    assert (None if span is None else text[span.start : span.end]) == left


def test_what_a_pattern_found_is_never_trimmed() -> None:
    span = Span("STREET_ADDRESS", 0, 7, 0.9, ("crf", "pattern"))
    assert trimmed("Bonjour", span) == span
