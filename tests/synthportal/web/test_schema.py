"""The API's schema describes every answer that the table of addresses expects, and the refusals that any request meets.

That nothing else is answered is asked of a served portal by schemathesis: benchmarks/doors/fuzz.py.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from tests.whole.url_matrix import MATRIX

ROOT = "api/v1/"
UNDESCRIBED = {f"{ROOT}docs/"}  # a page about the API
PLACE = re.compile(r"<\w+:(\w+)>")
ROWS = [row.split() for row in MATRIX.strip().splitlines() if row.split()[1].startswith(ROOT)]
PROBLEM = {"$ref": "#/components/schemas/Problem"}


@pytest.fixture(scope="module")
def paths() -> dict[str, dict[str, Any]]:
    generator: Any = SchemaGenerator
    found: dict[str, dict[str, Any]] = generator().get_schema(request=None, public=True)["paths"]
    return found


def path_of(route: str) -> str:
    """As the schema writes an address."""
    return "/" + PLACE.sub(lambda found: "{id}" if found[1] == "pk" else f"{{{found[1]}}}", route)


def test_every_answer_that_the_table_of_addresses_expects_is_described(paths):
    for method, route, *codes in ROWS:
        if route not in UNDESCRIBED:
            described = paths[path_of(route)][method.lower()]["responses"]
            assert set(codes) <= set(described), (method, route)


def test_what_refuses_any_request_is_described_as_problem_details(paths):
    for path, methods in paths.items():
        for method, operation in methods.items():
            for code in ("401", "403", "406", "409"):
                content = operation["responses"][code]["content"]
                assert content == {"application/problem+json": {"schema": PROBLEM}}, (path, method, code)
            assert ("415" in operation["responses"]) == (method in {"post", "put", "patch"}), (path, method)
            assert ("404" in operation["responses"]) == ("{" in path), (path, method)


def test_who_may_not_read_the_schema_is_told_in_problem_details_too(db):
    """The schema itself is YAML unless JSON is asked for."""
    answer = Client().get("/api/v1/schema/")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer.json()["title"] == "Not signed in"


def test_a_withdrawn_release_and_a_range_of_its_file_are_described(paths):
    described = paths["/api/v1/releases/{id}/export/"]["get"]["responses"]
    assert {"200", "206", "304", "410", "416"} <= set(described)
