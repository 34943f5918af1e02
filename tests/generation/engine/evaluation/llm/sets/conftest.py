"""What is checked: the small documents, suite and lending desk of the rooms beside this one."""

from __future__ import annotations

from tests.generation.engine.llm.agents.conftest import database, domain, governed
from tests.generation.engine.llm.agents.conftest import suite as agents
from tests.generation.engine.llm.questions.conftest import corpus, documents
from tests.generation.engine.llm.suites.conftest import plan
from tests.generation.engine.llm.suites.conftest import suite as tasks

__all__ = ["agents", "corpus", "database", "documents", "domain", "governed", "plan", "tasks"]
