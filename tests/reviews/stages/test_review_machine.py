"""Whatever people do at the desk and the gate, in whatever order: what must never break, checked after every step."""

from __future__ import annotations

import sys
import uuid
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from reviews.engine.reading.judgement import Judgement
from reviews.models import Adjudication, Release, Review, ReviewRecord, Skip, TierVersion, Verdict, Waiver
from reviews.repositories.gate.dossier import collect
from reviews.repositories.progress import progress_of
from reviews.repositories.queue import free_for, held_by
from reviews.repositories.standstill import standstills_in
from reviews.repositories.tally import counted_in
from reviews.repositories.tiers import current_tier, waiting_version
from reviews.stages.adjudicate import flags_for, look_again, settle_flag
from reviews.stages.gate import waive_condition
from reviews.stages.govern import change_tier, decide_tier
from reviews.stages.release import release_run, withdraw_release
from reviews.stages.review import claim_record, hold_record, judge_record, reserve_next, skip_record
from reviews.stages.undo import take_back_skip, undo_verdict
from synthportal.errors import DomainError
from synthportal.models import AuditEvent, Person
from synthportal.trail.audit import record as record_event
from synthportal.trail.verification import faults
from tests.cast import World, made_once
from tests.reviews.small import make_small_review
from tests.reviews.waiting import waiting_for

pytestmark = pytest.mark.both

CLEAN, LEAK = Judgement("clean"), Judgement("leakage", ["near_copy"])
ODD = Judgement("unrealistic", ["nonsense_text"])
ANNOTATORS = st.sampled_from(["ben", "bea"])
# The gate is tried most often by the one who may open it.
SIGNERS = st.sampled_from(["cleo", "cleo", "cleo", "cleo", "cora", "ana", "ben", "dan", "root"])
ANYBODY = st.sampled_from(["ana", "ben", "bea", "cleo", "dan", "eve", "nobody", "root"])
State = ReviewRecord.State


class Desk(RuleBasedStateMachine):
    """A review of a handful of records, three people at it and a steward at the gate.

    Every step may be refused in words; no step may break what the invariants say. `saved` is what people were told is
    saved and have not taken back.
    """

    review_id: uuid.UUID
    answers: Counter[tuple[str, bool]]  # how often each verb did what it was asked, and how often it refused

    def __init__(self) -> None:
        super().__init__()
        self.undo_all = transaction.atomic()
        self.undo_all.__enter__()
        self.people = {person.username: person for person in Person.objects.all()}
        self.review = Review.objects.get(pk=self.review_id)
        self.known_faults = set(faults())
        self.saved: dict[tuple[str, str], str] = {}
        self.signed: list[str] = []
        self.closed_with: int | None = None

    def teardown(self) -> None:
        try:
            # A restored world has lost the microseconds of its events, and the anchor lies outside the database.
            new = [fault for fault in faults() if fault not in self.known_faults and "anchor" not in fault]
            assert new == []
        finally:
            transaction.set_rollback(True)
            self.undo_all.__exit__(None, None, None)

    def attempt(self, act: Any, *words: Any, **named: Any) -> Any:
        """What the verb gives back; None when it refuses in words."""
        reasons: tuple[str, ...] = ()
        try:
            with transaction.atomic():
                done = act(*words, **named)
            self.answers[act.__name__, True] += 1
            return done
        except DomainError as refused:
            reasons = tuple(refused.reasons)
        self.answers[act.__name__, False] += 1
        assert reasons
        assert all(reason.strip() for reason in reasons)
        return None

    def held(self, who: str) -> ReviewRecord | None:
        return self.review.records.filter(claimed_by=self.people[who], state=State.CLAIMED).first()

    # ---- At the desk -----------------------------------------------------------------------------------------------

    @initialize(waived=st.booleans())
    def usefulness_is_waived(self, waived: bool) -> None:
        for condition in ("utility", "fidelity", "diversity") if waived else ():
            waive_condition(self.review.run, condition, reason="Only the format matters.", by=self.people["cora"])

    @rule(who=ANYBODY)
    def claims(self, who: str) -> None:
        self.attempt(claim_record, self.review, by=self.people[who])

    @rule(who=ANNOTATORS)
    def reserves(self, who: str) -> None:
        self.attempt(reserve_next, self.review, by=self.people[who])

    @rule(who=ANNOTATORS)
    def holds_on(self, who: str) -> None:
        if record := self.held(who):
            self.attempt(hold_record, record, token=record.token, by=self.people[who])

    @rule(who=ANNOTATORS, judgement=st.sampled_from([CLEAN, CLEAN, LEAK, LEAK, ODD]), late=st.booleans())
    def judges(self, who: str, judgement: Judgement, late: bool) -> None:
        record = self.held(who) or self.attempt(claim_record, self.review, by=self.people[who])
        if record is not None:
            if late:
                self.time_passes()
            self.judge(record, judgement, who)

    def judge(self, record: ReviewRecord, judgement: Judgement, who: str) -> None:
        verdict = self.attempt(judge_record, record, judgement, token=record.token, by=self.people[who])
        if verdict is not None:
            self.saved[who, str(record.pk)] = judgement.decision

    @rule(who=ANYBODY, data=st.data(), token=st.integers(0, 3))
    def sends_a_stale_or_foreign_verdict(self, who: str, data: st.DataObject, token: int) -> None:
        record = data.draw(st.sampled_from(list(self.review.records.order_by("position"))))
        before = Verdict.objects.filter(undone_at__isnull=True).count()
        verdict = self.attempt(judge_record, record, CLEAN, token=token, by=self.people[who])
        if verdict is not None:
            self.saved[who, str(record.pk)] = verdict.decision
        assert verdict is not None or Verdict.objects.filter(undone_at__isnull=True).count() == before

    @rule(who=ANNOTATORS)
    def skips(self, who: str) -> None:
        if record := self.held(who):
            self.attempt(skip_record, record, "cannot_tell", token=record.token, by=self.people[who])

    @rule(who=ANNOTATORS, data=st.data())
    def takes_a_skip_back(self, who: str, data: st.DataObject) -> None:
        if skips := list(Skip.objects.filter(by=self.people[who], undone_at__isnull=True).order_by("created_at")):
            self.attempt(take_back_skip, data.draw(st.sampled_from(skips)).record, by=self.people[who])

    @rule(who=ANNOTATORS)
    def undoes(self, who: str) -> None:
        record = self.attempt(undo_verdict, self.review, by=self.people[who])
        if record is not None:
            self.saved.pop((who, str(record.pk)), None)

    @rule()
    def time_passes(self) -> None:
        """Every hold and every reservation runs out."""
        past = timezone.now() - timedelta(seconds=1)
        self.review.records.filter(lease_until__isnull=False).update(lease_until=past)

    # ---- Flags -----------------------------------------------------------------------------------------------------

    @rule(who=st.sampled_from(["ben", "bea", "cleo", "cora", "ana"]), judgement=st.sampled_from([CLEAN, LEAK]))
    def looks_again(self, who: str, judgement: Judgement) -> None:
        if flag := flags_for(self.people[who], self.review).first():
            self.attempt(look_again, flag, judgement, by=self.people[who])

    @rule(
        who=st.sampled_from(["ben", "bea", "cleo", "cora", "ana"]),
        is_leak=st.booleans(),
        has_looked=st.booleans(),
        note=st.sampled_from(["the same house", "the same house", " "]),
    )
    def settles(self, who: str, is_leak: bool, has_looked: bool, note: str) -> None:
        flag = flags_for(self.people[who], self.review).first()
        if flag and not has_looked:
            self.attempt(look_again, flag, LEAK, by=self.people[who])
        if flag and self.attempt(settle_flag, flag, is_leak=is_leak, note=note, by=self.people[who]):
            assert note.strip() or not is_leak
            event("a leak was confirmed" if is_leak else "a flag was dismissed")

    # ---- At the gate -----------------------------------------------------------------------------------------------

    @rule()
    def everybody_finishes(self) -> None:
        """All that is left is judged clean and every flag is dismissed, so that the gate can open at all."""
        self.time_passes()
        for who in ("ben", "bea"):
            for _ in range(self.review.records.count()):  # a desk that forgets what was judged must not go on for ever
                if record := self.attempt(claim_record, self.review, by=self.people[who]):
                    self.judge(record, CLEAN, who)
        steward = self.people["cora"]
        for flag in flags_for(steward, self.review):
            self.attempt(look_again, flag, CLEAN, by=steward)
            self.attempt(settle_flag, flag, is_leak=False, by=steward)

    @rule()
    def the_evidence_is_collected_again(self) -> None:
        """A new evaluation counts from now on: whatever was seen or waived before is void."""
        newest = self.review.run.evaluations.latest("number")
        newest.pk, newest.number, newest.digest = uuid.uuid4(), newest.number + 1, uuid.uuid4().hex * 2
        newest.save(force_insert=True)
        record_event("measured", newest, by=self.people["ana"], run=str(newest.run_id), evaluation=newest.digest)

    @rule()
    def the_steward_opens_the_gate_page(self) -> None:
        self.signed.append(collect(self.review.run).hash)

    @rule(who=SIGNERS, data=st.data(), has_read=st.booleans())
    def somebody_releases(self, who: str, data: st.DataObject, has_read: bool) -> None:
        seen = data.draw(st.sampled_from(["", *self.signed]))
        now = collect(self.review.run).hash
        needing_eyes = collect(self.review.run).needing_eyes
        read = needing_eyes if has_read else []
        release = self.attempt(release_run, self.review.run, by=self.people[who], dossier_hash=seen, seen=read)
        if release is not None:
            event("released")
            assert who in {"cleo", "cora"}
            assert seen == now
            assert has_read or not needing_eyes
            self.closed_with = Verdict.objects.count()

    @rule(who=st.sampled_from(["cora", "ana"]), ltpd=st.sampled_from([0.45, 0.5]))
    def somebody_loosens_the_policy_alone(self, who: str, ltpd: float) -> None:
        """A hostile steward, or the owner: writes a version, and confirms it too. Nothing moves."""
        before, person = current_tier("quick"), self.people[who]
        self.attempt(change_tier, "quick", {"ltpd": ltpd}, reason="Faster.", by=person)
        waiting = waiting_version("quick")
        if waiting and waiting.by == person:
            self.attempt(decide_tier, "quick", waiting.version, holds=True, note="Agreed.", by=person)
            assert current_tier("quick") == before
            self.attempt(decide_tier, "quick", waiting.version, holds=False, note="Taken back.", by=person)
        assert current_tier("quick") == before

    @precondition(lambda self: not Release.objects.exists())
    @rule(who=st.sampled_from(["cora", "ana"]))
    def raw_sql_signs_for_somebody_who_cannot(self, who: str) -> None:
        """Whoever writes to the database signs in nobody's name who wrote the policy or owns the dataset."""
        with pytest.raises(DatabaseError), transaction.atomic():
            self.sign_past_the_code(self.people[who])

    def sign_past_the_code(self, person: Person) -> None:
        review, digest = self.review, "d0" * 32
        Review.objects.filter(pk=review.pk).update(status="accepted", dossier_hash=digest)
        same = {"run": review.run, "artefact_sha256": review.artefact_sha256, "requested_by": review.run.requested_by}
        said = {"number": 1, "dossier_hash": digest, "claim": "none", "certificate": {}}
        Release.objects.create(review=review, released_by=person, **same, **said)

    @precondition(lambda self: Release.objects.exists())
    @rule()
    def the_release_is_withdrawn(self) -> None:
        self.attempt(withdraw_release, Release.objects.get(), reason="A mistake.", by=self.people["cleo"])

    @precondition(lambda self: self.closed_with is not None)
    @rule()
    def raw_sql_flips_a_verdict(self) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            Verdict.objects.update(decision="leakage")

    # ---- What must never break -------------------------------------------------------------------------------------

    @invariant()
    def nobody_has_two_verdicts_or_two_records(self) -> None:
        standing = list(Verdict.objects.filter(undone_at__isnull=True).values_list("record", "by"))
        assert len(standing) == len(set(standing))
        holders = list(self.review.records.filter(state=State.CLAIMED).values_list("claimed_by", flat=True))
        assert len(holders) == len(set(holders))

    @invariant()
    def what_was_saved_is_there(self) -> None:
        there = {
            (username, str(record)): decision
            for username, record, decision in Verdict.objects.filter(
                undone_at__isnull=True, record__review=self.review
            ).values_list("by__username", "record", "decision")
        }
        assert there == self.saved

    @invariant()
    def the_counters_are_what_counting_gives(self) -> None:
        counted = counted_in([self.review])[self.review.pk]
        judged = Counter(self.review.records.filter(state=State.JUDGED).values_list("lane", flat=True))
        assert {lane: n for lane, n in counted.judged.items() if n} == dict(judged)
        standing = Verdict.objects.filter(record__review=self.review, undone_at__isnull=True)
        assert counted.annotators == standing.values("by").distinct().count()
        for person in (self.people["ben"], self.people["bea"]):
            free = [*free_for(person, self.review, timezone.now()), held_by(person, self.review)]
            if self.review.status == Review.Status.OPEN:
                assert waiting_for(person, self.review) == len(
                    {pk for records in free for pk in records.values_list("pk")}
                )

    @invariant()
    def a_standstill_is_told_of_exactly_what_nobody_can_be_given(self) -> None:
        review = Review.objects.select_related("run__dataset").get(pk=self.review.pk)
        if review.status != Review.Status.OPEN:
            return
        offered = set()
        for person in (self.people["ben"], self.people["bea"]):
            for records in [*free_for(person, review, timezone.now()), held_by(person, review)]:
                offered |= set(records.values_list("pk", flat=True))
        found = standstills_in([review], {review.pk: progress_of(review)})[review.pk]
        left = review.records.exclude(state=State.JUDGED).count()
        assert sum(one.number for one in found if one.task == "judge") == left - len(offered)

    @invariant()
    def judged_means_enough_people_said_so(self) -> None:
        for record in self.review.records.all():
            people = record.verdicts.filter(undone_at__isnull=True).count()
            if record.state == State.JUDGED:
                assert people >= record.needed
            else:
                assert people < record.needed or record.state == State.CLAIMED

    @invariant()
    def a_flag_is_never_settled_by_who_raised_it(self) -> None:
        for settled in Adjudication.objects.select_related("verdict"):
            assert settled.by_id != settled.verdict.by_id

    @invariant()
    def a_release_rests_on_a_whole_dossier(self) -> None:
        release = Release.objects.select_related("run__dataset", "review").first()
        if release is None:
            assert not AuditEvent.objects.filter(action="released").exists()
            return
        assert Release.objects.count() == 1
        assert AuditEvent.objects.filter(action="released", subject_kind="release").count() == 1
        assert release.review.status == Review.Status.RELEASED
        assert release.artefact_sha256 == release.run.artefact_sha256 == release.review.artefact_sha256
        assert release.dossier_hash == release.review.dossier_hash
        assert Verdict.objects.count() == self.closed_with
        judges = set(Verdict.objects.filter(record__review=release.review).values_list("by", flat=True))
        settlers = set(Adjudication.objects.values_list("by", flat=True))
        rulers = {*Waiver.objects.values_list("by", flat=True), *TierVersion.objects.values_list("by", flat=True)}
        own = {release.run.dataset.owner_id, release.run.requested_by_id}
        assert release.released_by_id not in own | judges | settlers | rulers
        in_random = release.review.records.filter(lane="random")
        assert not in_random.exclude(state=State.JUDGED).exists()


@pytest.fixture
def small_review(world: World) -> Review:
    """A review of few records, some of which need two people, opened by the real verbs."""
    made_once("small review", lambda: make_small_review(world))
    return Review.objects.exclude(run=world.run).get()


def run_desks(review: Review, ways: int) -> type[Desk]:
    """The machine after so many ways through the review."""
    machine = type("Desk", (Desk,), {"review_id": review.pk, "answers": Counter()})
    phases = (Phase.reuse, Phase.generate)  # a step takes too long to look for the shortest failing way
    many = settings(max_examples=ways, stateful_step_count=40, phases=phases, suppress_health_check=[*HealthCheck])
    run_state_machine_as_test(machine, settings=many)
    return machine


@pytest.mark.slow
def test_no_order_of_events_releases_what_was_not_approved_or_loses_what_was_said(small_review):
    answers = run_desks(small_review, 15).answers
    # Not for want of trying: people were told yes and no by each of the verbs that could break it.
    for verb in (claim_record, judge_record):
        assert answers[verb.__name__, True] > 0, verb
        assert answers[verb.__name__, False] > 0, verb
    assert answers[release_run.__name__, True] + answers[release_run.__name__, False] > 0


@pytest.mark.slow
def test_the_steps_of_the_machine_lead_to_a_release(small_review, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "event", lambda _: None)  # there is none outside of a search
    desk = type("Desk", (Desk,), {"review_id": small_review.pk, "answers": Counter()})()
    try:
        desk.usefulness_is_waived(waived=True)
        desk.everybody_finishes()
        desk.the_steward_opens_the_gate_page()
        desk.somebody_releases("cleo", SimpleNamespace(draw=lambda _: desk.signed[-1]), has_read=True)
        desk.a_release_rests_on_a_whole_dossier()
        assert desk.closed_with == len(desk.saved) > 0
    finally:
        desk.teardown()


@pytest.mark.slow
def test_the_machine_notices_a_verdict_that_is_said_to_be_saved_and_is_not(small_review, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "judge_record", lambda record, judgement, **_: judgement)
    with pytest.raises(AssertionError):
        run_desks(small_review, 5)
