"""Exports a release over real HTTP: the shipped nginx, gunicorn, readers that break off, readers that are slow.

    python benchmarks/export.py [--rows 200000] [--readers 8] [--seconds 20] [--json -]

A release of the demo's table is made by the real verbs, its 2,000 records said over and over until there are enough.
Measured: of 20 downloads that are cut at random places, how many resume to the same digest (`resumed`); the pages' p95
while slow readers take the largest file (`pages_p95_ms`) and without them (`pages_alone_p95_ms`); of the files of a
bundle in each of which one byte is flipped, how many `verify.py` names (`files_flipped_caught`, of `files_in_bundle`);
how fast a whole file leaves through the portal's door compared with the same file as a static one of the same nginx
(`ratio_to_nginx`; `first_ratio_to_nginx` is the first time, when the portal reads it through), and with a plain copy on
the same disk (`ratio_to_copy`). Times depend on the machine: quote ratios. Exits with 1 where a download does not
resume, a flipped byte is not named, or pages take more than 200 ms.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.faults.portal import Portal  # noqa: E402
from tests.faults.proxied import Proxied, served_by_nginx  # noqa: E402

CUTS = 20
AIM_MS = 200
SLOW_BYTES = 16 * 1024  # that a slow reader takes at a time, twenty times a second
SETUP = """
import json, uuid
import pyarrow as pa
import pyarrow.parquet as pq
from generation.stages.request import RunRequest
from reviews.engine.gate.conditions import WAIVABLE
from reviews.engine.reading.judgement import Judgement
from reviews.pipeline import run_pipeline
from reviews.repositories.gate.dossier import collect
from reviews.stages.gate import gate_conditions, waive_condition
from reviews.stages.review import claim_record, judge_record
from reviews.tasks import submit_release
from synthportal.jobs.here import work_through
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.people.tokens.tokens import create_token
from synthportal.roles import Role
from synthportal.jobs.queue import enqueue
from synthportal.storage.vault import open_sealed, write_sealed
from reviews.models import Review
from pathlib import Path
import generation.demo
from generation.repositories.evaluations import digest_of
from tests.cast import put_as_made
people = {{}}
cast = {{"ana": Role.OWNER, "ben": Role.ANNOTATOR, "cleo": Role.STEWARD, "cora": Role.STEWARD, "dan": Role.ENGINEER}}
for name, role in cast.items():
    people[name] = Person.objects.create(username=name)
    grant(people[name], role)
adult = Path(generation.demo.__file__).parent / "adult_extract.csv.gz"
stated = {{"name": "incomes", "purpose": "training", "target": "income", "description": "To load."}}
piped = run_pipeline(adult, stated, RunRequest("gaussian_copula", 2000, seed=7, tier="quick"), by=people["ana"])
run, evaluation = piped.run, piped.run.evaluations.latest("number")
with open_sealed(run.dataset.key_id, run.artefact_sha256) as source:
    table = pq.read_table(source)
with write_sealed(run.dataset.key_id) as draft:
    pq.write_table(pa.concat_tables([table] * ({rows} // 2000)), draft.file, compression="zstd", row_group_size=131072)
run.pk, run.number, run.artefact_rows = uuid.uuid4(), run.number + 1, {rows} // 2000 * 2000
run.artefact_sha256, run.artefact_size = draft.written.sha256, draft.written.size
evaluation.pk, evaluation.run, evaluation.artefact_sha256 = uuid.uuid4(), run, run.artefact_sha256
evaluation.digest = digest_of(run, evaluation.metrics, evaluation.policy_version)
for row in (run, evaluation):
    row._state.adding = True
    put_as_made(row)
enqueue("sample", run.pk, person_id=people["ana"].pk)
work_through(run.pk)
review = Review.objects.get(run=run)
while record := claim_record(review, by=people["ben"]):
    judge_record(record, Judgement("clean"), token=record.token, by=people["ben"])
short = {{line.name for line in gate_conditions(review.run) if not line.met}}
for condition in short.intersection(WAIVABLE):
    waive_condition(review.run, condition, reason="To measure downloads of large files.", by=people["cora"])
dossier = collect(review.run)
release = submit_release(review.run, by=people["cleo"], dossier_hash=dossier.hash, seen=dossier.needing_eyes)
work_through(release.pk)
secret = create_token(people["dan"], "program", days=1, can_write=False)[1]
files = {{kept.format: [kept.sha256, kept.size] for kept in release.files.all()}}
print(json.dumps([str(release.pk), secret, files]))
"""


class Reader:
    """A program with a token, over connections of its own."""

    def __init__(self, proxied: Proxied, release: str, secret: str) -> None:
        self._proxied, self._release, self._secret = proxied, release, secret
        self._host = urlsplit(proxied.address).netloc

    def ask(self, path: str, **headers: str) -> tuple[http.client.HTTPSConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPSConnection(self._host, context=self._proxied.trust, timeout=120)
        connection.request("GET", path, headers={"Authorization": f"Bearer {self._secret}", **headers})
        return connection, connection.getresponse()

    def address(self, fmt: str) -> str:
        return f"/api/v1/releases/{self._release}/export/?format={fmt}"

    def whole(self, path: str) -> tuple[bytes, float]:
        """The body, and the seconds that it took."""
        began = time.perf_counter()
        connection, answer = self.ask(path)
        assert answer.status == 200, answer.read()
        body = answer.read()
        connection.close()
        return body, time.perf_counter() - began


def resumed(reader: Reader, sha256: str, size: int, chance: random.Random) -> int:
    """How many downloads that broke off at a random place gave the same digest when they were taken up again."""
    same = 0
    for cut in chance.sample(range(1, size), CUTS):
        connection, answer = reader.ask(reader.address("csv"))
        got = answer.read(cut)
        connection.close()
        connection, answer = reader.ask(reader.address("csv"), **{"Range": f"bytes={cut}-", "If-Range": f'"{sha256}"'})
        same += answer.status == 206 and hashlib.sha256(got + answer.read()).hexdigest() == sha256
        connection.close()
    return same


def pages(reader: Reader, readers: int, seconds: float) -> float:
    """The p95 of pages, in milliseconds, while slow readers hold the largest file and its bundle."""
    over = threading.Event()

    def read_slowly(fmt: str) -> None:
        connection, answer = reader.ask(reader.address(fmt), Range="bytes=0-")
        while not over.is_set() and answer.read(SLOW_BYTES):
            time.sleep(0.05)
        connection.close()

    slow = [threading.Thread(target=read_slowly, args=(("jsonl", "bundle")[one % 2],)) for one in range(readers)]
    for thread in slow:
        thread.start()
    time.sleep(1)
    took, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        for path in ("/.well-known/synthportal/keys.json", "/api/v1/releases/", "/api/v1/notices/"):
            took.append(reader.whole(path)[1] * 1000)
            time.sleep(0.02)
    over.set()
    for thread in slow:
        thread.join()
    return quantiles(took, n=20)[-1]


def flipped(bundle: bytes, folder: Path, chance: random.Random) -> tuple[int, int]:
    """(files of a bundle whose flipped byte `verify.py` catches and names, files in the bundle)."""
    (folder / "bundle.zip").write_bytes(bundle)
    with zipfile.ZipFile(folder / "bundle.zip") as read:
        read.extractall(folder / "unpacked")
        names = [one.filename for one in read.infolist()]
    shutil.copy(folder / "unpacked" / "verify.py", folder / "verify.py")
    caught = 0
    for name in names:
        path = folder / "unpacked" / name
        content = path.read_bytes()
        changed = bytearray(content)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        words = [sys.executable, str(folder / "verify.py"), str(folder / "unpacked")]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        caught += done.returncode == 1 and name in done.stdout
        path.write_bytes(content)
    return caught, len(names)


def fastest(take: Any, times: int = 5) -> float:
    return min(take() for _ in range(times))


def copied(source: Path, target: Path) -> float:
    began = time.perf_counter()
    shutil.copyfile(source, target)
    return time.perf_counter() - began


def measured(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    portal, chance = Portal(folder / "home"), random.Random(14)
    release, secret, files = json.loads(portal.run(SETUP.format(rows=arguments.rows)).splitlines()[-1])
    sha256, size = files["jsonl"]
    static = folder / "static"
    static.mkdir()
    shelf = portal.home / "data" / "vault" / "released" / sha256
    shutil.copyfile(shelf, static / "records.jsonl")
    with served_by_nginx(portal, folder / "nginx", static=static) as proxied:
        reader = Reader(proxied, release, secret)
        first = reader.whole(reader.address("jsonl"))[1]
        through = fastest(lambda: reader.whole(reader.address("jsonl"))[1])
        by_nginx = fastest(lambda: reader.whole("/static/records.jsonl")[1])
        copy = fastest(lambda: copied(shelf, folder / "copy"))
        bundle, bundle_seconds = reader.whole(reader.address("bundle"))
        caught, members = flipped(bundle, folder, chance)
        return vars(arguments) | {
            "bytes": size,
            "resumed": resumed(reader, *files["csv"], chance),
            "cut": CUTS,
            "pages_alone_p95_ms": round(pages(reader, 0, arguments.seconds / 2), 1),
            "pages_p95_ms": round(pages(reader, arguments.readers, arguments.seconds), 1),
            "files_flipped_caught": caught,
            "files_in_bundle": members,
            "ratio_to_nginx": round(by_nginx / through, 3),
            "first_ratio_to_nginx": round(by_nginx / first, 3),
            "ratio_to_copy": round(copy / through, 3),
            "bundle_bytes": len(bundle),
            "bundle_seconds": round(bundle_seconds, 3),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000, help="records of the release (200000)")
    parser.add_argument("--readers", type=int, default=8, help="slow readers at the same time (8)")
    parser.add_argument("--seconds", type=float, default=20, help="how long pages are asked for (20)")
    parser.add_argument("--json", metavar="FILE", help="write the figures there, - for standard output")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(arguments, Path(folder))
    text = json.dumps(found, indent=2)
    if arguments.json and arguments.json != "-":
        Path(arguments.json).write_text(text + "\n")
    else:
        print(text)
    is_good = found["resumed"] == CUTS and found["files_flipped_caught"] == found["files_in_bundle"]
    return 0 if is_good and found["pages_p95_ms"] <= AIM_MS else 1


if __name__ == "__main__":
    sys.exit(main())
