from __future__ import annotations

import copy
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command

from reviews.engine.acceptance.plans import fixed_plan
from reviews.engine.certificate import certificate as module
from reviews.engine.certificate.certificate import build_certificate, dossier_hash, sign, verify
from tests.reviews.engine.certificate.facts import ARTEFACT, SHA256, release_facts

# RFC 8032, section 7.1, test 1.
SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
KEY = Ed25519PrivateKey.from_private_bytes(SECRET)


def _envelope() -> dict:
    return json.loads(json.dumps(sign(build_certificate(release_facts()), KEY)))


def _leaves(value: object, path: tuple = ()) -> Iterator[tuple]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from _leaves(item, (*path, key))
    else:
        yield path


def _changed(envelope: dict, path: tuple) -> dict:
    other = copy.deepcopy(envelope)
    place = other["certificate"]
    for key in path[:-1]:
        place = place[key]
    value = place[path[-1]]
    place[path[-1]] = value + 1 if isinstance(value, int) else f"{value}x"
    return other


def test_a_certificate_holds_for_its_bytes_and_for_no_others() -> None:
    envelope = _envelope()
    assert envelope["signature"]["public_key"] == PUBLIC
    assert verify(envelope, KEY.public_key(), io.BytesIO(ARTEFACT)) == []
    assert verify(envelope, KEY.public_key(), io.BytesIO(ARTEFACT + b" ")) == [
        "The file is not the one that the certificate names."
    ]


def test_changing_any_one_value_breaks_the_signature() -> None:
    envelope = _envelope()
    paths = list(_leaves(envelope["certificate"]))
    assert len(paths) > 100
    assert [path for path in paths if not verify(_changed(envelope, path), KEY.public_key())] == []


def test_a_number_in_place_of_its_decimal_string_is_a_change() -> None:
    envelope = _envelope()
    envelope["certificate"]["review"]["plan"]["ltpd"] = 0.01
    assert verify(envelope, KEY.public_key()) != []


def test_another_portals_key_does_not_verify() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    assert "The certificate was signed with another key." in verify(_envelope(), stranger)


@pytest.mark.parametrize(
    "envelope",
    [None, [], {}, {"certificate": {}}, {"certificate": {}, "signature": {}}, {"certificate": 1, "signature": 2}],
)
def test_what_is_not_a_certificate_is_refused_in_words(envelope: object) -> None:
    assert len(verify(envelope, KEY.public_key())) == 1


def test_a_certificate_nested_without_end_is_refused_and_not_a_crash() -> None:
    envelope = _envelope()
    deep: list = []
    for _ in range(50_000):
        deep = [deep]
    envelope["certificate"]["people"] = deep
    assert len(verify(envelope, KEY.public_key())) == 1


def test_the_certificate_says_what_is_claimed_of_what() -> None:
    certificate = build_certificate(release_facts())
    assert certificate["claim"].startswith("95 % sure that fewer than 1 % of the 39,073 records carry what ")
    assert certificate["artefact"]["sha256"] == SHA256
    assert certificate["attempts"] == {"reviews_of_this_dataset": 2, "looks": 2}
    assert certificate["review"]["controls"] == {
        "judged": 30,
        "found": 30,
        "kinds": ["near copy of an invented person"],
    }
    assert certificate["dataset"]["prohibited_uses"] == ["naming a person", "pricing"]


def test_the_certificate_holds_no_condition_value_and_promises_nothing_it_cannot_keep() -> None:
    text = json.dumps(build_certificate(release_facts()), ensure_ascii=False).lower()
    assert "canary" not in text
    assert "one privacy-enhancing technology" in text
    assert [word for word in ("anonym", "safe", "complian", "distance") if word in text] == []


def test_the_provenance_ties_the_artefact_to_its_run_and_every_person_once() -> None:
    provenance = build_certificate(release_facts())["provenance"]
    generated = [each for each in provenance if each["type"] == "prov:wasGeneratedBy"]
    assert generated == [{"type": "prov:wasGeneratedBy", "entity": f"artefact:{SHA256}", "activity": "run:run-4"}]
    assert [each["id"] for each in provenance if each["type"] == "prov:Agent"] == ["person:u-1", "person:u-2"]


def test_the_dossier_changes_with_every_part() -> None:
    parts = {
        "artefact_sha256": "a" * 64, "evaluation_digest": "b" * 64, "verdicts_digest": "c" * 64,
        "policy": ("standard", 1), "plan": fixed_plan(10_000, 0.01, 0.95), "limits": "training 1 (2026-11)",
    }  # fmt: skip
    others = {
        "artefact_sha256": "d" * 64, "evaluation_digest": "d" * 64, "verdicts_digest": "d" * 64,
        "policy": ("standard", 2), "plan": replace(fixed_plan(10_000, 0.01, 0.95), ltpd=0.02),
        "limits": "training 2 (2026-11)",
    }  # fmt: skip
    hashes = {dossier_hash(**parts), *(dossier_hash(**(parts | {name: other})) for name, other in others.items())}
    assert len(hashes) == 7
    assert dossier_hash(**parts) == dossier_hash(**parts)
    with pytest.raises(ValueError, match="64 lower-case hex"):
        dossier_hash(**(parts | {"verdicts_digest": "C" * 64}))


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    certificate, artefact = tmp_path / "certificate.json", tmp_path / "data.parquet"
    certificate.write_text(json.dumps(_envelope(), indent=2), encoding="utf-8")
    artefact.write_bytes(ARTEFACT)
    return str(certificate), str(artefact)


def test_the_standalone_check_in_the_docs_accepts_it_and_refuses_another_file(files: tuple[str, str]) -> None:
    code = "\n".join(line[4:] for line in (module.__doc__ or "").splitlines() if line.startswith("    "))
    good = subprocess.run([sys.executable, "-c", code, *files, PUBLIC], capture_output=True, text=True, check=False)
    assert good.stdout.startswith("valid: 95 % sure"), good.stderr
    bad = subprocess.run([sys.executable, "-c", code, files[0], files[0], PUBLIC], capture_output=True, check=False)
    assert bad.returncode != 0


def test_the_command_verifies_offline_with_a_pem_or_a_hex_key(files: tuple[str, str], tmp_path: Path, capsys) -> None:
    pem, raw = tmp_path / "key.pem", tmp_path / "key.hex"
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    pem.write_bytes(KEY.public_key().public_bytes(encoding, form))
    raw.write_text(PUBLIC + "\n")
    for key in (pem, raw):
        call_command("verify_certificate", files[0], "--public-key", str(key), "--file", files[1])
        assert capsys.readouterr().out.startswith("Valid: 95 % sure")


def test_without_a_key_of_ones_own_the_command_says_what_was_not_shown(files: tuple[str, str], capsys) -> None:
    call_command("verify_certificate", files[0])
    out = capsys.readouterr().out
    assert "compare it with the one that the portal publishes" in out
    assert "No file was checked" in out


def test_the_command_refuses_another_file_a_broken_file_and_a_missing_one(
    files: tuple[str, str], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    for arguments, reason in [
        ([files[0], "--file", files[0]], "NOT valid"),
        ([str(broken)], "not a JSON file"),
        ([str(tmp_path / "none.json")], "cannot be read"),
        ([files[0], "--public-key", files[1]], "neither PEM nor 64 hex"),
    ]:
        with pytest.raises(CommandError, match=reason):
            call_command("verify_certificate", *arguments)
