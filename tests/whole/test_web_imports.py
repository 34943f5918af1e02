"""What the web process imports: no synthesizer or language model, and no app above the one whose page it shows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.portal import Portal
from tests.whole.environments import ROOT, environment_with

HEAVY = ["sdv", "sdmetrics", "torch", "presidio_analyzer", "spacy", "opendp", "sklearn", "lightgbm", "numba"]
VISIT = """
import json, sys
from django.conf import settings
from django.test import Client
settings.ALLOWED_HOSTS = ["testserver"]
from django.urls import get_resolver
from generation.models import Dataset, GenerationRun
from reviews.models import Review
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import PEOPLE
import synthportal.wsgi
models = {"datasets": Dataset, "runs": GenerationRun, "reviews": Review}
known = {word: model.objects.earliest("created_at").pk for word, model in models.items()}
def routes(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        within = getattr(pattern, "url_patterns", None)
        yield from [route] if within is None else routes(within, route)
owner = Dataset.objects.get().owner
other = Person.objects.create(username=f"all of them in {sys.prefix}", is_superuser=True, is_staff=True)
grant(other, *PEOPLE)
seen = {}
for person in (owner, other):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    for route in routes(get_resolver().url_patterns):
        word = route.removeprefix("api/v1/").split("/")[0]
        path = "/" + route.replace("<uuid:pk>", str(known.get(word, known["runs"])))
        if "<" in path or "(" in path or "logout" in route or "erase" in route:
            continue
        seen.setdefault(route, []).append(client.get(path).status_code)
        client.post(path)
print(json.dumps([seen, sorted(name for name in %r if name in sys.modules)]))
"""

ALONE = """
import json, re, sys
from django.conf import settings
from django.test import Client
settings.ALLOWED_HOSTS = ["testserver"]
from django.urls import get_resolver
from generation.models import Dataset, GenerationRun
from synthportal.models import Person
dataset, run = Dataset.objects.get(), GenerationRun.objects.get()
run_new = f"/datasets/{dataset.pk}/runs/new/"
paths = ["/datasets/", "/runs/", "/policies/limits/training/", "/account/", f"/datasets/{dataset.pk}/",
         f"/datasets/{dataset.pk}/rules/", f"/datasets/{dataset.pk}/compare/", run_new, f"/runs/{run.pk}/",
         f"/datasets/{dataset.pk}/bake-offs/new/", f"/api/v1/runs/{run.pk}/evaluation/"]
client = Client()
client.force_login(Person.objects.get(pk=dataset.owner_id), backend="django.contrib.auth.backends.ModelBackend")
pages = {path: client.get(path) for path in paths}
words = lambda page: re.sub("<[^>]+>", " ", page.content.decode())
print(json.dumps([{path: page.status_code for path, page in pages.items()}, words(pages[f"/runs/{run.pk}/"]),
                  words(pages[run_new]), sorted(name for name in sys.modules if name.split(".")[0] == "reviews")]))
"""

SHOWN = ("datasets/<uuid:pk>/", "runs/<uuid:pk>/", "reviews/<uuid:pk>/", "runs/<uuid:pk>/gate/", "audit/")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """A portal with a dataset, a run and a review."""
    from tests.cast import ADULT

    home = tmp_path_factory.mktemp("portal")
    portal = Portal(home)
    portal.manage(
        "pipeline", str(ADULT), "--purpose=testing", "--synthesizer=copula", "--rows=500", "--tier=quick",
        "--seed=3", f"--out={home / 'out'}", "--json",
    )  # fmt: skip
    return portal


def visit(portal: Portal, python: str) -> list[str]:
    """Asks for every page as two people; the heavy libraries that this brought in."""
    words = [python, "manage.py", "shell", "--no-imports", "-v0", "-c", VISIT % HEAVY]
    done = subprocess.run(words, cwd=ROOT, env=portal.env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    seen, imported = json.loads(done.stdout.splitlines()[-1])
    for route in SHOWN:
        assert 200 in seen[route], route
    assert max(code for codes in seen.values() for code in codes) < 500
    return imported


@pytest.mark.slow
def test_no_page_imports_a_heavy_library(portal):
    assert visit(portal, sys.executable) == []


@pytest.mark.slow
def test_every_page_is_made_with_what_web_lock_holds_and_nothing_else(portal, tmp_path):
    python = environment_with(tmp_path / "web", "--no-deps", "-r", str(ROOT / "requirements" / "web.lock"))
    assert visit(portal, str(python)) == []


def test_the_web_image_holds_no_library_for_tables():
    locked = pins(ROOT / "requirements" / "web.lock").keys()
    heavy = {name.replace("_", "-") for name in HEAVY} | {"pandas", "scikit-learn", "llvmlite", "faker", "openpyxl"}
    assert not heavy & locked
    assert len(locked) < 70  # nine of them carry traces to a collector, loaded only where one is named


def test_web_and_worker_run_the_same_versions():
    web, everything = (pins(ROOT / "requirements" / name) for name in ("web.lock", "all.lock"))
    assert web.items() <= everything.items()


def pins(lock: Path) -> dict[str, str]:
    """Each package of a lock file with its version."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.slow
def test_every_page_of_generation_is_shown_without_reviews(portal):
    alone = Portal(portal.home, settings="tests.whole.alone.settings")
    pages, run, new, imported = json.loads(alone.run(ALONE))
    assert {path for path, status in pages.items() if status != 200} == set()
    assert imported == []
    assert "Privacy" in run
    assert "gate" not in run.lower()
    assert "Strict" in new
    assert "Allows to say" not in new
