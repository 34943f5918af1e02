"""The gate as a table: every condition met, shut, waived and waived for other evidence; nothing opens it by absence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.engine.acceptance.decision import LotDecision, Outcome
from reviews.engine.gate.conditions import Condition, conditions, in_numbers
from reviews.engine.gate.facts import GateFacts, PlanFacts, RecomputedFacts, UpstreamFacts, WaiverFacts
from tests.reviews.engine.gate_cases import (
    BEFORE,
    EVIDENCE,
    NAMES,
    NOW,
    OPEN,
    PROGRESS,
    SHUT,
    metric,
    waived,
    with_metrics,
    with_progress,
    with_sample,
)


def line(facts: GateFacts, name: str) -> Condition:
    found = [one for one in conditions(facts) if one.name == name]
    assert len(found) == 1
    return found[0]


def test_a_second_worker_is_asked_for_only_where_the_administrator_does_and_opens_the_gate_when_it_agrees() -> None:
    assert "recomputed" not in [one.name for one in conditions(OPEN)]
    agreed = line(replace(OPEN, recomputed=RecomputedFacts("agrees", "checker")), "recomputed")
    assert (agreed.met, agreed.waivable, agreed.evidence) == (True, False, "The worker checker got the same figures.")


def test_a_source_that_was_made_from_what_still_stands_says_so() -> None:
    assert "made_from" not in [one.name for one in conditions(OPEN)]
    stands = line(replace(OPEN, made_from=(UpstreamFacts(2, "released"),)), "made_from")
    assert (stands.met, stands.waivable, stands.evidence) == (True, False, "Made from release 2 (released).")


def unmet(facts: GateFacts) -> list[str]:
    return [one.name for one in conditions(facts) if not one.met]


def test_a_gate_with_everything_in_order_is_open_and_says_what_it_rests_on() -> None:
    lines = conditions(OPEN)
    assert [one.name for one in lines] == NAMES
    assert [one.title for one in lines] == [
        "Purpose and prohibited uses stated",
        "Minimisation confirmed by the owner",
        "Evidence and review are about exactly these bytes",
        "What was measured is what stands here",
        "The trail is whole",
        "Judged by the limits that hold now",
        "Policy and limits stay above this portal's floor",
        "Privacy checks",
        "Useful for the purpose",
        "Faithful to the source",
        "Diverse enough",
        "Types and rules kept",
        "Sample reviewed to the quota",
        "Judged by enough different people",
        "No leak confirmed",
        "Records look real",
        "Not released or rejected before",
    ]
    assert all(one.met and not one.why and not one.needs_attention and not one.waiver for one in lines)
    assert [one.evidence for one in lines] == [
        "Training a model. Prohibited: Re-identification.",
        "Plan 2, direct identifiers left: 0, smallest group k = 11.",
        "SHA-256 9f9f9f9f9f9f…, 39,073 records.",
        "Evidence, plan, policy and verdicts agree with the trail.",
        "Its signed head is in the database, and no event is missing.",
        "Judged by the limits training 1 (2026-11).",
        "The floor is set by an administrator.",
        *["1 of 1 checks pass."] * 5,
        "490 of 490 judged by 2 annotators. Fewer than 1 % leak.",
        "2 annotators; the policy asks for 2 or more.",
        "0 confirmed leaks; one is enough to keep these bytes back.",
        "3 of 400 judged unrealistic; limit 10 %.",
        "0 earlier runs of this source rejected. Review 1 of this source.",
    ]


@pytest.mark.parametrize(("facts", "names", "why"), [case[1:] for case in SHUT], ids=[case[0] for case in SHUT])
def test_one_thing_that_is_wrong_shuts_its_condition_and_no_other(facts: GateFacts, names: list[str], why: str) -> None:
    assert unmet(facts) == names
    assert line(facts, names[0]).why == why


def test_what_is_not_there_is_said_of_each_condition_that_would_speak_of_it() -> None:
    lines = [one for one in conditions(replace(OPEN, evidence=None)) if not one.met]
    assert [one.evidence for one in lines] == ["Not computed."] * 6
    assert [one.title for one in lines][:2] == ["Judged by the limits that hold now", "Privacy checks"]
    assert [one.why for one in lines] == [
        "There is no evaluation yet.",
        "Privacy checks: there is no evaluation yet.",
        "Useful for the purpose: there is no evaluation yet.",
        "Faithful to the source: there is no evaluation yet.",
        "Diverse enough: there is no evaluation yet.",
        "Types and rules kept: there is no evaluation yet.",
    ]
    unsampled = line(replace(OPEN, sample=None), "review")
    assert (unsampled.title, unsampled.evidence) == ("Sample reviewed", "Not sampled.")


def test_several_sentences_stand_one_after_the_other() -> None:
    two = [metric("privacy", "block", "privacy_check", "One."), metric("privacy", "block", "b", "Two.")]
    assert line(with_metrics(*two), "privacy").why == "Privacy checks: One. Two."
    seen = [metric("privacy", "review", "privacy_check", "One."), metric("privacy", "review", "b", "Two.")]
    assert line(with_metrics(*seen), "privacy").evidence == "0 of 2 checks pass. For your attention: One. Two."
    laxer = replace(OPEN, evidence=replace(EVIDENCE, laxer=("One.", "Two.")))
    assert line(laxer, "limits").evidence.endswith(" Laxer than shipped: One. Two.")


def test_every_condition_is_shut_by_something_in_the_table() -> None:
    assert {name for case in SHUT for name in case[2]} == {*NAMES, "recomputed", "made_from"}


@pytest.mark.parametrize("group", ["utility", "fidelity", "diversity"])
def test_a_waiver_lets_a_shortfall_of_usefulness_pass_and_keeps_it_in_sight(group: str) -> None:
    short = with_metrics(metric(group, "block"))
    assert line(short, group).waivable
    found = line(waived(short, group), group)
    assert (found.met, found.why, found.needs_attention) == (True, "", True)
    assert found.waiver == "Good enough for a trial. (C. Steward)"
    assert found.evidence == "0 of 1 checks pass."
    assert unmet(waived(short, group)) == []


@pytest.mark.parametrize("group", ["utility", "fidelity", "diversity"])
def test_a_waiver_of_other_evidence_or_of_another_group_is_void(group: str) -> None:
    short = with_metrics(metric(group, "block"))
    other = {"utility": "fidelity", "fidelity": "diversity", "diversity": "utility"}[group]
    for void in (waived(short, group, evidence=BEFORE), waived(short, other)):
        found = line(void, group)
        assert (found.met, found.waiver, found.waivable) == (False, "", True)
        assert found.why.endswith(f"{group}_check is block.")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("utility", "fidelity", "diversity")])
def test_nothing_else_can_be_waived(name: str) -> None:
    shutting = next(facts for _, facts, names, _ in SHUT if names[0] == name)
    found = line(waived(shutting, name), name)
    assert not found.met
    assert not found.waivable
    assert found.waiver == ""


def test_a_group_that_passes_offers_no_waiver() -> None:
    assert not line(OPEN, "utility").waivable
    assert not line(waived(OPEN, "utility"), "utility").needs_attention


def test_what_passes_with_a_warning_is_met_and_asks_for_the_stewards_eye() -> None:
    facts = with_metrics(metric("privacy"), metric("privacy", "review", "near_copies", "Eleven near copies."))
    found = line(facts, "privacy")
    assert (found.met, found.needs_attention) == (True, True)
    assert found.evidence == "1 of 2 checks pass. For your attention: Eleven near copies."


def test_a_check_that_the_purpose_does_not_need_may_be_left_out() -> None:
    assert unmet(with_metrics(metric("utility"), metric("utility", "not computed", "coverage"))) == []
    found = line(with_metrics(metric("utility"), metric("utility", "informational", "shift")), "utility")
    assert found.evidence == "1 of 1 checks pass."


def test_limits_laxer_than_shipped_are_named() -> None:
    laxer = replace(OPEN, evidence=replace(EVIDENCE, laxer=("Near copies may be 2 %.",)))
    found = line(laxer, "limits")
    assert (found.met, found.needs_attention) == (True, True)
    assert found.evidence.endswith(" Laxer than shipped: Near copies may be 2 %.")


def test_a_plan_with_several_looks_may_accept_early() -> None:
    early = with_sample(
        progress=replace(PROGRESS, required=720, unneeded=320, decision=LotDecision(Outcome.ACCEPT, 400, 0)),
    )
    assert unmet(early) == []
    said = "490 of 490 judged by 2 annotators. The plan accepted early: 320 more are no longer needed. Fewer than 1 %"
    assert line(early, "review").evidence.startswith(said)


def test_one_confirmed_leak_keeps_the_bytes_back_even_where_the_plan_could_bear_it() -> None:
    found = line(with_progress(leaks=1, decision=LotDecision(Outcome.ACCEPT, 555, 1)), "leaks")
    assert not found.met
    assert found.evidence == "1 confirmed leak; one is enough to keep these bytes back."


def test_a_paused_annotator_and_failed_siblings_ask_for_the_stewards_eye() -> None:
    assert line(with_progress(paused=1), "review").needs_attention
    found = line(replace(OPEN, failed_before=2), "attempts")
    assert (found.met, found.needs_attention) == (True, True)
    assert found.evidence.startswith("2 earlier runs of this source rejected.")
    assert line(replace(OPEN, failed_before=1), "attempts").evidence.startswith("1 earlier run of")


def test_a_policy_that_spends_its_risk_says_what_this_attempt_had_to_reach() -> None:
    found = line(with_sample(attempt=2, spends_attempts=True, confidence=0.975), "attempts")
    assert found.evidence.endswith(
        " Review 2 of this source: the policy spends its risk across attempts, so this one had to reach 97.5 % "
        "instead of 95 %."
    )


def test_an_unknown_k_and_an_accepted_review_are_said_as_they_are() -> None:
    assert line(replace(OPEN, plan=PlanFacts(1, True, 0, None)), "minimisation").evidence.endswith("k = unknown.")
    assert line(with_sample(status="accepted"), "attempts").met
    assert line(replace(OPEN, is_kept=False), "same_bytes").evidence == "No artefact."
    assert line(replace(OPEN, sample=None), "attempts").evidence == "0 earlier runs of this source rejected."


STATUSES = st.sampled_from(["pass", "review", "block", "not computed", "informational"])
GROUP_NAMES = st.sampled_from(["privacy", "utility", "fidelity", "diversity", "rules"])


@given(
    metrics=st.lists(st.builds(metric, GROUP_NAMES, STATUSES, st.sampled_from(["a", "b", "c"])), max_size=8),
    needed=st.frozensets(st.sampled_from(["a", "b", "c"])),
    waivers=st.lists(
        st.builds(WaiverFacts, GROUP_NAMES, st.sampled_from([NOW, BEFORE]), st.just("why"), st.just("who")), max_size=3
    ),
)
def test_whatever_the_evidence_a_blocking_privacy_check_shuts_the_gate(
    metrics: list[dict[str, Any]], needed: frozenset[str], waivers: list[WaiverFacts]
) -> None:
    facts = replace(OPEN, evidence=replace(EVIDENCE, metrics=metrics), needed=needed, waivers=waivers)
    lines = {one.name: one for one in conditions(facts)}
    assert list(lines) == NAMES
    assert all(one.met == (not one.why) for one in lines.values())
    for group in ("privacy", "rules"):
        assert not (lines[group].met and any(m["group"] == group and m["status"] == "block" for m in metrics))
    assert lines["privacy"].met <= (needed <= {m["name"] for m in metrics})


def test_what_needs_eyes_is_never_counted_as_simply_met() -> None:
    rejected_before = replace(OPEN, failed_before=1)
    shut = replace(rejected_before, is_kept=False)
    assert in_numbers(conditions(OPEN)) == "17 met"
    assert in_numbers(conditions(rejected_before)) == "16 met, 1 needs your eyes"
    assert in_numbers(conditions(shut)) == "15 met, 1 needs your eyes, 1 not met"
