"""Somebody who owns datasets, and the form that makes them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from generation.models import Dataset
from tests.generation.door import page


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
