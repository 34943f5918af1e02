"""Hostile people and honest ones at the real doors: owner, stewards, two annotators, and who has no business there."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from django.db import transaction
from django.test import Client

from generation.engine.evaluation.limits.changes import LimitsError
from generation.models import GenerationRun
from generation.repositories.judged.limits import waiting_of
from generation.stages.changes.describe import describe_run
from generation.stages.evaluate import request_evaluation
from generation.stages.govern import change_limits, decide_limits
from reviews.engine.policy.policy import PolicyError
from reviews.engine.reading.judgement import Judgement
from reviews.models import Pause, Release, Review, ReviewRecord, Skip, Verdict
from reviews.repositories.gate.dossier import collect
from reviews.repositories.tiers import waiting_version
from reviews.stages.adjudicate import flags_for, look_again, settle_flag
from reviews.stages.export import export_release
from reviews.stages.gate import waive_condition
from reviews.stages.govern import change_tier, decide_tier
from reviews.stages.pause import lift_pause, requeue_verdicts
from reviews.stages.release import release_run, withdraw_release
from reviews.stages.review import claim_record, judge_record, skip_record
from reviews.stages.undo import take_back_skip, undo_verdict
from synthportal.errors import DomainError
from synthportal.models import Person

CLEAN, LEAK, ODD = Judgement("clean"), Judgement("leakage", ["near_copy"]), Judgement("unrealistic", ["nonsense_text"])
FORMATS = ("parquet", "csv", "jsonl", "plain_csv", "spreadsheet_csv", "xlsx", "bundle")
STEWARDS = ("cleo", "cora")


class Doors:
    """What people try on one run. Each verb is refused in words or does what it says; `answers` counts both."""

    def __init__(self, random: Random, run: GenerationRun, review: Review, people: dict[str, Person]) -> None:
        self.random, self.run, self.review, self.people = random, run, review, people
        self.seen = [""]
        self.answers: Counter[tuple[str, bool]] = Counter()
        self.left: list[tuple[str, str]] = []  # format and digest of what was exported

    def step(self) -> None:
        """One thing that somebody tries."""
        act: Callable[[], object] = self.random.choice(self._acts())
        act()

    def _acts(self) -> list[Callable[[], object]]:
        at_the_desk = [self.judge, self.judge, self.judge, self.judge_for_others, self.undo, self.skip, self.collude]
        at_flags = [self.look, self.settle, self.settle, self.lift, self.set_aside]
        at_the_gate = [self.look_at_gate, self.look_at_gate, self.sign, self.sign, self.sign_by_api, self.waive]
        behind = [self.export, self.export, self.withdraw, self.govern, self.describe]
        return [*at_the_desk, *at_flags, *at_the_gate, *behind]

    def who(self, *names: str) -> Person:
        return self.people[
            self.random.choice(names or ("ana", "ben", "bea", "cleo", "cora", "dan", "eve", "nobody", "root"))
        ]

    def attempt(self, act: Callable[..., Any], *words: Any, **named: Any) -> Any:
        """What the verb gives back; None when it refuses in words."""
        try:
            with transaction.atomic():
                done = act(*words, **named)
        except (DomainError, LimitsError, PolicyError):
            self.answers[act.__name__, False] += 1
            return None
        self.answers[act.__name__, True] += 1
        return done

    # ---- At the desk: two annotators who tell each other everything --------------------------------------------------

    def judge(self) -> None:
        person = self.who("ben", "bea", "ben", "bea", "ana", "cleo")
        held = self.review.records.filter(claimed_by=person, state=ReviewRecord.State.CLAIMED).first()
        record = held or self.attempt(claim_record, self.review, by=person)
        if record:
            self.attempt(
                judge_record, record, self.random.choice([CLEAN] * 8 + [LEAK, ODD]), token=record.token, by=person
            )

    def judge_for_others(self) -> None:
        """The same record again, or one that another person holds, with a token that was overheard."""
        record = self.random.choice(list(self.review.records.order_by("position")))
        self.attempt(judge_record, record, CLEAN, token=record.token, by=self.who())

    def collude(self) -> None:
        """One takes a flag back when the other says that it was a control, or flags what both know to be one."""
        person = self.who("ben", "bea")
        record = self.attempt(undo_verdict, self.review, by=person)
        if record and (again := self.attempt(claim_record, self.review, by=person)):
            self.attempt(judge_record, again, self.random.choice([CLEAN, LEAK]), token=again.token, by=person)

    def undo(self) -> None:
        self.attempt(undo_verdict, self.review, by=self.who("ben", "bea", "cleo"))

    def skip(self) -> None:
        person = self.who("ben", "bea")
        taken = Skip.objects.filter(by=person, undone_at__isnull=True).order_by("created_at").first()
        if taken and self.random.random() < 0.5:
            self.attempt(take_back_skip, taken.record, by=person)
        elif record := self.attempt(claim_record, self.review, by=person):
            self.attempt(skip_record, record, "cannot_tell", token=record.token, by=person)

    # ---- Flags and pauses --------------------------------------------------------------------------------------------

    def look(self) -> None:
        person = self.who("ben", "bea", *STEWARDS, "ana")
        if flag := flags_for(person, self.review).first():
            self.attempt(look_again, flag, self.random.choice([CLEAN, LEAK]), by=person)

    def settle(self) -> None:
        """Most flags are dismissed: a hostile steward wants the gate open."""
        person = self.who("ben", "bea", *STEWARDS, *STEWARDS, "ana")
        if flag := flags_for(person, self.review).first():
            self.attempt(look_again, flag, CLEAN, by=person)
            self.attempt(settle_flag, flag, is_leak=self.random.random() < 0.1, note="the same house", by=person)

    def lift(self) -> None:
        if pause := Pause.objects.filter(review=self.review, lifted_at__isnull=True).first():
            self.attempt(lift_pause, pause, reason="We spoke.", by=self.who(*STEWARDS, "ben", "bea"))

    def set_aside(self) -> None:
        clean = Verdict.objects.filter(record__review=self.review, undone_at__isnull=True, decision="clean")
        chosen = [str(pk) for pk in clean.order_by("created_at").values_list("pk", flat=True)[:1]]
        self.attempt(requeue_verdicts, self.review, chosen, reason="Too quick.", by=self.who(*STEWARDS, "ana", "ben"))

    # ---- At the gate -------------------------------------------------------------------------------------------------

    def look_at_gate(self) -> None:
        self.seen.append(collect(self.run).hash)

    def waive(self) -> None:
        condition = self.random.choice(["utility", "fidelity", "diversity", "privacy", "review"])
        reason = self.random.choice(["Only the format matters here.", "ok"])
        self.attempt(waive_condition, self.run, condition, reason=reason, by=self.who(*STEWARDS, "ana", "ben"))

    def sign(self) -> None:
        """Whoever tries, with a dossier that was seen at any time, and what needs eyes named or not."""
        person = self.who("cleo", "cleo", "cleo", "cora", "ana", "ben", "root")
        eyes = collect(self.run).needing_eyes if self.random.random() < 0.8 else []
        seen = self.random.choice([*self.seen[-2:], collect(self.run).hash])
        self.attempt(release_run, self.run, by=person, dossier_hash=seen, seen=eyes)

    def sign_by_api(self) -> None:
        client = Client()
        client.force_login(self.who("cleo", "cora", "ana", "ben"), backend="django.contrib.auth.backends.ModelBackend")
        said = {"dossier_hash": collect(self.run).hash, "seen": collect(self.run).needing_eyes}
        with transaction.atomic():
            answer = client.post(f"/api/v1/runs/{self.run.pk}/release/", said, content_type="application/json")
        self.answers["release by API", answer.status_code == 201] += 1
        assert answer.status_code in {201, 400, 403, 404, 409}, answer.content

    # ---- What is released, and the rules for what comes --------------------------------------------------------------

    def export(self, form: str = "", by: Person | None = None) -> None:
        """Read a file to its end, as whoever may or may not have it."""
        release = Release.objects.filter(run=self.run).first()
        if release is None:
            return
        form, by = form or self.random.choice(FORMATS), by or self.who("dan", "dan", "ana", "cleo", "ben")
        if sent := self.attempt(export_release, release, form, by=by):
            digest = hashlib.sha256()
            try:
                with sent.file as file:
                    while piece := file.read(1 << 20):
                        digest.update(piece)
            except sent.offer.faults:
                self.answers["read to the end", False] += 1
            else:
                self.answers["read to the end", True] += 1
                self.left.append((form, digest.hexdigest()))

    def withdraw(self) -> None:
        if (release := Release.objects.filter(run=self.run).first()) and self.random.random() < 0.2:
            self.attempt(withdraw_release, release, reason="A mistake.", by=self.who("cleo", "ana", "ben"))

    def govern(self) -> None:
        """A steward loosens policy or limits, and confirms it alone, or another one does."""
        author, ltpd = self.who(*STEWARDS, "ana"), self.random.choice([0.45, 0.5, 0.9])
        if self.random.random() < 0.5:
            self.attempt(change_tier, "quick", {"ltpd": ltpd}, reason="Faster.", by=author)
            if waiting := waiting_version("quick"):
                holds = self.random.random() < 0.5
                self.attempt(
                    decide_tier, "quick", waiting.version, holds=holds, note="Agreed.", by=self.who(*STEWARDS, "ben")
                )
            return
        changes = {"rules": {"singling_out_risk": {"passes": self.random.choice([0.12, 0.13, 0.9])}}}
        self.attempt(_change_limits, self.run.dataset.purpose, changes, by=author)
        if version := waiting_of(self.run.dataset.purpose):
            holds, by = self.random.random() < 0.3, self.who(*STEWARDS, "ben")
            self.attempt(decide_limits, self.run.dataset.purpose, version.number, holds=holds, note="Agreed.", by=by)

    def describe(self) -> None:
        """Ordinary acts that write an event about the run: what was touched before must not count as found so."""
        if self.random.random() < 0.5:
            self.attempt(request_evaluation, self.run, by=self.who("ana", *STEWARDS, "ben"))
        else:
            title = f"Run {self.random.randrange(100)}"
            self.attempt(describe_run, self.run, title=title, remark="", by=self.who("ana", "ben"))


def _change_limits(purpose: str, changes: dict[str, object], *, by: Person) -> object:
    return change_limits(purpose, changes, reason="More of it passes.", by=by)
