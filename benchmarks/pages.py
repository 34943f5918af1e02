"""Server time and queries of every page over many rows: 100 datasets, 1,000 runs, 200 reviews, 50 releases.

    python benchmarks/pages.py [--datasets 100] [--runs 1000] [--reviews 200] [--releases 50] [--times 7] [--json -]

One dataset is brought to a signed release by the real verbs; the others are copies of its rows, and of its verdicts and
events. Every page is asked for by who uses it, without a network, after one visit that warms it. Printed for each: the
median of its processor time (what others do on the machine adds nothing), and its queries with a tenth of the rows and
with all of them. `slowest_median_ms` is the slowest page, `constant_queries` says whether no page asks more for more
rows. Times depend on the machine. Exits with 1 where queries grow.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if __name__ == "__main__":  # the jobs' own processes read this file again, and get the folder by their environment
    os.environ |= {
        "SYNTHPORTAL_HOME": tempfile.mkdtemp(prefix="pages-"),
        "SYNTHPORTAL_READING_SPEED": "0",  # nobody of a benchmark reads
        "DJANGO_SETTINGS_MODULE": "synthportal.settings",
    }
    os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.db.models.base import ModelState  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from generation.models import Dataset, Evaluation, GenerationRun, NewerVersion  # noqa: E402
from generation.repositories.sensitive.cells import CELLS  # noqa: E402
from reviews.models import Release, Review, ReviewRecord, Tally, Verdict  # noqa: E402
from reviews.repositories.samples import content_of, encode_record  # noqa: E402
from synthportal.models import Person  # noqa: E402
from synthportal.people.messages.notices import Event, tell  # noqa: E402
from synthportal.storage.keys import create_key  # noqa: E402
from synthportal.storage.vault import open_value, seal_value  # noqa: E402
from synthportal.trail.audit import record  # noqa: E402
from tests import cast  # noqa: E402
from tests.reviews.conftest import make_judged  # noqa: E402
from tests.reviews.signing import all_seen, publish  # noqa: E402

RECORDS = 12  # of each copied review
EVENTS = 20  # in the trail, of each copied review
PAGES = {
    "ana": (
        "/", "/datasets/", "/runs/", "/reviews/", "/notices/", "{dataset}", "{changes}", "{run}", "{records}",
        "{new run}", "{release}",
    ),
    "ben": ("/", "/reviews/", "{desk}"),
    "cleo": (
        "/", "/reviews/", "/runs/", "/audit/", "{gate}", "{dossier}", "{verdicts}", "{flags}", "/releases/",
        "/sensitive/",
    ),
    "dan": ("/", "/releases/", "{release}"),
    "eve": ("/", "/audit/", "/runs/", "/releases/", "{release}"),
}  # fmt: skip


def another(row: Any, **changes: Any) -> Any:
    """A copy of a row as a new one."""
    made = copy.copy(row)
    made._state = ModelState()
    made.pk = uuid4() if isinstance(made._meta.pk, models.UUIDField) else None
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def sha256() -> str:
    return uuid4().hex + uuid4().hex


class Crowd:
    """The first dataset by the real verbs, and copies of what is around it."""

    def __init__(self) -> None:
        self.people = cast.make_people()
        world = make_judged(self.people)
        self.dataset, self.run, self.review = world.dataset, world.run, world.review
        self.evaluation = world.run.evaluations.latest("number")
        self.records = list(self.review.records.order_by("position"))
        self.content = encode_record(dict(content_of(self.records[0])))
        self.cells = open_value(self.dataset.key_id, bytes(self.dataset.cells), CELLS + self.dataset.pk.bytes)
        self.release = self._signed()

    def _signed(self) -> Release:
        from reviews.engine.gate.conditions import WAIVABLE
        from reviews.stages.gate import gate_conditions, waive_condition
        from reviews.tasks import submit_release

        for line in gate_conditions(self.run):
            if not line.met and line.name in WAIVABLE:
                waive_condition(self.run, line.name, reason="To measure how quick pages are.", by=self.people["cora"])
        release = submit_release(self.run, by=self.people["cleo"], **all_seen(self.run))
        publish(release)
        return release

    def grow(self, datasets: int, runs: int, reviews: int, releases: int) -> None:
        """Until there are so many of each; runs are spread over the datasets, the newest are in review."""
        with cast.without_triggers(), transaction.atomic():
            places = [self._dataset() for _ in range(Dataset.objects.count(), datasets)]
            places.append((self.dataset, self.run.plan))
            made = [self._run(*places[number % len(places)]) for number in range(GenerationRun.objects.count(), runs)]
            wanted = reviews - Review.objects.count()
            signed = releases - Release.objects.count()
            for number, run in enumerate(made[:wanted]):
                self._review(run, is_released=number < signed)

    def _dataset(self) -> tuple[Dataset, Any]:
        made = another(self.dataset, key=create_key(), name=f"claims {uuid4().hex[:6]}", sha256=sha256())
        made.cells = seal_value(made.key_id, self.cells, CELLS + made.pk.bytes)
        made.save(force_insert=True)
        columns = [another(one, dataset=made) for one in self.dataset.columns.all()]
        type(columns[0]).objects.bulk_create(columns)
        plan = another(self.run.plan, dataset=made)
        plan.save(force_insert=True)
        return made, plan

    def _run(self, dataset: Dataset, plan: Any) -> GenerationRun:
        number = dataset.runs.count() + 1
        made = another(self.run, dataset=dataset, plan=plan, number=number, artefact_sha256=sha256())
        made.save(force_insert=True)
        evaluation = another(self.evaluation, run=made, artefact_sha256=made.artefact_sha256, digest=sha256())
        evaluation.save(force_insert=True)
        return made

    def _review(self, run: GenerationRun, *, is_released: bool) -> None:
        status = Review.Status.RELEASED if is_released else Review.Status.OPEN
        places = {"random": RECORDS}
        made = another(self.review, run=run, artefact_sha256=run.artefact_sha256, status=status, places=places)
        made.dossier_hash = sha256() if is_released else ""
        made.save(force_insert=True)
        self._records(made, judged=RECORDS if is_released else RECORDS // 2)
        people = list(self.people.values())
        for place in range(EVENTS):
            record("judged", made, by=people[place % 3], decision="clean")
        if is_released:
            self._release(made)
        tell(Event.NEEDS_REVIEW, f"Records of {run} wait for review.", path="/", to=people, subject=made.pk, by_id=None)

    def _records(self, review: Review, judged: int) -> None:
        ben, state = self.people["ben"], ReviewRecord.State
        sample = [one for one in self.records if one.lane == "random"][:RECORDS]
        records = [
            another(one, review=review, position=place, state=state.JUDGED if place <= judged else state.WAITING)
            for place, one in enumerate(sample, start=1)
        ]
        for one in records:
            one.sealed = seal_value(review.run.dataset.key_id, self.content, one.pk.bytes)
        ReviewRecord.objects.bulk_create(records)
        first = Verdict.objects.filter(by=ben, decision="clean").first()
        Verdict.objects.bulk_create([another(first, record=one) for one in records[:judged]])
        Tally.objects.create(review=review, person=ben, lane="random", verdicts=judged, judged=judged)

    def _release(self, review: Review) -> None:
        number = Release.objects.count() + 1
        made = another(
            self.release, run=review.run, review=review, artefact_sha256=review.artefact_sha256, number=number
        )
        made.save(force_insert=True)
        for rows in (self.release.files, self.release.columns, self.release.attestations):
            copies = [another(one, release=made) for one in rows.all()]
            for one in copies:
                if hasattr(one, "statement_sha256"):
                    one.statement_sha256 = sha256()
            rows.model.objects.bulk_create(copies)
        taken = self.release.downloads.model(release=made, by=self.people["dan"], format="parquet", sha256=sha256())
        taken.last_byte = 1
        taken.save(force_insert=True)

    def addresses(self) -> dict[str, str]:
        """Of the pages about one thing: one that has siblings."""
        review = Review.objects.filter(status=Review.Status.OPEN).latest("created_at")
        newer = Dataset.objects.exclude(pk=self.dataset.pk).order_by("pk")[0]
        NewerVersion.objects.get_or_create(dataset=newer, defaults={"earlier": self.dataset})
        return {
            "{changes}": f"/datasets/{newer.pk}/changes/",
            "{records}": f"/runs/{self.run.pk}/records/",
            "{dossier}": f"/runs/{self.run.pk}/dossier.pdf",
            "{dataset}": f"/datasets/{self.dataset.pk}/",
            "{new run}": f"/datasets/{self.dataset.pk}/runs/new/",
            "{run}": f"/runs/{self.run.pk}/",
            "{desk}": f"/reviews/{review.pk}/",
            "{verdicts}": f"/reviews/{self.review.pk}/verdicts/",
            "{flags}": f"/reviews/{review.pk}/flags/",
            "{gate}": f"/runs/{self.run.pk}/gate/",
            "{release}": f"/releases/{self.release.pk}/",
        }


def visits(crowd: Crowd) -> Iterator[tuple[str, Client, str]]:
    """Each page with who asks for it, by a name that says so."""
    places = crowd.addresses()
    for who, pages in PAGES.items():
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(Person.objects.get(username=who))
        for page in pages:
            yield f"{page.strip('{}')} ({who})", client, places.get(page, page)


def queries(crowd: Crowd) -> dict[str, int]:
    """Of each page, warm."""
    found = {}
    for name, client, url in visits(crowd):
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(url)
        if answer.status_code != 200:
            raise SystemExit(f"{name}: {url} answers {answer.status_code}.")
        found[name] = len(asked)
    return found


def times(crowd: Crowd, number: int) -> dict[str, float]:
    """The median milliseconds of each page."""
    found = {}
    for name, client, url in visits(crowd):
        client.get(url)
        took = []
        for _ in range(number):
            began = time.process_time()
            client.get(url)
            took.append(1000 * (time.process_time() - began))
        found[name] = median(took)
    return found


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    crowd, volumes = Crowd(), (asked.datasets, asked.runs, asked.reviews, asked.releases)
    crowd.grow(*(max(2, volume // 10) for volume in volumes))
    few = queries(crowd)
    crowd.grow(*volumes)
    many, took = queries(crowd), times(crowd, asked.times)
    pages = {
        name: {"median_ms": round(took[name], 1), "queries_few": few[name], "queries_many": many[name]} for name in took
    }
    slowest = max(took, key=lambda name: took[name])
    return {
        "datasets": Dataset.objects.count(),
        "runs": GenerationRun.objects.count(),
        "reviews": Review.objects.count(),
        "releases": Release.objects.count(),
        "evaluations": Evaluation.objects.count(),
        "slowest": slowest,
        "slowest_median_ms": round(took[slowest], 1),
        "constant_queries": all(one["queries_many"] <= one["queries_few"] for one in pages.values()),
        "pages": pages,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, volume in (("datasets", 100), ("runs", 1000), ("reviews", 200), ("releases", 50), ("times", 7)):
        parser.add_argument(f"--{name}", type=int, default=volume)
    parser.add_argument("--json", metavar="FILE", help="-: print figures as JSON")
    asked = parser.parse_args()
    try:
        found = measure(asked)
    finally:
        shutil.rmtree(os.environ["SYNTHPORTAL_HOME"], ignore_errors=True)
    if asked.json:
        text = json.dumps(found, indent=2)
        print(text) if asked.json == "-" else Path(asked.json).write_text(text)
    else:
        for name, one in sorted(found["pages"].items(), key=lambda item: -item[1]["median_ms"]):
            print(f"{one['median_ms']:8.1f} ms  {one['queries_few']:4d} {one['queries_many']:4d} queries  {name}")
        print(f"slowest: {found['slowest']}; constant queries: {found['constant_queries']}")
    raise SystemExit(0 if found["constant_queries"] else 1)


if __name__ == "__main__":
    main()
