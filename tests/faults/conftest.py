"""Portals on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import POSTGRES_URL
from tests.faults.portal import Portal, fresh_postgres


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Portal]:
    """A portal on SQLite, and the same on PostgreSQL."""
    if request.param == "sqlite":
        yield Portal(tmp_path)
        return
    for url in fresh_postgres(POSTGRES_URL):
        yield Portal(tmp_path, url)
