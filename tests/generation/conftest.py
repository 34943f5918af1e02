"""Somebody who owns datasets, and the form that makes them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from generation.models import Dataset
from synthportal.jobs.here import work_through
from tests.cast import made_once
from tests.generation.door import page
from tests.generation.items import purchases
from tests.generation.siblings import bake_off_of, figure, harmless, sibling
from tests.generation.visits import STATED, visits


@pytest.fixture
def ana(client_of):
    return client_of("ana")


@pytest.fixture
def upload(ana):
    """Send bytes through the page's form; the dataset they became."""

    def send(data, name="claims.csv", **stated):
        fields = {"purpose": "training", "prohibited_uses": "None.", "name": "claims", "description": "For the team."}
        fields |= {"file": SimpleUploadedFile(name, data)} | stated
        response = ana.post(reverse("dataset_new"), fields)
        assert response.status_code == 302, page(response)
        return Dataset.objects.latest("created_at")

    return send


@pytest.fixture
def visited(upload):
    """The dataset of tests/generation/visits.py, profiled, its plan not yet confirmed."""
    made_once("visits", lambda: work_through(upload(visits(), **STATED).pk))
    dataset = Dataset.objects.get()
    assert dataset.status == "profiled"
    return dataset


@pytest.fixture
def shop(upload):
    """The purchases of tests/generation/items.py, profiled; their plan is not confirmed."""
    made_once("purchases", lambda: work_through(upload(purchases(), target="returned").pk))
    return Dataset.objects.get()


@pytest.fixture
def measured(world):
    """Two evaluated runs in a bake-off that nothing rules out; the first keeps more skill."""
    fine = harmless(world)
    more, less = figure(0.97, 0.95, 0.99), figure(0.87, 0.86, 0.88, "review")
    good = sibling(world, fine | {"skill_ratio": more}, synthesizer="trees", artefact_sha256="ab" * 32)
    poor = sibling(world, fine | {"skill_ratio": less}, synthesizer="copula", artefact_sha256="cd" * 32)
    return bake_off_of(world, good, poor), good, poor
