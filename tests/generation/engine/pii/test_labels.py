"""What labels say, in many languages: which name a number that is given out, and which a quantity beside it."""

from __future__ import annotations

import pytest

from generation.engine.pii.labels import names_holder, names_identifier, names_person, names_quantity, words_in

IDENTIFIERS = [
    "Kundennr", "Kunden-Nr.", "KundenNummer", "Policennummer", "Vertragsnummer", "Mitgliedsnr", "Steuernummer",
    "Steuer-ID", "numéro_client", "numero de cliente", "N° client", "n_carte", "no_compte", "num_secu", "matricule",
    "cod_fiscale", "codice fiscale", "Nº póliza", "DNI", "cédula", "telefono", "Telefon", "mob", "Handynummer",
    "custno", "cust_id", "CustomerID", "acct_no", "account_no", "Account Number", "memberNo", "policy_no",
    "passport", "passport_no", "nhs_number", "SSN", "kontonr", "Kontonummer", "personnummer", "kundnummer",
    "klantnummer", "rekeningnummer", "emp_id", "userid", "orderno", "e-mail", "IBAN", "id", "month_id", "index",
    "credit card number", "reg no", "CPR-nr", "HETU", "orgnr", "Y-tunnus", "VIN", "vin_number", "kfz_kennzeichen",
    "Nummernschild", "N.I.F.", "D.N.I.", "P.IVA", "C.F.", "PESEL", "nr_klienta", "BSN", "INSZ", "AHVN13", "no AVS",
    "SVNR", "Matrikelnummer", "NSS", "TC Kimlik No", "n° dossier", "Aktenzeichen", "rodné číslo", "číslo účtu",
    "JMBG", "EMŠO", "isikukood", "személyi szám", "ügyfélszám", "телефон", "номер паспорта", "СНИЛС", "ΑΜΚΑ",
    "身份证号", "手机号", "電話番号", "会員番号", "전화번호", "رقم الهاتف", "טלפון", "n° de série",
    "numer rachunku", "référence dossier", "medical_record_number", "tessera sanitaria", "mac_address",
    "asiakasnumero", "Fahrgestellnummer", "Faxnummer", "puhelin", "sähköposti", "USUBJID", "TIN",
]  # fmt: skip
OTHERS = [
    "number of children", "num_rooms", "account_balance", "phone_calls", "n_members", "nb_enfants", "Anzahl Kunden",
    "no_of_visits", "member_since", "account_type", "policy_count", "customer_age", "order_amount", "saldo_conto",
    "phone model", "education-num", "house_number", "Hausnummer", "amount", "price", "body_mass_index", "paid",
    "valid", "grid", "casino", "age", "Umsatz", "tax_rate", "number", "n", "card_limit", "emails_opened",
    "market_cap", "Artikelnummer", "Zimmernr", "Wagennummer", "store_no", "matchnr", "postnr", "Postnummer",
    "kod pocztowy", "vin rouge", "sin(x)", "tin", "run time", "fax pages", "pan_type", "ip_count", "电话数量",
    "통화 횟수", "client satisfaction", "number of cups", "fin de semaine", "Anzahl Telefonate",
    "Kennzeichen aktiv",
]  # fmt: skip


@pytest.mark.parametrize("label", IDENTIFIERS)
def test_a_label_names_a_number_that_is_given_out(label: str) -> None:
    assert names_identifier(label)


@pytest.mark.parametrize("label", OTHERS)
def test_a_quantity_or_a_count_beside_such_a_word_names_none(label: str) -> None:
    assert not names_identifier(label)
    assert not names_holder(label)


@pytest.mark.parametrize("label", ["member", "account", "Konto", "cliente", "patient", "policy"])
def test_who_or_what_has_a_number_may_stand_for_it(label: str) -> None:
    assert names_holder(label)
    assert not names_person(label)


@pytest.mark.parametrize("label", ["phone", "Telefon", "teléfono", "E-Mail", "last name", "passport_no", "DNI", "ssn"])
def test_what_one_person_is_reached_or_known_by(label: str) -> None:
    assert names_person(label)


@pytest.mark.parametrize("label", ["phone_type", "mobile_usage_gb", "email_count", "Telefon Anrufe"])
def test_a_kind_or_an_amount_of_it_is_not_it(label: str) -> None:
    assert names_quantity(label)
    assert not names_person(label)


def test_accents_case_and_digits_say_nothing() -> None:
    assert words_in("NUMÉRO_client2") == words_in("numero Client")
