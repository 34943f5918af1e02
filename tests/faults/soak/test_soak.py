"""Random histories with a hostile writer behind the database and hostile people at the doors: `make soak` walks 100,000
steps of them.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from random import Random

import pytest

from generation.models import GenerationRun
from reviews.stages.export import export_release
from synthportal.models import Person
from synthportal.trail.verification import standing
from tests.faults.soak.begun import begin_with
from tests.faults.soak.doors import FORMATS
from tests.faults.soak.walk import walk

pytestmark = pytest.mark.slow

STEPS = int(os.environ.get("SYNTHPORTAL_SOAK_STEPS", "480"))
# A walk so long is one test, and tests are shared among processes.
AT_ONCE = 500
WALKS = [
    (seed, state, min(AT_ONCE, STEPS // 3))
    for seed in range(max(STEPS // (3 * AT_ONCE), 1))
    for state in ("open", "judged", "released")
]


def signed_files(run: GenerationRun, by: Person) -> dict[str, str]:
    """By format: the digest of what leaves before anybody touched anything."""
    release = run.releases.first()
    return {} if release is None else {form: digest_of(export_release(release, form, by=by).file) for form in FORMATS}


def digest_of(file: object) -> str:
    digest = hashlib.sha256()
    with file:  # type: ignore[attr-defined]
        while piece := file.read(1 << 20):  # type: ignore[attr-defined]
            digest.update(piece)
    return digest.hexdigest()


@pytest.mark.parametrize(("seed", "state", "steps"), WALKS)
def test_no_history_releases_or_exports_what_was_touched_and_every_touch_is_told(seed, state, steps, people):
    run = begin_with(state, people)
    assert standing().alarm == ""
    done: Counter[str] = walk(Random(seed), run, steps, signed_files(run, people["dan"]))
    assert done["steps"] >= steps
    assert done["refused"] > 0
    assert done["shuts the gate"] + done["named by verify_audit"] > 0
