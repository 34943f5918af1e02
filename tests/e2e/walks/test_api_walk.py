"""From an upload to a verified download over HTTP alone, as four people."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from reviews.engine.certificate.certificate import verify
from tests.e2e.callers import PATIENCE_SECONDS, Caller, SignedIn
from tests.faults.portal import wait_for


@pytest.mark.slow
def test_a_table_goes_from_upload_to_a_verified_download_over_http_alone(served, adult_file):
    ana, ben, dan = (Caller(served, name) for name in ("ana", "ben", "dan"))
    status, dataset = ana.upload(
        adult_file, name="customers", purpose="training", target="income", description="To estimate incomes."
    )
    assert status == 201, dataset
    data = f"/datasets/{dataset['id']}/"
    ana.wait(data, "profiled")
    columns = {column["label"]: column for column in ana.get(data + "columns/")}
    assert columns["email"]["role"] == "direct"
    assert columns["email"]["findings"][0]["entity"] == "EMAIL_ADDRESS"
    plan = ana.get(data + "plan/")
    assert plan["why_not_confirm"] == []
    changed = [
        t | ({"kind": "keep", "parameters": {}} if t["column"] == columns["age"]["name"] else {})
        for t in plan["treatments"]
    ]
    assert ana.call("PUT", data + "plan/", {"treatments": changed})[0] == 200
    ana.post(data + "minimise/", expect=202)
    assert ana.wait(data, "minimised")["rows"] == 40_000

    run = ana.post(data + "runs/", {"synthesizer": "trees", "rows": 3_000, "seed": 5, "policy": "quick"})
    ran = f"/runs/{run['id']}/"
    done = ana.wait(ran, "evaluated")
    metrics = {metric["name"]: metric for metric in ana.get(ran + "evaluation/")["metrics"]}
    assert metrics["rare_combination_excess"]["status"] in {"pass", "review"}
    assert Caller(served, "cleo").call("POST", ran + "release/", {})[0] == 403
    cora, cleo = (SignedIn(served, name) for name in ("cora", "cleo"))
    assert cleo.call("POST", ran + "release/", {})[0] == 400
    assert cleo.call("POST", ran + "release/", {"dossier_hash": "0" * 64})[0] == 409

    review = wait_for_review(cleo, ran)
    assert (review["n"], review["c"], review["p0"]) == (58, 0, 0.05)
    judged = judge_everything(ben, review["id"])
    assert judged == review["random"]["total"] + review["hunt"]["total"]
    assert ana.call("POST", ran + "release/", {})[0] == 403
    assert ben.call("POST", ran + "release/", {})[0] == 403

    gate = waive_what_may_be_waived(cora, ran)
    assert [line["why"] for line in gate["conditions"] if not line["met"]] == []
    approval = {"dossier_hash": gate["dossier_hash"], "seen": read_what_needs_eyes(gate)}
    if approval["seen"]:
        refused = cleo.post(ran + "release/", {"dossier_hash": gate["dossier_hash"]}, expect=400)
        assert all(name in refused["detail"] for name in approval["seen"])
    release = cleo.post(ran + "release/", approval)
    assert cleo.call("POST", ran + "release/", approval)[0] == 409
    check_download(dan, release, done)

    out = f"/releases/{release['id']}/"
    cleo.post(out + "withdraw/", {"reason": "The source was corrected."}, expect=200)
    assert dan.call("GET", out + "export/?format=parquet")[0] == 410
    assert "whole" in served.portal.manage("verify_audit")


def wait_for_review(person: Caller, ran: str) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        status, review, _ = person.call("GET", ran + "review/")
        if status == 200:
            return review
        time.sleep(0.3)
    checks = person.get(f"{ran}evaluation/")["checks"]
    told = [f"{check['name']}: {check['status']}" for check in checks if check["status"] in {"block", "undecided"}]
    raise AssertionError(f"The review never opened: {told}")


def judge_everything(annotator: Caller, review: str) -> int:
    judged = 0
    while True:
        status, record, headers = annotator.call("POST", f"/reviews/{review}/claim/", {})
        if status == 204:
            assert headers["X-Why"]
            return judged
        assert set(record) == {"id", "position", "fields", "token", "lease_until"}
        annotator.post(f"/records/{record['id']}/verdict/", {"verdict": "clean", "token": record["token"]})
        judged += 1


def waive_what_may_be_waived(steward: Caller, ran: str) -> Any:
    for line in steward.get(ran + "gate/")["conditions"]:
        if line["waivable"]:
            steward.post(ran + "waivers/", {"condition": line["name"], "reason": "Good enough for a first model."})
    return steward.get(ran + "gate/")


def read_what_needs_eyes(gate: Any) -> list[str]:
    return [line["name"] for line in gate["conditions"] if line["met"] and line["needs_attention"]]


def check_download(engineer: Caller, release: Any, run: Any) -> None:
    out = f"/releases/{release['id']}/"
    wait_for(lambda: engineer.call("GET", out + "attestation/")[0] == 200, "every file to be signed")
    for fmt in ("parquet", "csv", "jsonl"):
        status, body, headers = engineer.call("GET", f"{out}export/?format={fmt}")
        assert status == 200
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        assert headers["ETag"].strip('"') == hashlib.sha256(raw).hexdigest()
        if fmt == "parquet":
            assert hashlib.sha256(raw).hexdigest() == run["artefact_sha256"] == release["artefact_sha256"]
            part = engineer.call("GET", f"{out}export/?format=parquet", Range="bytes=0-3")
            assert (part[0], part[1]) == (206, b"PAR1")
    envelope = engineer.get(out + "certificate/")
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(envelope["signature"]["public_key"]))
    assert verify(envelope, key) == []
    assert "95 % sure that fewer than 5 %" in envelope["certificate"]["claim"]
    assert engineer.get(out + "card/")
