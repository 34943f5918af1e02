"""The program in the bundle and the engine, written twice, agree: on every plan, and on samples that are too small."""

from __future__ import annotations

import hashlib
import io
import zipfile
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reviews.engine.acceptance.decision import Outcome, claim_so_far, decide_after
from reviews.engine.acceptance.plans import Look, Plan, PlanKind
from reviews.engine.attestation.dsse import envelope_bytes, seal
from reviews.engine.bundle.check import ATTESTATION, check_bundle
from reviews.engine.bundle.verify import check, gate_faults, plan_faults
from reviews.engine.certificate.canonical import as_json
from reviews.engine.gate.conditions import conditions
from reviews.engine.policy.policy import QUICK, STANDARD, STRICT, ReviewPolicy, plan_for
from tests.reviews.engine.gate_cases import OPEN, SHUT

POLICIES = [
    QUICK,
    STANDARD,
    STRICT,
    replace(STANDARD, plan_kind=PlanKind.THREE_LOOK),
    replace(STANDARD, plan_kind=PlanKind.SEQUENTIAL, accept=2),
]


def judged(plan: Plan, shown: tuple[int, int], completed: int | None = None) -> dict[str, Any]:
    """The parts of a review record that the program computes plan and bound from."""
    lane = {"leaks": [], "completed": plan.n if completed is None else completed}
    progress = {"leak_controls": {"judged": shown[0], "found": shown[1]}}
    return {"plan": as_json(asdict(plan)), "random_lane": lane, "gate": {"sample": {"progress": progress}}}


@pytest.mark.parametrize("lot", [2_000, 200_000, 50_000_000])
@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: f"{policy.name} {policy.plan_kind}")
def test_every_plan_and_its_bound_come_out_as_the_engine_has_them(policy: ReviewPolicy, lot: int) -> None:
    plan = plan_for(policy, lot)
    shown = (plan.planted, plan.planted - min(1, plan.missable))
    decision = decide_after(plan, plan.n, [], shown)
    assert decision.outcome is Outcome.ACCEPT
    bound = claim_so_far(plan, decision, shown).bound
    assert plan_faults(judged(plan, shown), as_json(bound)) == []
    assert plan_faults(judged(plan, shown), as_json(bound * 0.99)) != []


def test_a_sample_that_is_too_small_or_not_finished_is_told() -> None:
    plan = plan_for(QUICK, 10_000)
    assert plan_faults(judged(plan, (0, 0), completed=plan.n - 1), "0.05") == [
        "the sample was not accepted by its plan"
    ]
    small = replace(plan, looks=(Look(plan.n - 1, 0, 1),))
    assert "the sample is too small for its claim" in plan_faults(judged(small, (0, 0)), "0.05")


def test_reviewers_who_missed_more_than_the_plan_allows_are_told() -> None:
    plan = plan_for(STANDARD, 10_000)
    record = judged(plan, (plan.planted, plan.planted - plan.missable - 1))
    assert "reviewers missed more planted leaks than the plan allows" in plan_faults(record, "0.01")


def as_record(facts: Any) -> Any:
    return as_json(asdict(facts) | {"needed": sorted(facts.needed)})


def test_an_open_gate_is_open_to_both() -> None:
    assert gate_faults(as_record(OPEN)) == [line.why for line in conditions(OPEN) if not line.met] == []


@pytest.mark.parametrize(
    "case", [case for case in SHUT if case[1].evidence and case[1].sample], ids=lambda case: case[0]
)
def test_what_shuts_the_gate_is_found_by_both(case: Any) -> None:
    _, facts, shut, _ = case
    assert (gate_faults(as_record(facts)) != []) == bool(shut)


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def archive() -> bytes:
    """A signed bundle of one file beside the attestation."""
    content = b"a few words " * 9
    file = {"path": "a.txt", "title": "", "media_type": "", "size": len(content), "is_bundled": True}
    predicate = {
        "claim": "95 % sure.", "files": [file], "limits": {},
        "signer": {"public_key": KEY.public_key().public_bytes_raw().hex()},
        "certificate": {"artefact": {"bytes": 1, "sha256": ""}},
    }  # fmt: skip
    subject = [{"name": "a.txt", "digest": {"sha256": hashlib.sha256(content).hexdigest()}}]
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.txt", content)
        packed.writestr(ATTESTATION, envelope_bytes(seal({"subject": subject, "predicate": predicate}, KEY)))
    return written.getvalue()


def test_whichever_bit_of_an_archive_is_flipped_both_programs_end_with_a_sentence(tmp_path: Path) -> None:
    whole, path = archive(), tmp_path / "release-1.zip"
    path.write_bytes(whole)
    assert check(path)[1] == ["metadata/review.json: the verdict cannot be computed again"]
    assert check_bundle(path, KEY.public_key()).faults == ()
    start, end = whole.index(ATTESTATION.encode()) + len(ATTESTATION), whole.index(b"PK\x01\x02")
    named: set[str] = set()
    for place in (at for at in range(len(whole)) if not start + 8 < at < end - 8):
        for bit in range(8):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            path.write_bytes(changed)
            named.update(check(path)[1])
            with suppress(ValueError):
                named.update(check_bundle(path, KEY.public_key()).faults)
    assert {"a.txt was changed", "a.txt was changed.", f"{ATTESTATION}: it cannot be read"} <= named
