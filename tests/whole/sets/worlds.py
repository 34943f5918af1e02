"""Sets of questions and tasks brought to an open review, and through it, by the real verbs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.test import Client
from django.urls import reverse

from generation.models import GenerationRun
from generation.stages.request import RunRequest
from reviews.models import Release, Review
from reviews.pipeline import run_pipeline
from reviews.tasks import submit_attestation, submit_release
from synthportal.models import Person
from tests import cast
from tests.reviews.calibrated import judge_as_an_expert
from tests.reviews.signing import all_seen, publish

EXAMPLES = Path("docs/examples")
Record = dict[str, Any]


def ask(owner: Person, rows: int = 150, seed: int = 4) -> GenerationRun:
    """Questions over the example's handbook, with a review that is open."""
    stated = {"name": "travel", "kind": "documents", "purpose": "knowledge_testing"}
    wanted = RunRequest("questions", rows, {"may_leave": True}, seed=seed, tier="quick")
    return run_pipeline(EXAMPLES / "travel-handbook.html", stated, wanted, by=owner).run


def plan_tasks(owner: Person, rows: int = 120, seed: int = 3) -> GenerationRun:
    """Tasks over the example's matrix, with a review that is open."""
    stated = {"name": "support", "kind": "tasks", "purpose": "evaluation"}
    wanted = RunRequest("scenario_tasks", rows, {"ways": "2"}, seed=seed, tier="quick")
    return run_pipeline(EXAMPLES / "support-suite.yaml", stated, wanted, by=owner).run


def make_suite(people: dict[str, Person]) -> GenerationRun:
    """The tasks, made once."""
    cast.made_once("tasks", lambda: plan_tasks(people["ana"]))
    return GenerationRun.objects.select_related("dataset", "plan").get()


def judge(run: GenerationRun, person: Person) -> Review:
    """Judge every record as somebody does who sees each planted leak."""
    review = Review.objects.get(run=run)
    judge_as_an_expert(review, person)
    return review


def released(run: GenerationRun, people: dict[str, Person]) -> Release:
    """The run judged by ben and signed by cleo, with its files laid out."""
    judge(run, people["ben"])
    return publish(submit_release(run, by=people["cleo"], **all_seen(run)))


def make_questions(people: dict[str, Person]) -> GenerationRun:
    """The questions, made once."""
    cast.made_once("questions", lambda: ask(people["ana"]))
    return GenerationRun.objects.select_related("dataset", "plan").get()


def lending_archive() -> bytes:
    """The example's domain and policy, with tables that its columns are learned from; no row names anybody."""
    members = "fees\n" + "".join(f"{place * 7 % 30}\n" for place in range(300))
    books = "price\n" + "".join(f"{5 + place * 13 % 60}\n" for place in range(300))
    states = ("open", "open", "returned", "lost")
    loans = "state,weeks\n" + "".join(f"{states[at * 5 % 4]},{1 + at % 4}\n" for at in range(400))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("domain.yaml", (EXAMPLES / "lending-desk.yaml").read_text())
        archive.writestr("policy.md", (EXAMPLES / "lending-desk.md").read_text())
        for name, text in {"members": members, "books": books, "loans": loans}.items():
            archive.writestr(f"{name}.csv", text)
    return packed.getvalue()


def parts_in_bundle(release: Release, people: dict[str, Person], client: Client) -> tuple[list[list[Record]], str]:
    """The records of the bundle's two parts, once a third of what belongs together is to test on; and its README."""
    submit_attestation(release, by=people["cleo"], days=30, test_share=0.3)
    publish(release)
    sent = client.get(reverse("export", args=[release.pk]), {"format": "bundle"})
    with zipfile.ZipFile(io.BytesIO(b"".join(sent.streaming_content))) as bundle:
        tables = [pq.read_table(io.BytesIO(bundle.read(f"data/{name}.parquet"))) for name in ("train", "test")]
        return [table.to_pylist() for table in tables], bundle.read("README.md").decode()
