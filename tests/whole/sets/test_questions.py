"""Questions over documents at the desk, at the gate, and as the files that tools read."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.urls import reverse

from generation.engine.llm.exports.splitting import by_section
from reviews.models import Review
from reviews.repositories.gate.dossier import collect
from synthportal.storage.shelf import open_released
from tests.reviews.pages.door import text
from tests.whole.sets.worlds import make_questions, parts_in_bundle, released

pytestmark = pytest.mark.django_db


def test_a_question_is_read_beside_its_passage_with_the_answer_highlighted(people, client_of):
    run = make_questions(people)
    desk = client_of("ben").get(reverse("desk", args=[Review.objects.get(run=run).pk]))
    shown = desk.content.decode()
    assert "record--question" in shown
    assert "passage 1, Travel Handbook" in text(shown)
    assert '"spans"' not in shown


def test_reviewed_questions_are_released_with_a_folder_for_each_tool(people, client_of):
    run = make_questions(people)
    lines = {line.name: line for line in collect(run).conditions}
    assert lines["passages"].needs_eyes
    assert "Contains source passages" in lines["passages"].evidence
    assert lines["sets"].met, lines["sets"].why
    release = released(run, people)
    assert "Contains source passages, which are not synthetic" in json.dumps(release.card)
    with (
        open_released(release.files.get(format="tools").sha256) as file,
        zipfile.ZipFile(io.BytesIO(file.read())) as zipped,
    ):
        queries = [json.loads(line) for line in zipped.read("beir/queries.jsonl").splitlines()]
        corpus = {json.loads(line)["_id"] for line in zipped.read("beir/corpus.jsonl").splitlines()}
        judged = zipped.read("beir/qrels/test.tsv").decode().splitlines()[1:]
        assert {name.split("/")[0] for name in zipped.namelist()} == {"beir", "ragas", "autorag", "inspect"}
    assert len(queries) == run.artefact_rows
    assert {line.split("\t")[1] for line in judged} <= corpus
    parts, readme = parts_in_bundle(release, people, client_of("dan"))
    sections = [{name for record in part for name in by_section(record)} for part in parts]
    assert all(parts)
    assert not sections[0] & sections[1]
    assert "No section of a document is in both parts" in readme
