"""Every file of a release is laid out before the signature, and named in it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client
from google.protobuf.json_format import ParseDict
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1.statement_pb2 import Statement as Proto
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

from reviews.engine.bundle.catalogue import DOCUMENTS
from reviews.engine.bundle.statement import build_statement
from reviews.models import Attestation, Release
from reviews.repositories.trust.attestations import attested
from reviews.repositories.trust.keys import public_key_hex
from reviews.stages.release import withdraw_release
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent, Person
from tests.reviews.signing import publish

SignIn = Callable[[str], Client]


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def said(release: Release) -> dict[str, Any]:
    envelope = Attestation.objects.get(release=release).envelope
    return json.loads(base64.b64decode(envelope["payload"]))


def test_other_peoples_readers_accept_the_envelope_and_the_statement(release: Release) -> None:
    row = Attestation.objects.get(release=release)
    key = SSlibKey(row.key_id, "ed25519", "ed25519", {"public": public_key_hex()})
    assert Envelope.from_dict(dict(row.envelope)).verify([key], 1) == {row.key_id: key}
    proto = ParseDict(said(release), Proto())
    statement = Statement(list(proto.subject), proto.predicate_type, proto.predicate)
    statement.validate()
    assert {subject.name for subject in proto.subject} >= {"data/train.parquet", "release-1.csv", "verify.py"}


def test_every_format_and_document_is_a_subject_and_comes_with_the_digest_that_was_signed(
    release: Release, client_of: SignIn
) -> None:
    client, subjects = client_of("dan"), said(release)["subject"]
    assert len(subjects) == 6 + 1 + len(DOCUMENTS)
    for subject in subjects:
        sent = client.get(f"/releases/{release.pk}/files/{subject['name']}")
        assert sent.status_code == 200, subject
        assert hashlib.sha256(body(sent)).hexdigest() == subject["digest"]["sha256"], subject


def test_the_predicate_says_what_was_claimed_by_whom_on_what_evidence(release: Release) -> None:
    predicate = said(release)["predicate"]
    assert predicate["claim"] == release.claim
    assert predicate["dossier"] == release.dossier_hash
    assert predicate["certificate"] == release.certificate["certificate"]
    assert {one["role"]: one["name"] for one in predicate["approvers"]} == {"owner": "ana", "steward": "cleo"}
    assert predicate["policy"]["name"] == "quick"
    assert predicate["counts"]["leaks"] == 0
    assert predicate["seed"]["proof"]
    assert predicate["lineage"]["source"]["sha256"] == release.run.dataset.sha256
    assert predicate["waivers"][0]["reason"] == "Good enough to try the tools."
    assert predicate["expires"]


def test_the_records_in_the_bundle_are_labelled_and_begin_with_the_reviewed_bytes(
    release: Release, client_of: SignIn
) -> None:
    labelled = body(client_of("dan").get(f"/releases/{release.pk}/files/data/train.parquet"))
    size = release.run.artefact_size
    assert hashlib.sha256(labelled[:size]).hexdigest() == release.artefact_sha256
    table, plain = pq.read_table(io.BytesIO(labelled)), pq.read_table(io.BytesIO(labelled[:size]))
    assert table.equals(plain)
    said = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    assert said["synthportal.label"] == "synthetic; not anonymous by default"
    assert said["synthportal.release"] == f"1 ({release.pk})"
    assert "Prohibited: Re-identifying people" in said["synthportal.terms"]
    assert {key: said[key] for key in said if not key.startswith("synthportal.")} == {
        key.decode(): value.decode() for key, value in (plain.schema.metadata or {}).items()
    }


def test_the_records_of_a_bundle_are_read_by_its_croissant_in_the_types_of_its_parquet(
    release: Release, client_of: SignIn, tmp_path: Path
) -> None:
    sent = body(client_of("dan").get(f"/releases/{release.pk}/export/?format=bundle"))
    with zipfile.ZipFile(io.BytesIO(sent)) as bundle:
        bundle.extractall(tmp_path)
    table = pq.read_table(tmp_path / "data/train.parquet")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlcroissant

        first = next(iter(mlcroissant.Dataset(str(tmp_path / "croissant.json")).records("train")))
    as_read = {
        name: value.encode() if isinstance(value, str) else value
        for name, value in table.slice(0, 1).to_pylist()[0].items()
    }
    assert list(first.values()) == list(as_read.values())
    assert [type(one) for one in first.values()] == [type(one) for one in as_read.values()]
    assert {int, bytes} <= {type(one) for one in first.values()}


def test_the_commitment_to_the_draw_stood_in_the_trail_before_the_first_verdict(release: Release) -> None:
    drawn = AuditEvent.objects.get(action="sampled")
    assert drawn.facts["seed"] == said(release)["predicate"]["seed"]["commitment"]
    assert drawn.seq < AuditEvent.objects.filter(action="released").earliest("seq").seq


def test_until_it_is_signed_only_parquet_leaves(unsigned: Release, client_of: SignIn) -> None:
    client, address = client_of("dan"), f"/releases/{unsigned.pk}/export/"
    assert hashlib.sha256(body(client.get(address))).hexdigest() == unsigned.artefact_sha256
    refused = client.get(address, {"format": "csv"})
    assert refused.status_code == 409
    assert "once they are laid out and signed" in refused.content.decode()
    publish(unsigned)
    assert body(client.get(address, {"format": "csv"})).startswith(b"age,")


def test_what_is_withdrawn_while_its_files_are_laid_out_is_not_signed(
    unsigned: Release, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def withdrawn_first(*given: Any) -> Any:
        withdraw_release(unsigned, reason="A person recognised herself.", by=people["cleo"])
        return build_statement(*given)

    monkeypatch.setattr("reviews.stages.attest.build_statement", withdrawn_first)
    work_through(unsigned.pk)
    assert Attestation.objects.get(release=unsigned).signed_at is None
    assert AuditEvent.objects.filter(action="attested").count() == 0


def test_a_test_split_holds_other_records_than_the_train_split_and_together_they_are_all(
    unsigned: Release, people: dict[str, Person], client_of: SignIn
) -> None:
    from reviews.tasks import submit_attestation

    publish(unsigned)
    submit_attestation(unsigned, by=people["cleo"], days=30, test_share=0.2)
    publish(unsigned)
    sent = body(client_of("dan").get(f"/releases/{unsigned.pk}/export/?format=bundle"))
    with zipfile.ZipFile(io.BytesIO(sent)) as bundle:
        tables = [pq.read_table(io.BytesIO(bundle.read(f"data/{name}.parquet"))) for name in ("train", "test")]
        assert "split: test" in bundle.read("README.md").decode()
    whole = pq.read_table(io.BytesIO(body(client_of("dan").get(f"/releases/{unsigned.pk}/export/"))))
    assert [table.num_rows for table in tables] == [1600, 400]
    assert tables[0].schema.equals(whole.schema)
    assert all(table.schema.metadata[b"synthportal.label"].startswith(b"synthetic; ") for table in tables)
    rows = [sorted(map(repr, table.to_pylist())) for table in tables]
    assert sorted(rows[0] + rows[1]) == sorted(map(repr, whole.to_pylist()))
    assert attested(unsigned).row.number == 2  # type: ignore[union-attr]
