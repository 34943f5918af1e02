"""The gate as logic: which conditions a release needs, and which of them the facts meet. It reads nothing.

`conditions(facts)` is the whole rule. Facts are read once by repositories/gate/dossier.py; whatever is missing there is
a condition that is not met here, never one that is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviews.engine.acceptance.decision import Outcome
from reviews.engine.acceptance.progress import Progress
from reviews.engine.acceptance.words import percent
from reviews.engine.gate.facts import GateFacts, SampleFacts, WaiverFacts

WAIVABLE = ("utility", "fidelity", "diversity")
GROUPS = (
    ("privacy", "Privacy checks"),
    ("utility", "Useful for the purpose"),
    ("fidelity", "Faithful to the source"),
    ("diversity", "Diverse enough"),
    ("rules", "Types and rules kept"),
)
SETS = ("sets", "Every question or task is sound")
NOT_ASKED = "Not asked of such a source."
LIMITS_TITLE = "Judged by the limits that hold now"
_SHUT = {"block", "undecided"}
JUDGED = {"pass", "review", "undecided", "block"}
_OPEN, _ACCEPTED, _REJECTED = "open", "accepted", "rejected"


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the gate: `evidence` says what was found, `why` what is missing (empty when met).

    `needs_attention`: met, but something behind it asks for the steward's eye. `waiver`: the reason of a waiver.
    """

    name: str
    title: str
    met: bool
    evidence: str
    why: str = ""
    needs_attention: bool = False
    waivable: bool = False
    waiver: str = ""

    @property
    def needs_eyes(self) -> bool:
        """Met, and to be read by who signs before they sign."""
        return self.met and self.needs_attention


def conditions(facts: GateFacts) -> list[Condition]:
    """Every condition of a release, met or not, always in the same order. The gate is open when all are met."""
    return [line for check in _CHECKS for line in check(facts)]


def in_numbers(lines: Sequence[Condition]) -> str:
    """How a gate stands, where nothing that needs eyes counts as simply met: "12 met, 2 need your eyes, 1 not met"."""
    eyes, unmet = sum(line.needs_eyes for line in lines), sum(not line.met for line in lines)
    parts = [f"{len(lines) - eyes - unmet} met"]
    parts += [f"{eyes} {'needs' if eyes == 1 else 'need'} your eyes"] if eyes else []
    return ", ".join([*parts, f"{unmet} not met"] if unmet else parts)


def _purpose(facts: GateFacts) -> Iterator[Condition]:
    stated = bool(facts.purpose and facts.prohibited_uses.strip())
    yield Condition(
        "purpose",
        "Purpose and prohibited uses stated",
        stated,
        f"{facts.purpose}. Prohibited: {facts.prohibited_uses}",
        "" if stated else "The owner has not stated the purpose and the prohibited uses.",
    )


def _minimisation(facts: GateFacts) -> Iterator[Condition]:
    plan = facts.plan
    smallest = "unknown" if plan.smallest_group is None else plan.smallest_group
    met = plan.is_confirmed and not plan.direct_left
    found = f"Plan {plan.version}, direct identifiers left: {plan.direct_left}, smallest group k = {smallest}."
    yield Condition(
        "minimisation",
        "Minimisation confirmed by the owner",
        met,
        " ".join([found, *plan.exceptions]),
        "" if met else "The confirmed plan leaves direct identifiers without an exception, or is not confirmed.",
        needs_attention=bool(plan.exceptions),
    )


def _statement(facts: GateFacts) -> Iterator[Condition]:
    """What holds texts of the source needs the eye of who signs: the owner stated that they may leave."""
    if facts.statement:
        found = f"Contains source passages. The owner stated: {facts.statement}"
        yield Condition("passages", "Source passages may leave", True, found, needs_attention=True)


STANDS = "released"
CLOSED = {
    "withdrawn": "was withdrawn: nothing that was made from it is released. Make the dataset anew from another source.",
    "expired": "has expired: ask a steward to release it anew, and make the dataset from that.",
    "suspended": "is suspended while a reported record is looked at: wait until a steward has settled the report.",
}


def _upstream(facts: GateFacts) -> Iterator[Condition]:
    """Only where the source was made from what this portal released."""
    if not facts.made_from:
        return
    closed = [one for one in facts.made_from if one.standing != STANDS]
    found = [f"release {one.number} ({one.standing})" for one in facts.made_from]
    yield Condition(
        "made_from",
        "What the source was made from still stands",
        not closed,
        f"Made from {', '.join(found)}.",
        " ".join(f"Release {one.number}, which the source was made from, {CLOSED[one.standing]}" for one in closed),
    )


def _same_bytes(facts: GateFacts) -> Iterator[Condition]:
    speaking = [part for part in (facts.evidence, facts.sample) if part]
    met = facts.is_kept and all(part.artefact_sha256 == facts.artefact_sha256 for part in speaking)
    yield Condition(
        "same_bytes",
        "Evidence and review are about exactly these bytes",
        met,
        f"SHA-256 {facts.artefact_sha256[:12]}…, {facts.rows:,} records." if facts.is_kept else "No artefact.",
        "" if met else "There is no artefact, or evidence and review speak of other bytes than it has.",
    )


TOUCHED = (
    "What was measured or judged was changed past the portal. Tell an administrator and an auditor. Nothing of this "
    "run can be released: evaluate it again where only the evaluation differs, else make a new run."
)
ALARM = (
    "Nothing is released until an operator has looked into it: manage.py verify_audit says more, and "
    "docs/how-to/operate/keep-the-trail-elsewhere.md what to do."
)


def _untouched(facts: GateFacts) -> Iterator[Condition]:
    """Rows are compared with what the trail recorded when they were made. Lists do without: they open no gate."""
    if facts.touched is None:
        return
    older = facts.recorded_before
    found = f" {_several(older, 'part')} from before the trail kept contents." if older else ""
    yield Condition(
        "untouched",
        "What was measured is what stands here",
        not facts.touched,
        f"Evidence, plan, policy and verdicts agree with the trail.{found}" if not facts.touched else "They differ.",
        " ".join([*facts.touched[:5], TOUCHED]) if facts.touched else "",
        needs_attention=older > 0,
    )


def _trail(facts: GateFacts) -> Iterator[Condition]:
    yield Condition(
        "trail",
        "The trail is whole",
        not facts.alarm,
        "Its signed head is in the database, and no event is missing." if not facts.alarm else "There is an alarm.",
        f"{facts.alarm} {ALARM}" if facts.alarm else "",
    )


def _limits(facts: GateFacts) -> Iterator[Condition]:
    """Evidence counts only while the limits that it was judged by still hold."""
    evidence = facts.evidence
    if evidence is None:
        yield Condition("limits", LIMITS_TITLE, False, "Not computed.", "There is no evaluation yet.")
        return
    holds = evidence.limits == facts.limits_now
    found = f"Judged by the limits {evidence.limits}."
    found += f" Laxer than shipped: {' '.join(evidence.laxer)}" if evidence.laxer else ""
    why = f"The limits changed since; evaluate again: {facts.limits_now} hold now, not {evidence.limits}."
    yield Condition("limits", LIMITS_TITLE, holds, found, "" if holds else why, needs_attention=bool(evidence.laxer))


def _floor(facts: GateFacts) -> Iterator[Condition]:
    """What two stewards agreed on counts only down to the floor."""
    yield Condition(
        "floor",
        "Policy and limits stay above this portal's floor",
        not facts.below_floor,
        "The floor is set by an administrator.",
        " ".join(facts.below_floor),
    )


DIFFERS = (
    "The second worker got other figures for the same bytes with the same seed. Release nothing of this run: tell an "
    "administrator, who compares the two workers (version, machine, who had access), and then evaluate it again."
)
WAITS = (
    "No second worker has measured it again yet: the job waits for one (an administrator sees it on the system page)."
)
UNSIGNED = "What stands here in the name of a second worker is not signed by it. Tell an administrator and an auditor."


def _recomputed(facts: GateFacts) -> Iterator[Condition]:
    """Only where an administrator asks for it: a worker that was taken over can measure what it likes."""
    again = facts.recomputed
    if again is None:
        return
    agrees = again.standing == "agrees" and not again.unsigned
    found = f"The worker {again.worker} got the same figures." if agrees else "No other worker says the same."
    why = UNSIGNED if again.unsigned else DIFFERS if again.standing == "differs" else WAITS
    yield Condition("recomputed", "Measured again by a second worker", agrees, found, "" if agrees else why)


def _evidence(facts: GateFacts) -> Iterator[Condition]:
    for group, title in GROUPS:
        yield _group(facts, group, title)
    if facts.is_set:
        yield _group(facts, *SETS)


def _group(facts: GateFacts, group: str, title: str) -> Condition:
    """A group is met when every needed metric was computed, all are decided and none blocks, or a steward waived what
    may be waived."""
    if facts.evidence is None:
        return Condition(group, title, False, "Not computed.", f"{title}: there is no evaluation yet.")
    metrics = [metric for metric in facts.evidence.metrics if metric["group"] == group]
    shut, waiver = _shut(metrics, group, facts), _waiver(facts, group)
    watched = [metric["sentence"] for metric in metrics if metric["status"] == "review"]
    met = not shut or waiver is not None
    return Condition(
        group,
        title,
        met,
        _passed(metrics) + (f" For your attention: {' '.join(watched)}" if watched else ""),
        "" if met else f"{title}: {' '.join(shut)}",
        needs_attention=bool(watched or (shut and waiver)),
        waivable=group in WAIVABLE and bool(shut),
        waiver=f"{waiver.reason} ({waiver.by})" if waiver else "",
    )


def _passed(metrics: Sequence[Mapping[str, Any]]) -> str:
    if not metrics:
        return NOT_ASKED
    passed = sum(metric["status"] == "pass" for metric in metrics)
    judged = sum(metric["status"] in JUDGED for metric in metrics)
    return f"{passed} of {judged} checks pass."


def _waiver(facts: GateFacts, group: str) -> WaiverFacts | None:
    """The waiver that counts: of a group that can be waived, for exactly this evidence."""
    now = facts.evidence.digest if facts.evidence else ""
    counting = (one for one in facts.waivers if one.condition == group and one.evidence == now)
    return next(counting, None) if group in WAIVABLE else None


def _shut(metrics: Sequence[Mapping[str, Any]], group: str, facts: GateFacts) -> list[str]:
    """Sentences of the metrics that keep the gate shut. One that blocks or decides nothing does, and one that is needed
    and missing or not computed."""
    shut = [
        " ".join(filter(None, (metric["sentence"], metric.get("reason"))))
        for metric in metrics
        if metric["status"] in _SHUT or (metric["name"] in facts.needed and metric["status"] == "not computed")
    ]
    if group == "privacy" and facts.evidence:
        computed = {metric["name"] for metric in facts.evidence.metrics}
        shut += [f"The check {name} is missing." for name in sorted(facts.needed - computed)]
    return shut


def _review(facts: GateFacts) -> Iterator[Condition]:
    sample = facts.sample
    if sample is None:
        why = f"{facts.twin[:1].upper()}{facts.twin[1:]} made exactly these bytes, and its review counts."
        why = why if facts.twin else "The sample review has not begun."
        yield Condition("review", "Sample reviewed", False, "Not sampled.", why)
        return
    yield _quota(sample)
    yield _annotators(sample)
    yield _leaks(sample)
    yield _realism(sample.progress)


def _quota(sample: SampleFacts) -> Condition:
    found = sample.progress
    enough = found.is_complete and found.decision.outcome is Outcome.ACCEPT
    judged = f"{found.total_judged:,} of {found.total:,} judged by {_several(found.annotators, 'annotator')}"
    spared = f" The plan accepted early: {found.unneeded:,} more are no longer needed." if found.unneeded else ""
    evidence = f"{judged}.{spared} {found.claim.sentence[:1].upper()}{found.claim.sentence[1:]}."
    why = "" if enough else _why_not_enough(sample)
    return Condition("review", "Sample reviewed to the quota", enough, evidence, why, needs_attention=found.paused > 0)


def _why_not_enough(sample: SampleFacts) -> str:
    found = sample.progress
    if sample.status == _REJECTED:
        return "The review was rejected."
    if found.decision.outcome is Outcome.UNCALIBRATED:
        missed = found.leak_controls.judged - found.leak_controls.found
        return (
            f"Annotators missed {_several(missed, 'control')}, more than the plan allows: what they found clean cannot "
            "carry the claim, and these bytes have no second sample. A new run has."
        )
    records, flags = found.total - found.total_judged, found.open_flags
    left = " and ".join(_several(number, thing) for number, thing in ((records, "record"), (flags, "flag")) if number)
    left += f" still {'waits' if records + flags == 1 else 'wait'} for a person" if left else "its plan does not accept"
    paused = f"; {_several(found.paused, 'annotator')} paused" if found.paused else ""
    return f"The sample review is not complete: {left}{paused}."


def _annotators(sample: SampleFacts) -> Condition:
    people, least = sample.progress.annotators, sample.min_annotators
    enough = people >= least
    return Condition(
        "annotators",
        "Judged by enough different people",
        enough,
        f"{_several(people, 'annotator')}; the policy asks for {least} or more.",
        "" if enough else f"Too few people judged records: {people}, and the policy asks for {least} or more.",
    )


def _leaks(sample: SampleFacts) -> Condition:
    """Nobody releases a record that is known to leak, whatever number of leaks the plan's sample could bear."""
    leaks = sample.progress.leaks + sample.progress.leaks_in_hunt
    clean = sample.status != _REJECTED and leaks == 0
    told = "1 leak was confirmed. Without it" if leaks == 1 else f"{leaks:,} leaks were confirmed. Without them"
    why = f"{told} these are other bytes, which need a sample of their own." if leaks else "The review was rejected."
    return Condition(
        "leaks",
        "No leak confirmed",
        clean,
        f"{_several(leaks, 'confirmed leak')}; one is enough to keep these bytes back.",
        "" if clean else why,
    )


def _realism(found: Progress) -> Condition:
    real, many = found.realism_bound < found.realism_limit, found.unrealistic > found.realism_limit * found.judged
    why = "Too many records look unrealistic." if many else "Too few records were judged to say that they look real."
    return Condition(
        "realism",
        "Records look real",
        real,
        f"{found.unrealistic:,} of {found.judged:,} judged unrealistic; limit {100 * found.realism_limit:.0f} %.",
        "" if real else why,
    )


def _attempts(facts: GateFacts) -> Iterator[Condition]:
    status = facts.sample.status if facts.sample else _OPEN
    free = not facts.is_released and status in {_OPEN, _ACCEPTED}
    over = "These bytes were released already." if facts.is_released else "The review of these bytes is closed."
    yield Condition(
        "attempts",
        "Not released or rejected before",
        free,
        f"{_several(facts.failed_before, 'earlier run')} of this source rejected.{_spent(facts.sample)}",
        "" if free else over,
        needs_attention=facts.failed_before > 0,
    )


def _spent(sample: SampleFacts | None) -> str:
    """Which attempt at the dataset a review is, and what that costs where the policy spends confidence."""
    if sample is None:
        return ""
    if not sample.spends_attempts:
        return f" Review {sample.attempt} of this source."
    return (
        f" Review {sample.attempt} of this source: the policy spends its risk across attempts, so this one had to "
        f"reach {percent(sample.confidence)} instead of {percent(sample.policy_confidence)}."
    )


def _several(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


_CHECKS: tuple[Callable[[GateFacts], Iterator[Condition]], ...] = (
    _purpose,
    _minimisation,
    _statement,
    _upstream,
    _same_bytes,
    _untouched,
    _trail,
    _limits,
    _floor,
    _recomputed,
    _evidence,
    _review,
    _attempts,
)
