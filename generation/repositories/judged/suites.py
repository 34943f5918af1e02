"""The tasks of a run, read for whoever may see the run."""

from __future__ import annotations

from generation.engine.llm.suites.records import suite_from
from generation.engine.llm.suites.task import Suite
from generation.models import GenerationRun
from synthportal.storage.vault import open_sealed


def suite_of(run: GenerationRun) -> Suite:
    """The suite that the run made. Raises Conflict once it is erased."""
    import pyarrow.parquet as pq

    with open_sealed(run.dataset.key_id, run.artefact_sha256) as artefact:
        return suite_from(pq.read_table(artefact, use_threads=False).to_pylist(), str(run))
