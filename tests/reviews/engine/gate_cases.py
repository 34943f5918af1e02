"""A gate with everything in order, and the table of what shuts it: one thing wrong at a time, and what is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reviews.engine.acceptance.decision import Claim, LotDecision, Outcome
from reviews.engine.acceptance.progress import Controls, Progress
from reviews.engine.gate.conditions import ALARM, DIFFERS, TOUCHED, UNSIGNED, WAITS
from reviews.engine.gate.facts import (
    EvidenceFacts,
    GateFacts,
    PlanFacts,
    RecomputedFacts,
    SampleFacts,
    UpstreamFacts,
    WaiverFacts,
)

BYTES, OTHER = "9f" * 32, "0a" * 32
NOW, BEFORE = "ee" * 32, "dd" * 32
NAMES = [
    "purpose", "minimisation", "same_bytes", "untouched", "trail", "limits", "floor", "privacy", "utility", "fidelity",
    "diversity", "rules", "review", "annotators", "leaks", "realism", "attempts",
]  # fmt: skip


def metric(group: str, status: str = "pass", name: str = "", sentence: str = "") -> dict[str, Any]:
    name = name or f"{group}_check"
    return {"group": group, "name": name, "status": status, "sentence": sentence or f"{name} is {status}."}


METRICS = tuple(metric(group) for group in ("privacy", "utility", "fidelity", "diversity", "rules"))
PROGRESS = Progress(
    required=400,
    judged=400,
    hunt=50,
    hunt_judged=50,
    leak_controls=Controls(30, 30, 30),
    nonsense=Controls(10, 10, 9),
    unneeded=0,
    open_flags=0,
    leaks=0,
    leaks_in_hunt=0,
    unrealistic=3,
    annotators=2,
    paused=0,
    decision=LotDecision(Outcome.ACCEPT, 400, 0),
    claim=Claim(0.00998, "fewer than 1 % leak"),
    realism_bound=0.02,
    realism_limit=0.1,
)
SAMPLE = SampleFacts(BYTES, "open", PROGRESS, 2, 1, False, 0.95, 0.95)
EVIDENCE = EvidenceFacts(BYTES, NOW, "training 1 (2026-11)", (), METRICS)
OPEN = GateFacts(
    purpose="Training a model",
    prohibited_uses="Re-identification.",
    plan=PlanFacts(2, True, 0, 11),
    artefact_sha256=BYTES,
    rows=39_073,
    is_kept=True,
    evidence=EVIDENCE,
    limits_now="training 1 (2026-11)",
    needed=frozenset({"privacy_check", "utility_check"}),
    waivers=(),
    sample=SAMPLE,
    is_released=False,
    failed_before=0,
    touched=(),
)


def with_metrics(*metrics: dict[str, Any]) -> GateFacts:
    """The open gate, with these metrics instead of those of the same groups."""
    replaced = {one["group"] for one in metrics}
    kept = [one for one in METRICS if one["group"] not in replaced]
    return replace(OPEN, evidence=replace(EVIDENCE, metrics=[*kept, *metrics]))


def with_sample(**changes: Any) -> GateFacts:
    return replace(OPEN, sample=replace(SAMPLE, **changes))


def with_progress(**changes: Any) -> GateFacts:
    return with_sample(progress=replace(PROGRESS, **changes))


def waived(facts: GateFacts, condition: str, evidence: str = NOW) -> GateFacts:
    return replace(facts, waivers=[WaiverFacts(condition, evidence, "Good enough for a trial.", "C. Steward")])


ACCEPT, REJECT, GO_ON = (LotDecision(outcome, 400, 0) for outcome in (Outcome.ACCEPT, Outcome.REJECT, Outcome.CONTINUE))
UNSTATED = "The owner has not stated the purpose and the prohibited uses."
NOT_MINIMISED = "The confirmed plan leaves direct identifiers without an exception, or is not confirmed."
OTHER_BYTES = "There is no artefact, or evidence and review speak of other bytes than it has."
LEAKED = "1 leak was confirmed. Without it these are other bytes, which need a sample of their own."
NOBODY = "its plan does not accept."
STILL_OPEN = "The sample review is not complete: "
LEFT, GONE = UpstreamFacts(2, "released"), UpstreamFacts(3, "withdrawn")
OF = "Release 3, which the source was made from,"
# What was changed, which conditions it shuts, and what the first of them says.
SHUT: list[tuple[str, GateFacts, list[str], str]] = [
    ("no purpose", replace(OPEN, purpose=""), ["purpose"], UNSTATED),
    ("no prohibited uses", replace(OPEN, prohibited_uses=" \n"), ["purpose"], UNSTATED),
    ("a plan that nobody confirmed", replace(OPEN, plan=PlanFacts(2, False, 0, 11)), ["minimisation"], NOT_MINIMISED),
    ("a direct identifier left", replace(OPEN, plan=PlanFacts(2, True, 1, 11)), ["minimisation"], NOT_MINIMISED),
    (
        "a source of a withdrawn release",
        replace(OPEN, made_from=(LEFT, GONE)),
        ["made_from"],
        f"{OF} was withdrawn: nothing that was made from it is released. Make the dataset anew from another source.",
    ),
    (
        "a source of an expired release",
        replace(OPEN, made_from=(replace(GONE, standing="expired"),)),
        ["made_from"],
        f"{OF} has expired: ask a steward to release it anew, and make the dataset from that.",
    ),
    (
        "a source of a suspended release",
        replace(OPEN, made_from=(replace(GONE, standing="suspended"),)),
        ["made_from"],
        f"{OF} is suspended while a reported record is looked at: wait until a steward has settled the report.",
    ),
    ("no bytes in the vault", replace(OPEN, is_kept=False), ["same_bytes"], OTHER_BYTES),
    (
        "evidence of other bytes",
        replace(OPEN, evidence=replace(EVIDENCE, artefact_sha256=OTHER)),
        ["same_bytes"],
        OTHER_BYTES,
    ),
    ("a review of other bytes", with_sample(artefact_sha256=OTHER), ["same_bytes"], OTHER_BYTES),
    ("no second worker", replace(OPEN, recomputed=RecomputedFacts("waits")), ["recomputed"], WAITS),
    ("other figures", replace(OPEN, recomputed=RecomputedFacts("differs", "checker")), ["recomputed"], DIFFERS),
    (
        "unsigned figures",
        replace(OPEN, recomputed=RecomputedFacts("agrees", "checker", True)),
        ["recomputed"],
        UNSIGNED,
    ),
    (
        "a verdict that was rewritten",
        replace(OPEN, touched=("A verdict is not what it was when it was recorded.",)),
        ["untouched"],
        f"A verdict is not what it was when it was recorded. {TOUCHED}",
    ),
    (
        "a trail that was cut off",
        replace(OPEN, alarm="Events are missing."),
        ["trail"],
        f"Events are missing. {ALARM}",
    ),
    (
        "limits that changed since",
        replace(OPEN, limits_now="training 2 (2026-11)"),
        ["limits"],
        "The limits changed since; evaluate again: training 2 (2026-11) hold now, not training 1 (2026-11).",
    ),
    (
        "a policy below the floor",
        replace(OPEN, below_floor=("ltpd is above 5 %.", "confidence is below 90 %.")),
        ["floor"],
        "ltpd is above 5 %. confidence is below 90 %.",
    ),
    (
        "no evaluation",
        replace(OPEN, evidence=None),
        ["limits", "privacy", "utility", "fidelity", "diversity", "rules"],
        "There is no evaluation yet.",
    ),
    (
        "privacy that blocks",
        with_metrics(metric("privacy", "block")),
        ["privacy"],
        "Privacy checks: privacy_check is block.",
    ),
    (
        "rules that block",
        with_metrics(metric("rules", "block")),
        ["rules"],
        "Types and rules kept: rules_check is block.",
    ),
    (
        "utility that blocks",
        with_metrics(metric("utility", "block")),
        ["utility"],
        "Useful for the purpose: utility_check is block.",
    ),
    (
        "fidelity that blocks",
        with_metrics(metric("fidelity", "block")),
        ["fidelity"],
        "Faithful to the source: fidelity_check is block.",
    ),
    (
        "diversity that blocks",
        with_metrics(metric("diversity", "block")),
        ["diversity"],
        "Diverse enough: diversity_check is block.",
    ),
    (
        "a needed check that was not computed",
        with_metrics(metric("privacy", "not computed")),
        ["privacy"],
        "Privacy checks: privacy_check is not computed.",
    ),
    (
        "a needed check of usefulness that was not computed",
        with_metrics(metric("utility", "not computed")),
        ["utility"],
        "Useful for the purpose: utility_check is not computed.",
    ),
    (
        "a needed check that is missing",
        with_metrics(metric("privacy", name="another_check")),
        ["privacy"],
        "Privacy checks: The check privacy_check is missing.",
    ),
    ("no review", replace(OPEN, sample=None), ["review"], "The sample review has not begun."),
    (
        "the same bytes as an earlier run",
        replace(OPEN, sample=None, twin="run 1"),
        ["review"],
        "Run 1 made exactly these bytes, and its review counts.",
    ),
    (
        "a record that waits",
        with_progress(judged=399, decision=GO_ON),
        ["review"],
        STILL_OPEN + "1 record still waits for a person.",
    ),
    (
        "a record of the hunt that waits",
        with_progress(hunt_judged=49),
        ["review"],
        STILL_OPEN + "1 record still waits for a person.",
    ),
    (
        "a control that waits",
        with_progress(leak_controls=Controls(30, 29, 29)),
        ["review"],
        STILL_OPEN + "1 record still waits for a person.",
    ),
    (
        "a flag that waits, and a paused annotator",
        with_progress(open_flags=1, paused=1),
        ["review"],
        STILL_OPEN + "1 flag still waits for a person; 1 annotator paused.",
    ),
    ("a plan that goes on", with_progress(decision=GO_ON), ["review"], STILL_OPEN + NOBODY),
    ("a plan that rejects", with_progress(decision=REJECT), ["review"], STILL_OPEN + NOBODY),
    (
        "too many controls missed",
        with_progress(leak_controls=Controls(30, 30, 27), decision=LotDecision(Outcome.UNCALIBRATED, 400, 0)),
        ["review"],
        "Annotators missed 3 controls, more than the plan allows: what they found clean cannot carry the claim, and "
        "these bytes have no second sample. A new run has.",
    ),
    (
        "one annotator alone",
        with_progress(annotators=1),
        ["annotators"],
        "Too few people judged records: 1, and the policy asks for 2 or more.",
    ),
    ("a leak in the sample", with_progress(leaks=1), ["leaks"], LEAKED),
    (
        "a leak in the hunt",
        with_progress(leaks_in_hunt=1),
        ["leaks"],
        LEAKED,
    ),
    (
        "a rejected review",
        with_sample(status="rejected"),
        ["leaks", "attempts"],
        "The review was rejected.",
    ),
    (
        "a rejected review that was not complete",
        with_sample(status="rejected", progress=replace(PROGRESS, judged=12, decision=GO_ON)),
        ["review", "leaks", "attempts"],
        "The review was rejected.",
    ),
    (
        "records that look odd",
        with_progress(realism_bound=0.1, realism_limit=0.05, unrealistic=21),
        ["realism"],
        "Too many records look unrealistic.",
    ),
    (
        "records that look odd as often as they may, which chance explains",
        with_progress(realism_bound=0.1, realism_limit=0.05, unrealistic=20),
        ["realism"],
        "Too few records were judged to say that they look real.",
    ),
    ("bytes that were released", replace(OPEN, is_released=True), ["attempts"], "These bytes were released already."),
    (
        "a review that was released",
        with_sample(status="released"),
        ["attempts"],
        "The review of these bytes is closed.",
    ),
]
