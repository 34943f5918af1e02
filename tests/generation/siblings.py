"""More evaluated runs of the world's dataset, with the world's evidence changed where a test says so."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.db import transaction

from generation.models import BakeOff, Evaluation, GenerationRun
from generation.repositories.evaluations import digest_of
from synthportal.roles import Operator
from synthportal.trail.audit import record
from tests.cast import World


def sibling(world: World, changes: Mapping[str, Mapping[str, Any]] | None = None, **fields: Any) -> GenerationRun:
    """One more run with the artefact of the world's, whose evidence differs as `changes` says by metric."""
    run = copy.copy(world.run)
    run.id, run._state = uuid4(), copy.copy(world.run._state)
    run._state.adding, run._state.fields_cache = True, dict(run._state.fields_cache)
    run.number = world.dataset.runs.count() + 1
    for name, value in fields.items():
        setattr(run, name, value)
    run.save(force_insert=True)
    first: Evaluation = world.run.evaluations.latest("number")
    metrics = [metric | dict((changes or {}).get(metric["name"], {})) for metric in first.metrics]
    made = Evaluation.objects.create(
        run=run, number=1, artefact_sha256=first.artefact_sha256, metrics=metrics,
        digest=digest_of(run, metrics, first.policy_version), report_sha256=first.report_sha256,
        policy_version=first.policy_version, seconds=12.5,
    )  # fmt: skip
    with transaction.atomic():
        record("requested", run, by=Operator())
        record("measured", made, by=Operator())
    return run


def figure(value: float, lower: float, upper: float, status: str = "pass") -> dict[str, Any]:
    """A value with its interval and verdict."""
    return {"value": value, "lower": lower, "upper": upper, "status": status}


def harmless(world: World) -> dict[str, dict[str, Any]]:
    """Whatever blocks in the world's evidence, made a pass: for tests of what comes after privacy."""
    metrics = world.run.evaluations.latest("number").metrics
    return {metric["name"]: {"status": "pass"} for metric in metrics if metric["status"] == "block"}


def bake_off_of(world: World, *runs: GenerationRun) -> BakeOff:
    """A bake-off that these runs stand in."""
    found = BakeOff.objects.create(dataset=world.dataset, by=world.dataset.owner)
    for run in runs:
        run.bake_off = found
        run.save(update_fields=["bake_off"])
    return found
