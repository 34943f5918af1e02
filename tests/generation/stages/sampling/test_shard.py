"""A large artefact is sampled in parts and put together."""

import io
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.progress import silent
from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers.bytes.artefact import join_artefacts, write_artefact
from generation.models import GenerationRun, RunPart
from generation.stages import generate
from generation.stages.request import RunRequest, cancel_run
from generation.tasks import submit_run
from synthportal.models import Job
from synthportal.storage.vault import has_sealed

SCHEMA = (ColumnSpec("c0", Sdtype.NUMERICAL, label="n"), ColumnSpec("c1", Sdtype.CATEGORICAL, label="word"))
TABLE = pd.DataFrame({"c0": np.arange(150_000) % 997, "c1": pd.Series(["a", "bb", None] * 50_000, dtype="object")})


def written(frames: list[pd.DataFrame], note: str = "") -> bytes:
    sink = io.BytesIO()
    write_artefact(frames, SCHEMA, sink, note)
    return sink.getvalue()


@settings(max_examples=8)
@given(st.lists(st.integers(1, len(TABLE) - 1), min_size=1, max_size=4, unique=True))
def test_parts_put_together_are_the_bytes_of_the_whole_wherever_they_were_cut(cuts):
    edges = [0, *sorted(cuts), len(TABLE)]
    frames = [TABLE.iloc[first:last] for first, last in pairwise(edges)]
    parts = (io.BytesIO(written([frame], note=str(place))) for place, frame in enumerate(frames))
    sink = io.BytesIO()
    assert join_artefacts(parts, sink).rows == len(TABLE)
    assert sink.getvalue() == written([TABLE])


@pytest.fixture
def in_small_parts(settings):
    settings.PART_SHARDS = 1


def test_a_part_has_bytes_of_its_own_even_where_two_runs_draw_the_same_records():
    assert written([TABLE], note="one") != written([TABLE], note="two")


def test_a_run_in_parts_makes_the_artefact_of_the_run_in_one_piece_and_leaves_no_part(world, in_small_parts, settings):
    dataset, rows = world.dataset, 140_000
    shared = submit_run(dataset, RunRequest("copula", rows, {}, "quick", 5), by=world.dataset.owner)
    work_through_generate(shared)
    settings.PART_SHARDS = 8
    whole = submit_run(dataset, RunRequest("copula", rows, {}, "quick", 5), by=world.dataset.owner)
    work_through_generate(whole)
    assert shared.artefact_sha256 == whole.artefact_sha256 != ""
    assert not RunPart.objects.exists()


def test_what_a_worker_killed_at_the_very_end_left_is_removed_by_the_next_one(world, in_small_parts, monkeypatch):
    run = submit_run(world.dataset, RunRequest("copula", 140_000, {}, "quick", 5), by=world.dataset.owner)
    with monkeypatch.context() as killed:
        killed.setattr(generate, "remove_work", lambda run: None)
        work_through_generate(run)
    assert RunPart.objects.exists()
    assert has_sealed(world.dataset.key_id, run.model_sha256)
    generate.generate_run(run.pk, by=None, report=silent)
    assert not RunPart.objects.exists()
    assert not has_sealed(world.dataset.key_id, run.model_sha256)


def test_cancelling_a_run_withdraws_its_parts_and_removes_what_was_sampled(world, in_small_parts):
    run = submit_run(world.dataset, RunRequest("copula", 140_000, {}, "quick", 5), by=world.dataset.owner)
    GenerationRun.objects.filter(pk=run.pk).update(status=GenerationRun.Status.RUNNING)
    part = RunPart.objects.create(run=run, index=0, rows=131_072)
    job = Job.objects.create(kind="sample_part", subject_id=part.pk, requested_by=world.dataset.owner)
    run.refresh_from_db()
    cancel_run(run, by=world.dataset.owner)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert not RunPart.objects.exists()
    assert not (run.model_sha256 and has_sealed(world.dataset.key_id, run.model_sha256))


def work_through_generate(run: GenerationRun) -> None:
    """Only the job that generates: the evaluation of so many records is not what is asked here."""
    from synthportal.jobs.child import run_claimed
    from synthportal.jobs.queue import claim

    job = Job.objects.get(subject_id=run.pk, kind="generate")
    worker = claim(job.pk)
    assert worker is not None
    assert run_claimed(worker)
    run.refresh_from_db()
