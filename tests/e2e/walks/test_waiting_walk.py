"""A run that waits tells what is ahead of it, and goes on telling as that changes, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from generation.models import GenerationRun
from generation.stages.request import RunRequest
from generation.tasks import submit_run
from synthportal.models import Job
from tests.cast import World
from tests.e2e.desk import Desk, at_desk, browser
from tests.generation.siblings import sibling

__all__ = ["at_desk", "browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_waiting_run_tells_its_place_and_what_is_ahead_until_nothing_is(world: World, at_desk: Desk) -> None:
    first, owner, now = sibling(world, artefact_sha256="ab" * 32), world.dataset.owner, timezone.now()
    GenerationRun.objects.filter(pk=first.pk).update(status="running")
    job = Job.objects.create(
        kind="generate", subject_id=first.pk, requested_by=owner, state="running", token=1, attempt=1, phase="fitting",
        lane="long", expected_seconds=1200, started_at=now - timedelta(minutes=8), lease_until=now + timedelta(hours=1),
    )  # fmt: skip
    run = submit_run(world.dataset, RunRequest("ctgan", 500, {"epochs": 300}, "quick", 3), by=owner)
    at = at_desk("ana")
    page = at.page
    page.goto(f"{at.address}/runs/{run.pk}/")
    line = page.locator("#timeline")
    expect(line).to_contain_text("Generate waits for a worker")
    expect(line).to_contain_text("1 job ahead: run 2 of incomes, fitting, about 12 min left")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    Job.objects.filter(pk=job.pk).update(state="done", finished_at=timezone.now(), lease_until=None)
    expect(line).not_to_contain_text("ahead", timeout=10_000)
    expect(line).to_contain_text("Generate waits for a worker")
