"""The machine-readable descriptions of a release, as the tools that read them see them."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import warnings
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reviews.engine.bundle.documents.card import CARD_JSON
from reviews.engine.bundle.documents.croissant import CROISSANT
from reviews.engine.bundle.documents.dcat import DCAT
from reviews.engine.bundle.documents.described import PARQUET
from reviews.engine.bundle.documents.prov import PROV
from reviews.engine.bundle.documents.readme import README
from reviews.engine.bundle.material import FileFacts, Material, notes_of
from reviews.engine.certificate.card_facts import CardFacts, SegmentFacts, ShareFacts, WaivedFacts
from reviews.engine.certificate.facts import ArtefactFacts, ColumnFacts, ReleaseFacts
from tests.reviews.engine.certificate.facts import release_facts

TABLE = pa.table({"age": [31.0, 44.0, 58.0], "état": ["Graz", None, "Linz"], "member": [True, False, True]})
SAID = {
    "terms": "CC BY 4.0, with attribution: name the source.",
    "contact": "Data desk <desk@example.org>",
    "controller": "Example AG",
    "origin": "The billing system.",
    "population": "Customers since 2019.",
    "period": "2019 to 2024",
    "geography": "Austria",
}


def facts() -> ReleaseFacts:
    columns = (
        ColumnFacts("age", "numerical", "At the interview.", "years", allowed="0 to 120", missing_share=0.0),
        ColumnFacts("état", "categorical", role="quasi", missing_share=1 / 3),
        ColumnFacts("member", "boolean"),
    )
    card = CardFacts(
        SAID, 2,
        segments=(SegmentFacts("état", "Graz", 0.93, 0.88, 0.97, 412),),
        shares=(ShareFacts("état", "Graz", 0.52, 0.5),),
        waived=(WaivedFacts("utility", "Cleo", "Good enough to try the tools."),),
        runs=4,
    )  # fmt: skip
    told = release_facts()
    return replace(told, artefact=ArtefactFacts(told.artefact.sha256, 1, 3, columns), card=card)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a downloaded bundle lies there."""
    folder = tmp_path_factory.mktemp("bundle")
    kept = io.BytesIO()
    pq.write_table(TABLE, kept)
    (folder / "data").mkdir()
    (folder / "metadata").mkdir()
    (folder / "data/train.parquet").write_bytes(kept.getvalue())
    file = FileFacts(
        "data/train.parquet", "Parquet", "application/vnd.apache.parquet", len(kept.getvalue()),
        hashlib.sha256(kept.getvalue()).hexdigest(), rows=3,
    )  # fmt: skip
    types = dict(zip(TABLE.schema.names, TABLE.schema.types, strict=True))
    material = Material(facts(), (file,), types, address="https://portal.example")
    for document in (README, CARD_JSON, CROISSANT, PROV, DCAT):
        (folder / document.path).write_bytes(document.write(material))
    return folder


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_mlcroissant_finds_no_error_and_reads_the_records(bundle: Path, tmp_path: Path, version: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlcroissant

        described = json.loads((bundle / "croissant.json").read_text())
        described["conformsTo"] = [f"http://mlcommons.org/croissant/{version}", described["conformsTo"][1]]
        target = bundle / f"croissant-{version}.json"
        target.write_text(json.dumps(described))
        found = mlcroissant.Dataset(str(target))
        assert found.metadata.ctx.issues.errors == set()
        rows = list(found.records("train"))
    assert [row["train/0"] for row in rows] == [31, 44, 58]
    assert rows[0]["train/1"] == b"Graz"
    assert [row["train/2"] for row in rows] == [True, False, True]
    assert found.metadata.data_biases[0] == "état = Graz: 0.93 of the skill kept (0.88 to 0.97)"
    assert "Population: Customers since 2019." in found.metadata.data_collection


# Every type that a column of a release can have: values, and what a reader of the description gets for them.
MOMENT, DAY, TIME = dt.datetime.fromisoformat("2024-02-29T13:05:06"), dt.date(1999, 12, 31), dt.time(23, 59, 1)
LONG_AGO = dt.datetime.fromisoformat("1602-01-01")
TYPED: list[tuple[pa.DataType, Any, str, Any]] = [
    (pa.int64(), 2**60 + 1, "sc:Integer", 2**60 + 1),
    (pa.uint8(), 255, "sc:Integer", 255),
    (pa.float64(), 0.1, "sc:Float", 0.1),
    (pa.float32(), 0.5, "sc:Float", 0.5),
    (pa.decimal128(12, 2), Decimal("19.99"), "sc:Float", 19.99),
    (pa.bool_(), False, "sc:Boolean", False),
    (pa.date32(), DAY, "sc:Date", dt.datetime.fromisoformat("1999-12-31")),
    (pa.timestamp("us"), MOMENT, "sc:DateTime", MOMENT),
    (pa.timestamp("s"), LONG_AGO, "sc:DateTime", LONG_AGO),
    (pa.timestamp("us", "UTC"), MOMENT, "sc:DateTime", MOMENT.replace(tzinfo=dt.UTC)),
    (pa.time64("us"), TIME, "sc:Time", TIME),
    (pa.string(), "Größe", "sc:Text", "Größe".encode()),
    (pa.large_string(), "x", "sc:Text", b"x"),
    (pa.dictionary(pa.int32(), pa.string()), "x", "sc:Text", b"x"),
    (pa.dictionary(pa.int32(), pa.int64()), 7, "sc:Integer", 7),
]


@pytest.mark.parametrize("has_gap", [False, True])
def test_a_value_of_every_type_is_read_by_the_description_as_it_is(tmp_path: Path, has_gap: bool) -> None:
    columns = {f"c{at}": pa.array([value, value], kind) for at, (kind, value, _, _) in enumerate(TYPED)}
    gaps = {f"c{at}": pa.array([value, None], kind) for at, (kind, value, _, _) in enumerate(TYPED)}
    # pandas, which reads the file for them, has no whole number beyond 2^53 beside a gap.
    table = pa.table({**gaps, "c0": pa.array([7, None], pa.int64())} if has_gap else columns)
    pq.write_table(table, tmp_path / "train.parquet")
    content = (tmp_path / "train.parquet").read_bytes()
    file = FileFacts("train.parquet", "", PARQUET, len(content), hashlib.sha256(content).hexdigest(), rows=2)
    artefact = ArtefactFacts("0" * 64, 1, 2, tuple(ColumnFacts(name, "categorical") for name in table.column_names))
    types = dict(zip(table.schema.names, table.schema.types, strict=True))
    (tmp_path / "croissant.json").write_bytes(
        CROISSANT.write(Material(replace(facts(), artefact=artefact), (file,), types))
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlcroissant

        first, second = mlcroissant.Dataset(str(tmp_path / "croissant.json")).records("train")
    expected = [7 if has_gap and at == 0 else value for at, (_, _, _, value) in enumerate(TYPED)]
    assert [first[f"train/{at}"] for at in range(len(TYPED))] == expected
    assert {type(one) for one in (first["train/5"], second["train/5"])} == ({bool, type(None)} if has_gap else {bool})
    assert set(second.values()) == {None} if has_gap else list(second.values()) == expected
    fields = json.loads((tmp_path / "croissant.json").read_text())["recordSet"][0]["field"]
    assert [field["dataType"] for field in fields] == [words for _, _, words, _ in TYPED]


def test_the_folder_loads_as_one_table_in_datasets(bundle: Path, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import datasets

        loaded = datasets.load_dataset(str(bundle), split="train", cache_dir=str(tmp_path))
    assert (loaded.num_rows, loaded.column_names) == (3, TABLE.column_names)
    assert loaded[1] == {"age": 44.0, "état": None, "member": False}


def test_the_readme_is_a_dataset_card_of_hugging_face(bundle: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from huggingface_hub import DatasetCard

        card = DatasetCard.load(bundle / "README.md")
    assert card.data.pretty_name == "claims-2026, release 2"
    assert card.data.size_categories == ["n<1K"]
    assert "synthetic" in card.data.tags
    assert "Cleo let pass: utility" in card.text


def test_the_provenance_loads_in_prov_and_leads_back_to_the_source(bundle: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from prov.model import ProvDerivation, ProvDocument

        document = ProvDocument.deserialize(source=str(bundle / "metadata/prov.json"), format="json")
    derived = {str(record.args[0]): str(record.args[1]) for record in document.get_records(ProvDerivation)}
    assert derived == {"sp:artefact": "sp:minimised", "sp:minimised": "sp:source"}
    assert len(document.get_record("sp:person-u-1")) == 1


def test_the_catalogue_entry_is_rdf_with_a_distribution_of_the_signed_bytes(bundle: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from rdflib import Graph

        graph = Graph().parse(bundle / "metadata/dcat.jsonld", format="json-ld")
    found: Any = list(
        graph.query(
            "SELECT ?title ?size ?sum WHERE { ?d a dcat:Dataset ; dcterms:title ?title ; dcat:distribution ?f . "
            "?f dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?sum }",
            initNs={"spdx": "http://spdx.org/rdf/terms#", "dcterms": "http://purl.org/dc/terms/"},
        )
    )
    size = (bundle / "data/train.parquet").stat().st_size
    assert [(str(title), int(length)) for title, length, _ in found] == [("claims-2026, release 2", size)]


def test_the_dictionary_stands_in_card_and_description(bundle: Path) -> None:
    text = (bundle / "README.md").read_text()
    assert "| age | numerical | years | At the interview. |  |  |  | 0 to 120 |" in text
    assert "33.3 %" in text
    fields = json.loads((bundle / "croissant.json").read_text())["recordSet"][0]["field"]
    assert fields[0]["description"] == "At the interview. Unit: years. Allowed: 0 to 120."


def test_a_parquet_file_says_the_terms_that_the_description_says(bundle: Path) -> None:
    stated = notes_of(facts(), "")["synthportal.terms"]
    assert stated.startswith("CC BY 4.0, with attribution: name the source. Prohibited: ")
    assert json.loads((bundle / "croissant.json").read_text())["license"] == stated


def test_what_nobody_answered_is_told_as_not_stated(bundle: Path) -> None:
    card = json.loads((bundle / "metadata/card.json").read_text())
    assert card["answers"]["population"] == "Customers since 2019."
    assert card["answers"]["retention"] == "not stated"
    assert card["effort"]["runs"] == 4
