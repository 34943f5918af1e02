"""A string of its own in every source cell, then a look everywhere but into the vault's sealed files: no hit."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.portal import ROOT, Portal

SECRET = "zqxcanary"  # begins every cell that only one record, or too few of them, has (of codes every second)
COMMON = "wvkshared"  # begins every cell that a hundred records and more share
ROWS = 2_700
WALK = """
import json
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
from django.apps import apps
from django.test import Client
from django.urls import get_resolver
from generation.models import Dataset, GenerationRun
from reviews.models import Review, ReviewRecord
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
known = {"datasets": Dataset.objects.get().pk, "runs": GenerationRun.objects.get(number=1).pk,
         "reviews": Review.objects.get().pk, "records": ReviewRecord.objects.first().pk}
people = {"owner": Dataset.objects.get().owner, "anonymous": None}
for role in (Role.ANNOTATOR, Role.STEWARD, Role.ENGINEER, Role.AUDITOR):
    name = role.value.split()[-1]
    people[name] = Person.objects.create(username=name)
    grant(people[name], role)
people["root"] = Person.objects.create(username="root", is_superuser=True, is_staff=True)
def routes(patterns, prefix=""):
    for pattern in patterns:
        within = getattr(pattern, "url_patterns", None)
        route = prefix + str(pattern.pattern)
        yield from [route] if within is None else routes(within, route)
said = {}
for name, person in people.items():
    client = Client(raise_request_exception=False)
    if person:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    paths = []
    for route in routes(get_resolver().url_patterns):
        word = route.removeprefix("api/v1/").split("/")[0]
        paths.append("/" + route.replace("<uuid:pk>", str(known.get(word, known["runs"]))))
    for model in apps.get_models():
        app, name_of_model = model._meta.app_label, model._meta.model_name
        paths += [f"/admin/{app}/{name_of_model}/{row.pk}/change/" for row in model._default_manager.all()[:3]]
    for path in paths:
        if "<" in path or "(" in path or "logout" in path or "erase" in path:
            continue
        for method in ("GET", "POST"):
            if method == "POST" and not path.startswith("/api/"):
                continue
            response = client.generic(method, path, "{}", "application/json")
            said[f"{name} {method} {path} {response.status_code}"] = response.content.decode(errors="replace")
print(json.dumps(said))
"""
# So few records decide these checks in most portals, not in all; without a review there would be nothing to walk.
LIMITS = """
from synthportal.roles import Role
from synthportal.people.tokens.grants import grant
from synthportal.models import Person
from tests.cast import agree_limits
for name in ("cleo", "cora"):
    grant(Person.objects.create(username=name), Role.STEWARD)
changes = {"rules": {name: {"blocks": 0.7} for name in ("singling_out_risk", "outlier_attack_auc")}}
agree_limits("testing", changes, reason="So few records decide no less.")
"""
FAILURES = """
from generation.models import Dataset, GenerationRun
from generation.tasks import submit_run
from generation.stages.request import RunRequest
from synthportal.jobs.here import work_through, JobFailed
import generation.stages.generate
dataset = Dataset.objects.get()
kept = generation.stages.generate.read_sealed
def read_and_break(key, sha):
    raise ValueError(f"could not convert {kept(key, sha).to_dict()}")
generation.stages.generate.read_sealed = read_and_break
run = submit_run(dataset, RunRequest("gaussian_copula", 50, {}, "quick", 3), by=dataset.owner)
try:
    work_through(run.pk)
except JobFailed as failed:
    print(failed.reason)
"""


def cells() -> Iterator[list[str]]:
    """Names, e-mails, notes and codes that one record has; a class and a town that many share; a rare town."""
    for number in range(ROWS):
        town = f"{COMMON}town{number % 4}" if number % 225 else f"{SECRET}rare{number}"
        own = (f"name{number}", f"{number}@example.org", f"note number {number} of a long text")
        # What every code begins with, such as ORD-, is a form and kept: so no word begins them all.
        code = f"{SECRET if number % 2 else 'plaincode'}{number:06}"
        shared = (f"{COMMON}class{number % 3}", str(20 + number % 50), str(round(1.5 * number, 1)))
        yield [*(SECRET + cell for cell in own), code, town, *shared]


def everything(portal: Portal, *words: str) -> str:
    """What a command writes to both of its streams, with the log at its most talkative."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=portal.env, capture_output=True, text=True, check=True
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Portal, Path, str, dict[str, str]]:
    """A portal that took the file from upload to review; where it worked, what it said, and every page of it."""
    folder = tmp_path_factory.mktemp("canary")
    source, out, temporary = folder / "cells.csv", folder / "out", folder / "temporary"
    temporary.mkdir()
    lines = ["name,email,note,code,town,class,age,score", *(",".join(row) for row in cells())]
    source.write_text("\n".join(lines) + "\n")
    portal = Portal(folder / "home")
    portal.env |= {"TMPDIR": str(temporary), "SYNTHPORTAL_LOG_LEVEL": "DEBUG"}
    portal.run(LIMITS)
    said = everything(
        portal, "pipeline", str(source), "--purpose=testing", "--synthesizer=gaussian_copula", "--rows=600",
        "--tier=quick", "--seed=3", f"--out={out}", "--json",
    )  # fmt: skip
    said += everything(portal, "shell", "--no-imports", "-v0", "-c", FAILURES)
    pages = json.loads(portal.run(WALK).splitlines()[-1])
    source.unlink()
    return portal, folder, said, pages


def hits(text: str, word: str = SECRET) -> list[str]:
    return re.findall(rf".{{0,60}}{word}\w*.{{0,20}}", text)


@pytest.mark.slow
def test_no_page_and_no_answer_of_the_api_shows_a_source_cell(walked):
    pages = walked[3]
    assert len(pages) > 300
    assert [code for code in pages if code.endswith(" 500")] == []
    (read,) = [name for name in pages if re.search("owner GET /datasets/.*/parsed/ 200$", name)]
    assert SECRET in pages.pop(read)  # what this page is for: the owner looks whether their file was read rightly
    assert {name: hits(page)[:2] for name, page in pages.items() if SECRET in page} == {}


@pytest.mark.slow
def test_what_the_commands_print_and_why_a_job_failed_hold_no_source_cell(walked):
    said = walked[2]
    assert "The work stopped on an unexpected error (ValueError at " in said
    assert hits(said) == hits(said, COMMON) == []


@pytest.mark.slow
def test_the_database_holds_no_source_cell(walked):
    """The whole file and its journal, byte by byte: deleted rows included."""
    folder = walked[0].home / "data"
    for path in folder.glob("portal.sqlite3*"):
        content = path.read_bytes().decode("latin-1")
        assert (path.name, hits(content)[:5]) == (path.name, [])
        assert (path.name, hits(content, COMMON)[:5]) == (path.name, [])


@pytest.mark.slow
def test_no_file_of_the_home_or_the_temporary_folder_holds_a_source_cell(walked):
    found = {}
    for path in walked[1].rglob("*"):
        if path.is_file():
            content = path.read_bytes().decode("latin-1")
            found[str(path.relative_to(walked[1]))] = (hits(content) + hits(content, COMMON))[:3]
    assert any("vault/sealed" in name for name in found)
    assert {name: hit for name, hit in found.items() if hit} == {}


@pytest.mark.slow
def test_shared_values_are_seen_by_those_alone_who_see_the_dataset_or_judge_its_records(walked):
    """A value that many share is in the synthetic records too; nobody else has a page with it."""
    pages = walked[3]
    showing = {name.split()[0] for name, page in pages.items() if COMMON in page}
    assert "annotator" in showing  # or this walk sees no records, and proves nothing
    assert showing <= {"owner", "steward", "auditor", "annotator"}
    assert {name for name, page in pages.items() if COMMON in page and name.startswith("annotator")} <= {
        name for name in pages if re.search(r"/(reviews|records)/", name)
    }
