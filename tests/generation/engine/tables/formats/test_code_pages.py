"""Old code pages are told apart by the words that they give."""

from __future__ import annotations

import pytest

from tests.generation.engine.tables.cases import read

CITIES = {
    "polish": "Łódź Kraków Gdańsk Świdnica Żory Wrocław",
    "czech": "Příbram Plzeň Děčín Žižkov Ústí Kolín",
    "hungarian": "Győr Pécs Fűzfő Székesfehérvár Békés Vác",
    "greek": "Αθήνα Πάτρα Θεσσαλονίκη Βόλος Λάρισα Άργος",
    "turkish": "İstanbul Çanakkale Muğla Iğdır Eskişehir Gümüşhane",
    "russian": "Москва Казань Тула Омск Псков Уфа",
    "german": "München Köln Würzburg Görlitz Gießen Fürth",
    "french": "Orléans Nîmes Besançon Sète Évreux Mâcon",
}


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("polish", "cp1250"),
        ("polish", "iso8859-2"),
        ("czech", "cp1250"),
        ("hungarian", "cp1250"),
        ("greek", "cp1253"),
        ("turkish", "cp1254"),
        ("russian", "cp1251"),
        ("russian", "koi8-r"),
        ("german", "cp1252"),
        ("german", "mac_roman"),
        ("german", "cp850"),
        ("french", "cp1252"),
        ("french", "mac_roman"),
        ("french", "cp850"),
    ],
)
@pytest.mark.parametrize("cased", [str, str.upper])
@pytest.mark.parametrize("ascii_rows", [0, 200])
def test_cities_keep_their_letters(language, encoding, cased, ascii_rows):
    cities = cased(CITIES[language]).split()
    rows = [f"{at},{city}" for at, city in enumerate(cities)] + ["7,Bonn"] * ascii_rows
    _, table = read("\n".join(["n,city", *rows]).encode(encoding))
    assert table.column("c1").to_pylist()[: len(cities)] == cities


def test_the_euro_and_the_ligature_of_latin_9_are_no_currency_sign_and_no_half():
    text = "prix,plat\n5 €,bœuf\n7 €,œufs\n9 €,chèvre\n"
    _, table = read(text.encode("iso8859-15"))
    assert table.column("c1").to_pylist() == ["bœuf", "œufs", "chèvre"]


def test_words_of_several_western_languages_beside_each_other_stay_western_without_a_doubt():
    names = ["Günther", "Garçon", "Niño", "João", "Ærø", "Åse"]
    facts, table = read("\n".join(["n,name", *(f"{at},{name}" for at, name in enumerate(names))]).encode("cp1252"))
    assert table.column("c1").to_pylist() == names
    assert not any("not all of its words" in note for note in facts.notes)


def test_letters_of_no_language_are_said():
    facts, _ = read("n,x\n1,a¤b\n2,¬x¦y\n3,q¨z\n".encode("cp1252"))
    assert any("not all of its words are those of one language" in note for note in facts.notes)
