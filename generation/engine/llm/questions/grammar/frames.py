"""How lists, tables and gaps are asked about, in the language of their document where the house can word it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generation.engine.llm.questions.grammar.language import ENGLISH


@dataclass(frozen=True, slots=True)
class Frames:
    """Questions with places for what is quoted: `topic` is a section, `row` what leads a row, an item's label or
    an item.

    `unknown` and `of_a_rule` ask for something that the documents tell of nothing; `unknowns` and `of_rules` are such
    things, each with the words that must stand nowhere. `other_row`, `other_column` and `after_that` follow a turn.
    """

    labelled: str
    listed: str
    announced: str
    inner: str
    after: str
    cell: str
    cell_of: str
    where: str
    joined: str
    lowest: str
    highest: str
    gap: str
    according: str
    other_row: str
    other_column: str
    after_that: str
    unknown: str
    of_a_rule: str
    unknowns: tuple[tuple[str, tuple[str, ...]], ...]
    of_rules: tuple[tuple[str, tuple[str, ...]], ...] = ()


_ENGLISH = Frames(
    labelled="What is given for “{row}” under “{topic}”?",
    listed="Which {count} points are listed under “{topic}”?",
    announced="Which {count} points follow the words “{intro}”?",
    inner="Which {count} points stand below “{row}” under “{topic}”?",
    after="Under “{topic}”, which point comes directly after “{row}”?",
    cell="In the table under “{topic}”, what stands in the column “{column}” where {where}?",
    cell_of="In the table under “{topic}”, what stands in the column “{column}” for “{row}”?",
    where="“{name}” is “{key}”",
    joined=" and ",
    lowest="In the table under “{topic}”, what stands under “{row}” where “{column}” is lowest?",
    highest="In the table under “{topic}”, what stands under “{row}” where “{column}” is highest?",
    gap="According to “{topic}”, which word is missing here: “{text}”?",
    according="According to “{label}”, {lowered}",
    other_row="And for “{row}”?",
    other_column="And what stands in the column “{column}” of the same row?",
    after_that="And which point comes directly after that one?",
    unknown="What is the {unknown} for “{row}” under “{topic}”?",
    of_a_rule="What is the {unknown} of the rule “{row}”?",
    unknowns=(
        ("reference number", ("reference", "references")),
        ("legal basis", ("legal", "law", "laws", "statute", "statutes", "act")),
        ("cost centre", ("centre", "center", "centres")),
        ("approval number", ("approval", "approved", "approve", "approves")),
        ("file number", ("file", "files")),
        ("catalogue number", ("catalogue", "catalog")),
        ("ledger account", ("ledger", "account", "accounts")),
    ),
    of_rules=(
        ("legal basis", ("legal", "law", "laws", "statute", "act")),
        ("reference number", ("reference",)),
        ("date of adoption", ("adopted", "adoption", "introduced", "effect", "force")),
        ("file number", ("file", "files")),
        ("next review date", ("review", "reviewed", "revised", "revision")),
    ),
)
_GERMAN = Frames(
    labelled="Was steht unter „{topic}“ zu „{row}“?",
    listed="Welche {count} Punkte stehen unter „{topic}“?",
    announced="Welche {count} Punkte folgen auf die Worte „{intro}“?",
    inner="Welche {count} Punkte stehen unter „{topic}“ unterhalb von „{row}“?",
    after="Welcher Punkt kommt unter „{topic}“ unmittelbar nach „{row}“?",
    cell="Was steht in der Tabelle unter „{topic}“ in der Spalte „{column}“ dort, wo {where} steht?",
    cell_of="Was steht in der Tabelle unter „{topic}“ in der Spalte „{column}“ zu „{row}“?",
    where="in „{name}“ der Eintrag „{key}“",
    joined=" und ",
    lowest="Was steht in der Tabelle unter „{topic}“ bei „{row}“, wo „{column}“ am niedrigsten ist?",
    highest="Was steht in der Tabelle unter „{topic}“ bei „{row}“, wo „{column}“ am höchsten ist?",
    gap="Welches Wort fehlt hier laut „{topic}“: „{text}“?",
    according="Laut „{label}“: {text}",
    other_row="Und zu „{row}“?",
    other_column="Und was steht dort in der Spalte „{column}“?",
    after_that="Und welcher Punkt kommt unmittelbar danach?",
    unknown="Was steht unter „{topic}“ als {unknown} zu „{row}“?",
    of_a_rule="",
    unknowns=(
        ("Aktenzeichen", ("aktenzeichen",)),
        ("Kostenstelle", ("kostenstelle", "kostenstellen")),
        ("Rechtsgrundlage", ("rechtsgrundlage", "gesetz", "gesetze", "paragraf", "verordnung")),
        ("Katalognummer", ("katalognummer", "katalog")),
    ),
)
_FRENCH = Frames(
    labelled="Qu’est-ce qui est indiqué pour « {row} » sous « {topic} » ?",
    listed="Quels sont les {count} points sous « {topic} » ?",
    announced="Quels {count} points suivent les mots « {intro} » ?",
    inner="Quels {count} points se trouvent au-dessous de « {row} » sous « {topic} » ?",
    after="Sous « {topic} », quel point vient juste après « {row} » ?",
    cell="Dans le tableau sous « {topic} », que dit la colonne « {column} » là où {where} ?",
    cell_of="Dans le tableau sous « {topic} », que dit la colonne « {column} » pour « {row} » ?",
    where="« {name} » est « {key} »",
    joined=" et ",
    lowest="Dans le tableau sous « {topic} », que dit « {row} » là où « {column} » est au plus bas ?",
    highest="Dans le tableau sous « {topic} », que dit « {row} » là où « {column} » est au plus haut ?",
    gap="Selon « {topic} », quel mot manque ici : « {text} » ?",
    according="Selon « {label} » : {text}",
    other_row="Et pour « {row} » ?",
    other_column="Et que dit la colonne « {column} » sur ce point ?",
    after_that="Et quel point vient juste après celui-là ?",
    unknown="Sous « {topic} », quel est le {unknown} pour « {row} » ?",
    of_a_rule="",
    unknowns=(
        ("numéro de dossier", ("dossier", "dossiers")),
        ("centre de coûts", ("coûts",)),
        ("fondement juridique", ("juridique", "loi", "lois", "décret", "légal", "légale")),
        ("numéro de catalogue", ("catalogue", "catalogues")),
    ),
)
_KNOWN: Mapping[str, Frames] = {ENGLISH: _ENGLISH, "de": _GERMAN, "fr": _FRENCH}


def frames_of(language: str) -> Frames:
    """The frames of a language; the English ones where the house cannot word it."""
    return _KNOWN.get(language, _ENGLISH)


def spoken_language(language: str) -> str:
    """The language in which a document in `language` is asked about: "" for English."""
    return language if language in _KNOWN and language != ENGLISH else ""


def with_source(question: str, label: str, language: str = "") -> str:
    """The question with the name of the document that it is asked of."""
    lowered = question[:1].lower() + question[1:]
    return frames_of(language or ENGLISH).according.format(label=label, lowered=lowered, text=question)
