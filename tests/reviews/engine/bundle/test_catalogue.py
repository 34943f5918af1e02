"""The documents of a release: written in order, each with the digest it is signed by."""

from __future__ import annotations

import hashlib

from reviews.engine.bundle.catalogue import DOCUMENTS, write_documents
from reviews.engine.bundle.material import FileFacts, Material
from tests.reviews.engine.certificate.facts import ARTEFACT, SHA256, release_facts

DATA = FileFacts("data/train.parquet", "Parquet", "application/vnd.apache.parquet", len(ARTEFACT), SHA256, rows=39_073)


def test_every_document_is_written_and_named_by_its_own_digest() -> None:
    written = write_documents(Material(release_facts(), (DATA,)))
    assert [file.path for file, _ in written] == [document.path for document in DOCUMENTS]
    for file, content in written:
        assert (file.sha256, file.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_the_manifest_lists_the_records_and_every_document_but_itself() -> None:
    *others, (_, manifest) = write_documents(Material(release_facts(), (DATA,)))
    named = dict(reversed(line.split("  ")) for line in manifest.decode().splitlines())
    assert named == {DATA.path: SHA256, **{file.path: file.sha256 for file, _ in others}}


def test_no_two_documents_share_a_path_and_none_leaves_the_bundle() -> None:
    paths = [document.path for document in DOCUMENTS]
    assert len(set(paths)) == len(paths)
    assert not [path for path in paths if path.startswith("/") or ".." in path.split("/")]
