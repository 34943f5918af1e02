"""The documents of a release: written in order, each with the digest it is signed by."""

from __future__ import annotations

import hashlib

from reviews.engine.bundle.catalogue import DOCUMENTS, write_documents
from reviews.engine.bundle.material import FileFacts, Material
from tests.reviews.engine.certificate.facts import ARTEFACT, SHA256, release_facts

DATA = FileFacts("data/train.parquet", "Parquet", "application/vnd.apache.parquet", len(ARTEFACT), SHA256, rows=39_073)


RECORD = {"draw": {}, "gate": {}}


def written() -> list[tuple[FileFacts, bytes]]:
    material, contents = write_documents(Material(release_facts(), (DATA,), record=RECORD))
    return list(zip(material.files[1:], contents, strict=True))


def test_every_document_is_written_and_named_by_its_own_digest() -> None:
    assert [file.path for file, _ in written()] == [document.path for document in DOCUMENTS]
    for file, content in written():
        assert (file.sha256, file.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_the_manifest_lists_the_records_and_every_document_but_itself() -> None:
    *others, (_, manifest) = written()
    named = dict(reversed(line.split("  ")) for line in manifest.decode().splitlines())
    assert named == {DATA.path: SHA256, **{file.path: file.sha256 for file, _ in others}}


def test_no_two_documents_share_a_path_and_none_leaves_the_bundle() -> None:
    paths = [document.path for document in DOCUMENTS]
    assert len(set(paths)) == len(paths)
    assert not [path for path in paths if path.startswith("/") or ".." in path.split("/")]


def test_the_readme_begins_with_the_claim_and_what_people_typed_is_no_markup() -> None:
    readme = {file.path: content for file, content in written()}["README.md"].decode()
    _, head, text = readme.split("---\n")
    assert "  - split: train\n    path: data/train.parquet" in head
    lines = [line for line in text.splitlines() if line]
    assert lines[0] == "# claims-2026, release 2"
    assert lines[1].startswith("**95 % sure that fewer than 1 % of the 39,073 records carry what ")
    assert "<b>" not in text
