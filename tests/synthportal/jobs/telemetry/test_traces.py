"""What a collector of traces is sent: ids, counts and words of the portal's own; and without one, nothing to nobody."""

from __future__ import annotations

import socket
import subprocess
import sys
from uuid import UUID

import pytest

from reviews.stages.export import Gone, export_release
from reviews.stages.gate import gate_conditions
from reviews.tasks import submit_withdrawal
from synthportal.jobs.lanes import Job
from synthportal.jobs.registry import KINDS
from synthportal.jobs.telemetry import traces
from synthportal.jobs.telemetry.names import Fact, Span
from synthportal.version import VERSION
from tests.faults.orders import upload
from tests.faults.portal import ROOT, Portal, stop, wait_for
from tests.reviews.conftest import release  # noqa: F401 - a fixture
from tests.synthportal.jobs.telemetry.collector import collecting, facts

OWN_WORDS = {*KINDS, *Job.Lane.values, *Job.State.values, Gone.__name__}


@pytest.fixture
def collector(monkeypatch):
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")  # milliseconds
    traces._tracer.cache_clear()
    with collecting() as found:
        yield found
    traces._tracer.cache_clear()


def is_ours(value) -> bool:
    """An id, a number, or a word of the portal's own."""
    if not isinstance(value, str) or value in OWN_WORDS:
        return True
    return str(UUID(value)) == value


def nothing_else_is_told(collector) -> bool:
    known = {one.value for one in Fact}
    for span in collector.spans:
        assert span.name in {one.value for one in Span}
        assert not span.events
        assert not span.status.message
        told = facts(span.attributes)
        assert set(told) <= known
        assert all(is_ours(value) for value in told.values()), told
    for resource in collector.resources:
        assert facts(resource.attributes) == {
            "service.name": "synthportal", "service.version": VERSION, "synthportal.process": "all",
        }  # fmt: skip
    return bool(collector.spans)


@pytest.mark.slow
def test_a_collector_gets_the_span_of_a_job_and_no_word_of_what_it_read(collector, tmp_path):
    source = tmp_path / "canary-of-a-file.csv"
    source.write_text("canary-of-a-column,income\n" + "".join(f"canary-of-a-cell-{n},{n}\n" for n in range(200)))
    portal = Portal(tmp_path / "portal")
    portal.env["SYNTHPORTAL_TRACES_URL"] = collector.url
    dataset = portal.run(upload(source, 200, name="canary-of-a-dataset"))
    worker = portal.start_worker()
    try:
        jobs = wait_for(lambda: collector.named(Span.JOB), "a span")
    finally:
        stop(worker)
    known = {row[0] for row in portal.query(f"SELECT id FROM synthportal_job WHERE subject_id = '{UUID(dataset).hex}'")}
    assert jobs[0][Fact.KIND] == "ingest"
    assert jobs[0][Fact.STATE] == Job.State.DONE
    assert UUID(jobs[0][Fact.JOB]).hex in known
    assert jobs[0][Fact.WAITED] >= 0
    assert jobs[0][Fact.DEPTH] == 0
    assert nothing_else_is_told(collector)
    assert not any(b"canary" in span.SerializeToString() for span in collector.spans)


@pytest.mark.slow
def test_a_collector_gets_the_spans_of_a_gate_and_of_an_export(collector, release, people, settings):  # noqa: F811
    settings.TRACES_URL = collector.url
    conditions = gate_conditions(release.run)
    export = export_release(release, "parquet", by=people["dan"])
    export.file.close()
    wait_for(lambda: collector.named(Span.EXPORT) and collector.named(Span.GATE), "two spans")
    assert collector.named(Span.EXPORT) == [
        {Fact.RELEASE: str(release.pk), Fact.IS_RANGE: False, Fact.BYTES: export.size}
    ]
    assert collector.named(Span.GATE) == [
        {
            Fact.RUN: str(release.run_id),
            Fact.CONDITIONS: len(conditions),
            Fact.UNMET: sum(not c.met for c in conditions),
        }
    ]
    assert nothing_else_is_told(collector)


@pytest.mark.slow
def test_of_an_error_its_type_is_told_and_not_its_words(collector, release, people, settings):  # noqa: F811
    submit_withdrawal(release, by=people["cleo"], reason="canary-of-a-reason")
    settings.TRACES_URL = collector.url
    with pytest.raises(Gone, match="canary"):
        export_release(release, "parquet", by=people["dan"])
    (span,) = wait_for(lambda: collector.named(Span.EXPORT), "a span")
    assert span[Fact.ERROR] == "Gone"
    assert nothing_else_is_told(collector)
    assert not any(b"canary" in one.SerializeToString() for one in collector.spans)


@pytest.mark.slow
def test_without_a_collector_nothing_is_sent_and_no_library_for_it_is_loaded(release, people, monkeypatch):  # noqa: F811
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("somebody is told"))
    export_release(release, "parquet", by=people["dan"]).file.close()
    code = "import django, sys; django.setup(); import synthportal.urls; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "opentelemetry" not in done.stdout


@pytest.mark.parametrize("url", ["collector:4318", "ftp://collector/"])
def test_an_address_that_spans_cannot_be_sent_to_is_refused_at_the_start(url, tmp_path):
    environment = {"PATH": "", "SYNTHPORTAL_HOME": str(tmp_path), "SYNTHPORTAL_TRACES_URL": url}
    done = subprocess.run(
        [sys.executable, "-c", "import synthportal.settings"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert "SYNTHPORTAL_TRACES_URL is http(s)://" in done.stderr
