"""A lending desk: members, books, loans; what the desk may do, and a policy of a few sentences."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from generation.engine.llm.agents.domain import Domain, read_domain
from generation.engine.llm.agents.making import make_tasks
from generation.engine.llm.agents.task import AgentSuite
from generation.engine.llm.agents.world import Database, make_database
from generation.engine.llm.documents.document import Document
from generation.engine.llm.documents.reading import read_documents

EXAMPLES = Path(__file__).resolve().parents[5] / "docs" / "examples"
POLICY = (EXAMPLES / "lending-desk.md").read_text()
DOMAIN = (EXAMPLES / "lending-desk.yaml").read_text()


def read_policy(text: str = POLICY) -> Document:
    (document,) = read_documents(io.BytesIO(text.encode()), "policy.md")
    assert isinstance(document, Document)
    return document


@pytest.fixture(scope="session")
def domain() -> Domain:
    return read_domain(DOMAIN)


@pytest.fixture(scope="session")
def governed() -> dict[str, pd.DataFrame]:
    rows = range(400)
    return {
        "members": pd.DataFrame({"fees": [float(7 * n % 23) for n in rows]}),
        "books": pd.DataFrame({"price": [float(8 + 3 * n % 40) for n in rows]}),
        "loans": pd.DataFrame(
            {"state": [("open", "open", "returned")[n % 3] for n in rows], "weeks": [1 + n % 4 for n in rows]}
        ),
    }


@pytest.fixture(scope="session")
def database(domain: Domain, governed: dict[str, pd.DataFrame]) -> Database:
    return make_database(domain, governed, seed=2)


@pytest.fixture(scope="session")
def suite(domain: Domain, database: Database) -> AgentSuite:
    return make_tasks(domain, database, 24, seed=2)
