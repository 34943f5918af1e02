"""Messages in, synthetic messages and evidence out: the kind `text` goes the way of the data as tables do."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from django.urls import reverse

from generation.models import GenerationRun
from generation.repositories.judged.limits import policy_for
from generation.repositories.tables import read_sealed
from generation.stages.evaluate import read_artefact
from synthportal.jobs.here import work_through
from tests.generation.door import confirm, page, start_run
from tests.generation.engine.llm.messages import messages

pytestmark = pytest.mark.django_db
MAIL = "anna.lee@mail.example"


def labelled(count, seed):
    """A CSV of messages, two of which name somebody."""
    corpus, sink = messages(count, seed), io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(["message", "wish"])
    writer.writerows(zip(corpus.texts, corpus.labels, strict=True))
    writer.writerows([[f"Write to {MAIL} about my card please", "lost"]] * 2)
    return sink.getvalue().encode()


def generated(run):
    work_through(run.pk)
    run.refresh_from_db()
    return run


@pytest.mark.slow
def test_messages_become_as_many_others_with_their_evidence(ana, upload):
    dataset = confirm(ana, upload(labelled(1200, 1), name="messages.csv", kind="text", target="wish"))
    assert dataset.status == "minimised", dataset.error
    minimised = read_sealed(dataset.key_id, dataset.plans.latest("version").minimised_sha256)
    assert not minimised["c0"].str.contains(MAIL).any()
    form = page(ana.get(reverse("run_new", args=[dataset.pk])))
    assert 'value="phrase_grammar"' in form
    assert 'value="trees"' not in form
    run = generated(start_run(ana, dataset, synthesizer="phrase_grammar", rows="120"))
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    written = read_artefact(run)
    assert len(written) == 120
    assert set(written["c1"]) == {"arrival", "fee", "limit", "lost"}
    assert not set(written["c0"]) & set(messages(1200, 1).texts)
    measured = {metric["name"]: metric["status"] for metric in run.evaluations.latest("created_at").metrics}
    assert measured.keys() >= {"text_copies", "text_runs", "text_skill_ratio", "text_distinct_2"}
    assert "rare_combination_excess" not in measured
    needed = policy_for(dataset).needed
    assert {"text_copies", "text_runs"} <= needed <= measured.keys()
    # A hundred texts cannot rule out one copy in a hundred, so the gate stays shut and no review is opened.
    assert measured["text_copies"] == "undecided"
    shown = page(ana.get(reverse("run", args=[run.pk])))
    assert "Texts copied" in shown
    assert "set aside as decoys" in shown


@pytest.mark.slow
def test_lines_without_labels_are_texts_too(ana, upload):
    lines = "\n".join(messages(900, 4).texts).encode()
    dataset = confirm(ana, upload(lines, name="messages.txt", kind="text"))
    assert dataset.status == "minimised", dataset.error
    assert "Read as lines, one record each." in page(ana.get(reverse("dataset", args=[dataset.pk])))
    run = generated(start_run(ana, dataset, synthesizer="phrase_grammar", rows="100"))
    assert run.artefact_rows == 100
    assert list(read_artefact(run).columns) == ["c0"]


@pytest.mark.slow
def test_log_lines_become_as_many_others_with_levels_and_times(ana, upload):
    """Whoever fails to log in is somebody else each time."""
    rng, entries = np.random.default_rng(1), []
    for place in range(1_000):
        who = "".join(rng.choice(list("qxzvwk"), 9))
        day, rest = 1 + place // 100, f"{rng.integers(60):02}:{rng.integers(60):02}"
        if place % 4:
            user = rng.choice(["root", "deploy"])
            entries.append(f"2026-03-{day:02} 1{rng.integers(4)}:{rest} INFO session of {user} opened on port 22")
        else:
            entries.append(f"2026-03-{day:02} 0{rng.integers(4)}:{rest} ERROR login of {who} failed at gate {place}77")
    dataset = confirm(ana, upload("\n".join(entries).encode(), name="auth.log", kind="text"))
    assert dataset.status == "minimised", dataset.error
    run = generated(start_run(ana, dataset, synthesizer="log_templates", rows="400"))
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    made = read_artefact(run)
    made.columns = [column["label"] for column in run.plan.schema]
    assert list(made.columns) == ["time", "level", "text"]
    assert made["time"].dt.date.astype(str).between("2026-03-01", "2026-03-10").all()
    assert made["time"].is_monotonic_increasing
    assert 0.6 < (made["level"] == "INFO").mean() < 0.9
    logins = made["text"].str.fullmatch(r"session of .+ opened on port 22")
    failures = made["text"].str.fullmatch(r"login of .+ failed at gate .+")
    odd = made[~(logins | failures)]
    assert odd.empty, odd.to_string()
    assert (logins == (made["level"] == "INFO")).all()
    assert (failures == (made["level"] == "ERROR")).all()
    told = {word for entry in entries for word in entry.split() if len(word) == 9}
    assert not told & {word for text in made["text"] for word in text.split()}


def test_a_table_is_offered_no_writer_of_texts(ana, visited):
    confirm(ana, visited)
    assert 'value="phrase_grammar"' not in page(ana.get(reverse("run_new", args=[visited.pk])))
