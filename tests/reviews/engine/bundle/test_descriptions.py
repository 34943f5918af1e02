"""The machine-readable descriptions of a release, as the tools that read them see them."""

from __future__ import annotations

import io
import json
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reviews.engine.bundle.documents.card import CARD_JSON
from reviews.engine.bundle.documents.croissant import CROISSANT
from reviews.engine.bundle.documents.dcat import DCAT
from reviews.engine.bundle.documents.prov import PROV
from reviews.engine.bundle.documents.readme import README
from reviews.engine.bundle.material import FileFacts, Material
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
    import hashlib

    file = FileFacts(
        "data/train.parquet", "Parquet", "application/vnd.apache.parquet", len(kept.getvalue()),
        hashlib.sha256(kept.getvalue()).hexdigest(), rows=3,
    )  # fmt: skip
    material = Material(facts(), (file,), address="https://portal.example")
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
    assert found.metadata.data_biases[0] == "état = Graz: 0.93 of the skill kept (0.88 to 0.97)"
    assert "Population: Customers since 2019." in found.metadata.data_collection


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


def test_what_nobody_answered_is_told_as_not_stated(bundle: Path) -> None:
    card = json.loads((bundle / "metadata/card.json").read_text())
    assert card["answers"]["population"] == "Customers since 2019."
    assert card["answers"]["retention"] == "not stated"
    assert card["effort"]["runs"] == 4
