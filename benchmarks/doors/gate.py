"""The gate's page and the release of a run with about a thousand verdicts.

    python benchmarks/doors/gate.py [--ltpd 0.002] [--times 40] [--json -]

A run of 2,000 records is brought to its gate by the real verbs; the policy asks for so small a share of leaks that a
thousand of them are judged. Asked for by the steward who may sign, without a network, after one visit that warms it:
the gate's page and its API, and the signature by API, undone each time. Printed: the median and the 95th percentile of
wall-clock and of processor time (what others do on the machine adds nothing to that one), in milliseconds.
Exits with 1 where a 95th percentile of processor time is above 200 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

if __name__ == "__main__":  # the jobs' own processes read this file again, and get the folder by their environment
    os.environ |= {
        "SYNTHPORTAL_HOME": tempfile.mkdtemp(prefix="gate-"),
        "SYNTHPORTAL_READING_SPEED": "0",  # nobody of a benchmark reads
        "SYNTHPORTAL_REAUTHENTICATION_MINUTES": "0",
        "DJANGO_SETTINGS_MODULE": "synthportal.settings",
    }

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402

from reviews.engine.gate.conditions import WAIVABLE  # noqa: E402
from reviews.models import Verdict  # noqa: E402
from reviews.stages.gate import gate_conditions, waive_condition  # noqa: E402
from tests import cast  # noqa: E402
from tests.reviews.conftest import judge_all  # noqa: E402
from tests.reviews.signing import all_seen  # noqa: E402

MOST_MS = 200.0


def build(ltpd: float) -> cast.World:
    """A run whose review is judged, and whose gate is open."""
    people = cast.make_people()
    cast.agree_tier("quick", {"ltpd": ltpd}, reason="To judge a thousand records.")
    world = cast.world()
    judge_all(world, people["ben"])
    for line in gate_conditions(world.run):
        if not line.met and line.name in WAIVABLE:
            waive_condition(world.run, line.name, reason="To measure how quick pages are.", by=people["cora"])
    return world


def timed(act: Callable[[], Any], times: int) -> dict[str, float]:
    """Milliseconds of an act that has been done once before."""
    act()
    wall, processor = [], []
    for _ in range(times):
        began, began_processor = time.perf_counter(), time.process_time()
        act()
        wall.append(1000 * (time.perf_counter() - began))
        processor.append(1000 * (time.process_time() - began_processor))
    return {
        "wall_median": round(median(wall), 1), "wall_p95": round(quantiles(wall, n=20)[-1], 1),
        "processor_median": round(median(processor), 1), "processor_p95": round(quantiles(processor, n=20)[-1], 1),
    }  # fmt: skip


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    world = build(asked.ltpd)
    steward = Client(SERVER_NAME="127.0.0.1", headers={"host": "127.0.0.1"})
    steward.force_login(cast.make_people()["cleo"], backend="django.contrib.auth.backends.ModelBackend")
    said, run = all_seen(world.run), world.run.pk

    def get(url: str) -> None:
        answer = steward.get(url)
        if answer.status_code != 200:
            raise SystemExit(f"{url} answers {answer.status_code}.")

    def sign() -> None:
        with transaction.atomic():
            answer = steward.post(f"/api/v1/runs/{run}/release/", said, content_type="application/json")
            transaction.set_rollback(True)
        if answer.status_code != 201:
            raise SystemExit(f"The release answers {answer.status_code}: {answer.content.decode()[:300]}")

    return {
        "verdicts": Verdict.objects.count(),
        "page": timed(lambda: get(f"/runs/{run}/gate/"), asked.times),
        "api": timed(lambda: get(f"/api/v1/runs/{run}/gate/"), asked.times),
        "release": timed(sign, asked.times),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ltpd", type=float, default=0.002)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--json", metavar="FILE", help="-: print figures as JSON")
    asked = parser.parse_args()
    try:
        found = measure(asked)
    finally:
        shutil.rmtree(os.environ["SYNTHPORTAL_HOME"], ignore_errors=True)
    text = json.dumps(found, indent=2)
    if asked.json and asked.json != "-":
        Path(asked.json).write_text(text)
    else:
        print(text)
    slowest = max(one["processor_p95"] for one in found.values() if isinstance(one, dict))
    raise SystemExit(0 if slowest <= MOST_MS else 1)


if __name__ == "__main__":
    main()
