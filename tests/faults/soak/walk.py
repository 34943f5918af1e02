"""A walk: people at the doors and a hostile writer behind them take turns; after every step the promise holds.

The promise: nothing is released but approved bytes with untouched evidence; nothing leaves that the attestation does
not name; every touch of an evidence table is refused, or shuts the gate, or is named by verify_audit.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import connection, transaction
from django.test import TestCase

from generation.models import GenerationRun
from reviews.models import Release, ReleasedFile, Review, SignedFile
from reviews.repositories.gate.dossier import collect
from reviews.repositories.trust.attestations import attested
from synthportal.errors import Conflict
from synthportal.models import AuditEvent, Person
from synthportal.trail.verification import faults
from tests.faults.soak.doors import Doors
from tests.faults.soak.writer import Rows, Strike, kept_rows, strike

# How many steps from one beginning: long enough for a review to be judged to its end.
STEPS = 40
OF_THE_TRAIL = {"untouched", "trail", "unreadable"}
# Of rows that are no part of every run: what counts is whether this run names them.
OF_RULES = {"generation_limits", "generation_limitsdecision", "reviews_tierversion", "reviews_tierdecision"}


class Broken(AssertionError):
    """The promise does not hold; says after which steps."""


class Episode:
    """One beginning, and what happens from there. `signed` are the digests of the files that were signed, by format."""

    def __init__(self, random: Random, run: GenerationRun, signed: dict[str, str]) -> None:
        self.random, self.run, self.signed = random, run, signed
        self.people = {person.username: person for person in Person.objects.all()}
        self.doors = Doors(random, run, Review.objects.get(run=run), self.people)
        self.honest, self.told = kept_rows(), list[str]()
        self.bytes = run.artefact_sha256
        self.is_shut = self.is_gone = False
        self.unmet = self._unmet()  # after the last step of the doors that no strike had come before
        self.outcomes: Counter[str] = Counter()

    def go(self) -> None:
        for _ in range(STEPS):
            if self.random.random() < 0.25:
                self.strikes()
            else:
                self.somebody_tries()
            if self.is_gone or (self.is_shut and self.random.random() < 0.2):
                return

    # ---- People ------------------------------------------------------------------------------------------------------

    def somebody_tries(self) -> None:
        before, was_released = kept_rows(), Release.objects.exists()
        with self._committed():
            self.doors.step()
        after = kept_rows()
        self.honest = _moved(self.honest, before, after)
        if Release.objects.exists() and not was_released:
            self._check_release(before)
        self._check_exports()
        if not self.is_shut:
            self.unmet = self._unmet() if self._read_again() else set()

    def _check_release(self, before: Rows) -> None:
        release = Release.objects.get()
        self.outcomes["released"] += 1
        touched = {
            key for key in before.keys() | self.honest.keys() if before.get(key) != self._honest_before(key, before)
        }
        mine = {key for key in touched if key[0] not in OF_RULES}
        self._require(not mine, f"released with evidence that was touched: {mine}")
        self._require(release.artefact_sha256 == self.bytes, "released other bytes")
        self._require(release.released_by.username in {"cleo", "cora"}, "signed by somebody who is no second person")
        self._require(not release.review.records.exclude(state="judged").filter(lane="random").exists(), "not judged")

    def _honest_before(self, key: tuple[str, str], before: Rows) -> object:
        """What the honest history has of a row; of what the release itself wrote, what is there."""
        return self.honest.get(key, before.get(key))

    def _check_exports(self) -> None:
        for form, digest in self.doors.left:
            self.outcomes["exported"] += 1
            self._require(self._is_signed(form, digest), f"{form} left unsigned")
        self.doors.left.clear()

    def _is_signed(self, form: str, digest: str) -> bool:
        """What was signed before the walk, else what the walk's own release has signed; a bundle holds its day."""
        if form in self.signed:
            return digest == self.signed[form]
        if form == "bundle":
            return True
        told = attested(Release.objects.get())
        return digest in {self.bytes, *(one.sha256 for one in (told.files.values() if told else ()))}

    # ---- The writer --------------------------------------------------------------------------------------------------

    def strikes(self) -> None:
        before, rows, trail = self._unmet(), kept_rows(), _trail()
        with self._committed():
            made = strike(self.random)
        self.told.append(("past: " if made.past else "") + made.words + ("" if made.done else " (refused)"))
        if not made.done:
            self.outcomes["refused"] += 1
            self._require((kept_rows(), _trail()) == (rows, trail), "refused, and written all the same")
            return
        if not self._read_again():
            self.outcomes["deletes what a release is of"] += 1
            self.is_gone = True
        elif (kept_rows(), _trail()) == (rows, trail):
            self.outcomes["touched nothing that counts"] += 1
            self._check_no_harm(before)
        else:
            self._check_caught(made, before)

    def _check_no_harm(self, before: set[str]) -> None:
        now = self._unmet()
        # What it had shut itself it may open again.
        self._require(bool(now & OF_THE_TRAIL) or before & self.unmet <= now, f"opened {before - now}")

    def _check_caught(self, made: Strike, before: set[str]) -> None:
        now = self._unmet()
        if now & OF_THE_TRAIL or now - before:
            self.outcomes["shuts the gate"] += 1
            self.is_shut = True
            return
        if made.model in (ReleasedFile, SignedFile):
            self.outcomes["held by the attestation"] += 1
            self._check_what_leaves()
            return
        named = list(faults())
        self._require(bool(named), f"a touch of {made.model._meta.db_table} that nothing tells")
        self.outcomes["named by verify_audit"] += 1

    def _check_what_leaves(self) -> None:
        for form in self.signed:
            with self._committed():
                self.doors.export(form, self.people["dan"])
        self._check_exports()

    def _unmet(self) -> set[str]:
        """What the gate lacks; where it refuses to be read, nothing can be signed, and the episode ends."""
        try:
            return {line.name for line in collect(self.run).unmet}
        except Conflict:
            self.is_gone = True
            return {"unreadable"}

    def _read_again(self) -> bool:
        """Whether run and review are still there; nothing can be released without them."""
        run = GenerationRun.objects.select_related("dataset", "plan").filter(pk=self.run.pk).first()
        review = Review.objects.filter(run=self.run).first()
        if run is None or review is None:
            return False
        self.run, self.doors.run, self.doors.review = run, run, review
        return True

    # ---- Around ------------------------------------------------------------------------------------------------------

    def _require(self, holds: bool, why: str) -> None:
        if not holds:
            raise Broken("\n".join([why, *self.told[-12:]]))

    @contextmanager
    def _committed(self) -> Iterator[None]:
        """As if the step's transaction had ended: the heads of its events are written."""
        with TestCase.captureOnCommitCallbacks(execute=True), transaction.atomic():
            yield


def _trail() -> str:
    """Everything that the events say, as one digest."""
    digest = hashlib.sha256()
    for event in AuditEvent.objects.order_by("seq").values_list():
        digest.update(repr(event).encode())
    return digest.hexdigest()


def _moved(honest: Rows, before: Rows, after: Rows) -> Rows:
    """The honest history after a step of the doors: what it changed, and nothing else."""
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return {key: row for key, row in honest.items() if key not in changed} | {
        key: after[key] for key in changed if key in after
    }


@contextmanager
def undone(heads: bytes) -> Iterator[None]:
    """Whatever happens inside leaves no trace: neither in the database nor in the file of the heads."""
    path: Path = settings.AUDIT_HEADS
    path.write_bytes(heads)
    outer = transaction.atomic()
    outer.__enter__()
    try:
        yield
    finally:
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
        connection.run_on_commit.clear()
        path.write_bytes(heads)


def walk(random: Random, run: GenerationRun, steps: int, signed: dict[str, str]) -> Counter[str]:
    """So many steps, from the beginning again and again; what became of them."""
    heads, done = settings.AUDIT_HEADS.read_bytes(), Counter[str]()
    while done["steps"] < steps:
        with undone(heads):
            episode = Episode(random, GenerationRun.objects.select_related("dataset", "plan").get(pk=run.pk), signed)
            episode.go()
            done += episode.outcomes
            done["steps"] += STEPS
            for (verb, went), n in episode.doors.answers.items():
                done[f"{verb} {'went' if went else 'refused'}"] += n
    return done
