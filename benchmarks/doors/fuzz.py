"""The API asked what its own schema allows and what it does not, by schemathesis as seven people and as nobody.

    python benchmarks/doors/fuzz.py [--examples 17] [--quick] [--seed 1] [--home FOLDER] [--json -]

A portal of its own is filled by the real verbs (datasets, runs, reviews, releases, and what hangs on them), and served
by gunicorn. Each person makes every request with so many examples that schemathesis invents, and (not with `--quick`)
with all that its coverage of the schema asks: every other time with a session, else with a token; ids are mostly those
of what is there. In a folder that is kept, a portal is filled the first time.

Printed for each: requests, answers of 500 and above, and answers that the schema does not describe (a status, a kind of
content, a shape, a method that is let through). Exits with 1 where there is one of either.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

if __name__ == "__main__":  # the jobs' own processes read this file again, and get the folder by their environment
    os.environ |= {
        "SYNTHPORTAL_HOME": (
            sys.argv[sys.argv.index("--home") + 1] if "--home" in sys.argv else tempfile.mkdtemp(prefix="fuzz-")
        ),
        "SYNTHPORTAL_READING_SPEED": "0",
        "SYNTHPORTAL_REAUTHENTICATION_MINUTES": "600",  # what binds others is reached, too
        "SYNTHPORTAL_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "synthportal.settings",
    }
    os.environ.pop("DATABASE_URL", None)

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks.pages import Crowd  # noqa: E402 - it sets Django up
from generation.models import BakeOff, Calibration, Dataset, GenerationRun, TechnologyMap  # noqa: E402
from generation.stages.compare import BakeOffRequest  # noqa: E402
from generation.tasks import submit_bake_off, submit_calibration, submit_map  # noqa: E402
from reviews.models import AccessRequest, Release, Review, ReviewRecord  # noqa: E402
from synthportal.models import Person  # noqa: E402
from synthportal.people.tokens.tokens import create_token  # noqa: E402
from tests.e2e.conftest import free_port, is_up  # noqa: E402
from tests.faults.portal import wait_for  # noqa: E402

PEOPLE = ("ana", "ben", "cleo", "dan", "eve", "root", "nobody", "anonymous")
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "unsupported_method",
)  # fmt: skip


def fill() -> dict[str, list[str]]:
    """A portal with several of everything; the ids of what is there, by the first word of an address."""
    crowd = Crowd()
    crowd.grow(datasets=12, runs=36, reviews=12, releases=6)
    ana, dan, run = crowd.people["ana"], crowd.people["dan"], crowd.run
    submit_calibration(run, Calibration.Kind.PLANTED_LEAKS, by=ana)
    submit_map(crowd.dataset, by=ana)
    submit_bake_off(crowd.dataset, BakeOffRequest(("copula", "gaussian_copula"), 10), by=ana)
    for release in Release.objects.all():
        AccessRequest.objects.create(release=release, person=dan, purpose="A model of costs.")
    models = {
        "datasets": Dataset, "runs": GenerationRun, "reviews": Review, "records": ReviewRecord, "releases": Release,
        "bake-offs": BakeOff, "calibrations": Calibration, "technology-maps": TechnologyMap, "access": AccessRequest,
    }  # fmt: skip
    return {word: [str(pk) for pk in model.objects.values_list("pk", flat=True)] for word, model in models.items()}


def filled(home: Path) -> dict[str, list[str]]:
    """The ids of what is in a portal, which is filled if nobody has done it before."""
    call_command("migrate", verbosity=0)
    known = home / "filled.json"
    if not known.exists():
        known.write_text(json.dumps(fill()))
    ids: dict[str, list[str]] = json.loads(known.read_text())
    return ids


def headers_of(name: str) -> list[dict[str, str]]:
    """How somebody of the cast signs in: by session, and by token."""
    if name == "anonymous":
        return [{}, {"Authorization": "Bearer sp_unknown"}]
    person, client = Person.objects.get(username=name), Client()
    client.force_login(person)
    cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={'a' * 32}"
    token = create_token(person, "fuzz", days=1, can_write=True)[1]
    return [{"Cookie": cookies, "X-CSRFToken": "a" * 32}, {"Authorization": f"Bearer {token}"}]


def serve(address: str) -> subprocess.Popen[bytes]:
    words = ["-m", "gunicorn", "synthportal.wsgi", "--bind", address, "--worker-class", "gthread", "--threads", "8"]
    return subprocess.Popen(
        [sys.executable, *words, "--timeout", "600", "--log-level", "error"], cwd=ROOT, start_new_session=True
    )


def schema_of(address: str) -> Path:
    """The schema as the portal serves it to who is signed in."""
    asked = Request(f"http://{address}/api/v1/schema/?format=json")
    asked.add_header("Accept", "application/vnd.oai.openapi+json")
    asked.add_header("Authorization", headers_of("nobody")[1]["Authorization"])
    kept = Path(os.environ["SYNTHPORTAL_HOME"]) / "fuzz" / "schema.json"
    with urlopen(asked, timeout=60) as answer:
        kept.write_bytes(answer.read())
    return kept


def ask(name: str, address: str, ids: dict[str, list[str]], asked: argparse.Namespace) -> list[dict[str, Any]]:
    """What one person saw: a line for each answer, with the checks that it failed."""
    folder = Path(os.environ["SYNTHPORTAL_HOME"]) / "fuzz" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text(json.dumps({"ids": ids, "headers": headers_of(name), "seed": asked.seed}))
    words = [str(schema_of(address)), "--url", f"http://{address}"]
    words += ["--checks", ",".join(CHECKS), "--continue-on-failure", "--no-shrink", "--seed", str(asked.seed)]
    words += ["--phases", "fuzzing" if asked.quick else "coverage,fuzzing", "--max-examples", str(asked.examples)]
    words += ["--generation-database", "none", "--generation-with-security-parameters", "false"]
    words += ["--suppress-health-check", "all", "--warnings", "off", "--no-color", "--request-timeout", "60"]
    around = {"SCHEMATHESIS_HOOKS": "benchmarks.doors.fuzz_hooks", "FUZZ_FOLDER": str(folder), "PYTHONPATH": str(ROOT)}
    with (folder / "printed.txt").open("w") as printed:
        program = [str(Path(sys.executable).with_name("st")), "run", *words]
        subprocess.run(program, cwd=folder, env=os.environ | around, stdout=printed, stderr=printed, check=False)
    return together(json.loads(line) for line in (folder / "told.jsonl").read_text().splitlines())


def together(lines: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each answer once, with all checks that it failed."""
    answers: dict[str, dict[str, Any]] = {}
    for line in lines:
        answer = answers.setdefault(line["id"], line | {"failed": []})
        answer["failed"] += [line["failed"]] if line["failed"] else []
    return list(answers.values())


def summed(answers: list[dict[str, Any]]) -> dict[str, int]:
    return {
        "requests": len(answers),
        "server_errors": sum(one["status"] >= 500 for one in answers),
        "undocumented": sum(one["status"] < 500 and bool(one["failed"]) for one in answers),
    }


def measure(asked: argparse.Namespace) -> tuple[dict[str, Any], Counter[str]]:
    ids = filled(Path(os.environ["SYNTHPORTAL_HOME"]))
    connections.close_all()
    address = f"127.0.0.1:{free_port()}"
    server = serve(address)
    try:
        wait_for(lambda: is_up(f"http://{address}/health/live/"), "gunicorn")
        seen = {name: ask(name, address, ids, asked) for name in asked.people}
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
    people = {name: summed(answers) for name, answers in seen.items()}
    total = {key: sum(one[key] for one in people.values()) for key in ("requests", "server_errors", "undocumented")}
    every = [one for answers in seen.values() for one in answers]
    failed = Counter(f"{one['method']} {one['path']} {one['status']}: {why}" for one in every for why in one["failed"])
    return {"seed": asked.seed, **total, "people": people}, failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=17, help="invented for each request and person")
    parser.add_argument("--quick", action="store_true", help="without schemathesis' coverage of the schema")
    parser.add_argument("--people", nargs="+", choices=PEOPLE, default=PEOPLE)
    parser.add_argument("--home", help="a folder that is kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", metavar="FILE", help="-: print figures as JSON")
    asked = parser.parse_args()
    try:
        found, failed = measure(asked)
    finally:
        if not asked.home:
            shutil.rmtree(os.environ["SYNTHPORTAL_HOME"], ignore_errors=True)
    for line, times in failed.most_common():
        print(f"{times:5d} {line}", file=sys.stderr)
    text = json.dumps(found, indent=2)
    print(text) if asked.json in {None, "-"} else Path(asked.json).write_text(text)
    raise SystemExit(1 if found["server_errors"] or found["undocumented"] else 0)


if __name__ == "__main__":
    main()
