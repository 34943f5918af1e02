"""Messages and conversations go the whole way: a file in, what trainers read out, nothing of the source in it."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pyarrow.parquet as pq
import pytest
from datasets import load_dataset
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from jsonschema import Draft202012Validator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from generation.models import Dataset, GenerationRun
from generation.repositories.tables import read_sealed
from reviews.engine.gate.conditions import WAIVABLE
from reviews.models import Release, Review
from reviews.repositories.gate.dossier import collect
from reviews.stages.gate import waive_condition
from synthportal.jobs.here import work_through
from tests.generation.door import confirm, page, start_run
from tests.generation.engine.llm.messages import messages
from tests.generation.engine.llm.talks import PLACES, talks
from tests.reviews.calibrated import judge_as_an_expert
from tests.reviews.signing import all_seen, publish

pytestmark = pytest.mark.django_db
EXPECTED_FILES = {"README.md", "data/train.parquet", "metadata/schemas.json", "attestation.dsse.json"}


@pytest.fixture
def ana(client_of):
    return client_of("ana")


def sent(ana, name, data, **stated):
    """The dataset that a file becomes, sent through the page's form."""
    fields = {"purpose": "fine_tuning", "prohibited_uses": "None.", "file": SimpleUploadedFile(name, data)} | stated
    answer = ana.post(reverse("dataset_new"), fields)
    assert answer.status_code == 302, page(answer)
    return Dataset.objects.latest("created_at")


def labelled(count, seed):
    """A CSV of messages with what each wants."""
    corpus, sink = messages(count, seed), io.StringIO()
    csv.writer(sink).writerows([("message", "wish"), *zip(corpus.texts, corpus.labels, strict=True)])
    return sink.getvalue().encode()


def lines_of_messages(count, seed):
    """JSON Lines of conversations as OpenAI writes them, each with what it is about."""
    records = [
        {
            "id": one.id,
            "topic": one.topic,
            "messages": [{"role": turn.role, "content": turn.text} for turn in one.turns],
            "acts": [[list(act) for act in turn.acts] for turn in one.turns],
        }
        for one in talks(count, seed)
    ]
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def released(ana, people, dataset, **asked):
    """The release of one run of the dataset, judged and signed by the people whose work that is."""
    dataset = confirm(ana, dataset)
    assert dataset.status == "minimised", dataset.error
    run = start_run(ana, dataset, tier="quick", **asked)
    work_through(run.pk)
    run.refresh_from_db()
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    review = Review.objects.filter(run=run).first()
    measured = [(one["name"], one["status"], one["sentence"]) for one in run.evaluations.latest("number").metrics]
    assert review, [one for one in measured if one[1] not in {"pass", "informational"}]
    judge_as_an_expert(review, people["ben"])
    return run


def sign(client_of, people, run):
    """What falls short of usefulness is waived, and the gate signed on its page."""
    short = {line.name for line in collect(run).conditions if not line.met}
    for condition in short.intersection(WAIVABLE):
        waive_condition(run, condition, reason="Good enough to try the tools.", by=people["cleo"])
    assert [line.why for line in collect(run).unmet] == []
    read = all_seen(run)
    form = {"dossier": read["dossier_hash"], "seen": read["seen"]}
    answer = client_of("cleo").post(reverse("release_run", args=[run.pk]), form)
    assert answer.status_code == 302, page(answer)
    return publish(Release.objects.get(run=run))


def bundle_of(client, release, folder):
    sent = client.get(reverse("export", args=[release.pk]), {"format": "bundle"})
    assert sent.status_code == 200, page(sent)
    with zipfile.ZipFile(io.BytesIO(b"".join(sent.streaming_content))) as bundle:
        bundle.extractall(folder)
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def trained_files(folder, number, *forms):
    """The records of each form, all of which fit the schema that the bundle has for them."""
    schemas, found = json.loads((folder / "metadata/schemas.json").read_text())["files"], {}
    for form in forms:
        name = f"release-{number}.{form}.jsonl"
        found[form] = [json.loads(line) for line in (folder / name).read_text().splitlines()]
        validator = Draft202012Validator(schemas[name])
        assert not [error for record in found[form] for error in validator.iter_errors(record)]
    return found


def test_messages_become_a_bundle_that_a_classifier_trains_on(ana, people, client_of, tmp_path):
    dataset = sent(ana, "messages.csv", labelled(2400, 1), kind="text", target="wish")
    run = released(ana, people, dataset, synthesizer="phrase_grammar", rows="900")
    desk = page(client_of("ben").get(reverse("desk", args=[Review.objects.get(run=run).pk])))
    assert "record--table" not in desk
    release = sign(client_of, people, run)
    assert bundle_of(client_of("dan"), release, tmp_path) >= EXPECTED_FILES
    canary = release.certificate["certificate"]["canary"]
    assert canary.startswith("SYNTHETIC DATA OF A RELEASE. canary GUID ")
    for name in ("README.md", "CANARY.txt", "metadata/card.md"):
        assert canary in (tmp_path / name).read_text()
    kept = pq.read_schema(tmp_path / "data/train.parquet").metadata
    assert kept[b"synthportal.canary"].decode() == canary
    assert canary in page(client_of("dan").get(reverse("release", args=[release.pk])))
    loaded = load_dataset(str(tmp_path), split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded.column_names == ["message", "wish"]
    learned = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(loaded["message"], loaded["wish"])
    fresh = messages(300, 9)
    assert learned.score(fresh.texts, fresh.labels) > 0.9
    files = trained_files(tmp_path, release.number, "messages", "prompts", "alpaca")
    assert {record["output"] for record in files["alpaca"]} == set(fresh.labels)
    assert not {record["prompt"] for record in files["prompts"]} & set(messages(2400, 1).texts)


def test_conversations_become_a_bundle_that_trainers_read(ana, people, client_of, tmp_path):
    dataset = sent(ana, "talks.jsonl", lines_of_messages(900, 1), kind="chat")
    run = released(ana, people, dataset, synthesizer="agenda_simulator", rows="400")
    read = page(ana.get(reverse("dataset_parsed", args=[dataset.pk])))
    assert read.count("<h2>Record ") == 10
    assert "assistant:" in read
    assert client_of("cleo").get(reverse("dataset_parsed", args=[dataset.pk])).status_code == 403
    minimised = read_sealed(dataset.key_id, run.plan.minimised_sha256)
    assert all(json.loads(cell)[0]["role"] == "user" for cell in minimised["c0"])
    release = sign(client_of, people, run)
    assert bundle_of(client_of("dan"), release, tmp_path) >= EXPECTED_FILES
    assert load_dataset(str(tmp_path), split="train", cache_dir=str(tmp_path / "cache")).num_rows == 400
    files = trained_files(tmp_path, release.number, "messages", "sharegpt", "prompts")
    assert [len(records) for records in files.values()] == [400, 400, 400]
    told = json.dumps(files)
    assert not [place for place in PLACES if place in told]
    assert {turn["role"] for record in files["messages"] for turn in record["messages"]} == {"user", "assistant"}
