"""The canary of a release of texts: the same everywhere that is no record, and nowhere in a release of tables."""

from __future__ import annotations

import re
from dataclasses import replace

from generation.engine.llm.canary import canary_of, canary_of_release, guid_of
from reviews.engine.bundle.catalogue import DOCUMENTS, write_documents
from reviews.engine.bundle.material import Material, notes_of
from reviews.engine.certificate.certificate import build_certificate
from reviews.engine.certificate.datacard import data_card
from tests.reviews.engine.bundle.test_catalogue import DATA, RECORD
from tests.reviews.engine.certificate.facts import SHA256, release_facts

CANARY = canary_of_release(SHA256, to_train=True)
GUID = re.compile(r"canary GUID ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def documents(facts):
    material, contents = write_documents(Material(facts, (DATA,), record=RECORD))
    return {file.path: content.decode() for file, content in zip(material.files[1:], contents, strict=True)}


def test_a_canary_follows_from_the_bytes_alone_and_says_what_they_are_for():
    (guid,) = GUID.findall(CANARY)
    assert guid == guid_of(f"release {SHA256[:16]}")
    assert GUID.findall(canary_of_release(SHA256, to_train=False)) == [guid]
    assert GUID.findall(canary_of_release("e" * 64, to_train=True)) != [guid]
    assert canary_of("a set").startswith("BENCHMARK DATA, NEVER TRAIN ON IT.")
    assert "NEVER" not in CANARY


def test_the_bundle_the_card_the_certificate_and_the_parquet_name_the_canary():
    facts = replace(release_facts(), canary=CANARY)
    found = documents(facts)
    for path in ("README.md", "metadata/card.md", "metadata/card.json", "CANARY.txt"):
        assert GUID.findall(found[path]) == GUID.findall(CANARY), path
    assert "  CANARY.txt\n" in found["metadata/SHA256SUMS"]
    assert build_certificate(facts)["canary"] == data_card(facts)["canary"] == CANARY
    assert notes_of(facts, "")["synthportal.canary"] == CANARY


def test_a_release_of_a_table_has_none():
    facts = release_facts()
    assert set(documents(facts)) == {document.path for document in DOCUMENTS}
    assert "canary" not in build_certificate(facts)
    assert "synthportal.canary" not in notes_of(facts, "")
    assert "canary GUID" not in "".join(documents(facts).values())
