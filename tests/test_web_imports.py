"""The web process stays small: no page of it brings in a synthesizer, a learner or a language model."""

from __future__ import annotations

import json

import pytest

from tests.faults.portal import Portal

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
from synthportal.roles import PEOPLE, grant
import synthportal.wsgi
models = {"datasets": Dataset, "runs": GenerationRun, "reviews": Review}
known = {word: model.objects.get().pk for word, model in models.items()}
def routes(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        within = getattr(pattern, "url_patterns", None)
        yield from [route] if within is None else routes(within, route)
owner = Dataset.objects.get().owner
other = Person.objects.create(username="all of them", is_superuser=True, is_staff=True)
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


@pytest.mark.slow
def test_no_page_imports_a_heavy_library(tmp_path):
    from tests.cast import ADULT

    portal = Portal(tmp_path)
    portal.manage(
        "pipeline", str(ADULT), "--purpose=testing", "--synthesizer=gaussian_copula", "--rows=500", "--tier=quick",
        "--seed=3", f"--out={tmp_path / 'out'}", "--json",
    )  # fmt: skip
    seen, imported = json.loads(portal.run(VISIT % HEAVY).splitlines()[-1])
    for route in ("datasets/<uuid:pk>/", "runs/<uuid:pk>/", "reviews/<uuid:pk>/", "runs/<uuid:pk>/gate/", "audit/"):
        assert 200 in seen[route], route
    assert max(code for codes in seen.values() for code in codes) < 500
    assert imported == []
