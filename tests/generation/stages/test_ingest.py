"""Bad input through the public door: one clear sentence on the page and in the API, no cell in it, and nothing lost."""

from __future__ import annotations

import hashlib
import io
import resource
import zipfile

import pyarrow as pa
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from generation.models import Dataset
from generation.repositories.tables import read_sealed
from generation.stages.ingest import Upload, ingest_dataset, receive_dataset, split_seed
from reviews.models import Review
from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.here import JobFailed, work_through
from synthportal.models import AuditEvent, Job
from synthportal.roles import Operator
from synthportal.storage.keys import create_key
from synthportal.storage.vault import holds, write_sealed
from tests.generation.door import confirm, page, start_run, table, told
from tests.generation.engine.tables.cases import parquet, sheet_xml, workbook

pytestmark = pytest.mark.django_db

SECRET = "jane.roe@example.org"
MOST_SENTENCES = 3


def is_clear(sentence):
    """A few plain sentences, no place in the code, no cell."""
    return sentence.endswith(".") and sentence.count(". ") < MOST_SENTENCES and "unexpected error" not in sentence


# ---- Files that cannot be used --------------------------------------------------------------------------------------


def wide(columns):
    return "\n".join([",".join(f"n{at}" for at in range(columns)), ",".join(["1"] * columns)]).encode()


def lying_footer():
    """A Parquet whose footer says ten million rows where there are three."""
    honest = parquet(pa.table({"a": ["x", "y", SECRET]}), compression="none")
    length = int.from_bytes(honest[-8:-4], "little")
    body, footer = honest[: -8 - length], honest[-8 - length : -8]
    lie = footer.replace(b"\x16\x06", b"\x16\x80\xda\xc4\x09", 1)
    return body + lie + len(lie).to_bytes(4, "little") + b"PAR1"


def parquet_bomb():
    """Some kilobytes that unpack to 18 GB of text."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["x" * 900_000]))
    return parquet(pa.table({"a": text}), compression="zstd")


def xlsx_bomb():
    """A workbook of a few megabytes whose sheet unpacks to more than a gigabyte."""
    sheet = sheet_xml("<row><c><v>1</v></c><c><v>2</v></c></row>" * 25_000)
    head, tail = sheet.split(b"<row>", 1)[0], b"</sheetData></worksheet>"
    rows, sink = sheet[len(head) : -len(tail)], io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["a", "b"], [1, 2]))) as honest,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb,
    ):
        for part in honest.namelist():
            with bomb.open(part, "w") as target:
                if part.startswith("xl/worksheets/"):
                    target.write(head)
                    for _ in range(1_100):
                        target.write(rows)
                    target.write(tail)
                else:
                    target.write(honest.read(part))
    return sink.getvalue()


UNUSABLE = {
    "only spaces": (b"\n\n  \n", "empty"),
    "header only": (b"a,b,c\n", "no rows"),
    "duplicate names": (f"age,city,age\n1,{SECRET},3\n".encode(), "Columns 1 and 3"),
    "5,000 columns": (wide(5_000), "at most 2,000"),
    "ragged rows": (f"a,b\n1,2\n5,6,{SECRET}\n".encode(), "Row 3"),
    "wrong encoding": (b"id,name\n" + b"1,abcdefgh\n" * 40_000 + "2,Müller\n".encode("cp1252"), "Line 40002"),
    "NUL bytes": (f"a,b\n1,2\n3,{SECRET}\0\n".encode(), "Row 3, column 2"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3" + SECRET.encode(), "PDF"),
    "a Parquet whose footer lies": (lying_footer(), "damaged"),
    "a Parquet bomb": (parquet_bomb(), "unpacks to more than is allowed"),
    "one row": (f"a,b\n1,{SECRET}\n".encode(), "one row"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence_that_stays(ana, upload, case):
    data, words = UNUSABLE[case]
    dataset = upload(data)
    with pytest.raises(JobFailed):
        work_through(dataset.pk)
    shown, said = told(ana, dataset)
    assert words in said["error"]
    assert is_clear(said["error"])
    assert (said["status"], said["name"], said["description"]) == ("refused", "claims", "For the team.")
    assert "This file cannot be used" in shown
    assert SECRET not in shown + str(said)
    assert "Try again" not in shown


def test_a_file_sent_to_the_api_is_refused_with_the_same_words(ana):
    posted = {
        "purpose": "training",
        "name": "claims",
        "file": SimpleUploadedFile("a.csv", f"a,b\n1,{SECRET},3\n".encode()),
    }
    response = ana.post("/api/v1/datasets/", posted)
    assert response.status_code == 201
    dataset = Dataset.objects.get(pk=response.json()["id"])
    with pytest.raises(JobFailed):
        work_through(dataset.pk)
    shown, said = told(ana, dataset)
    assert "Row 2" in said["error"]
    assert said["error"] in shown
    assert SECRET not in shown + str(said)


def test_an_empty_column_name_gets_a_name_and_a_note(ana, upload):
    dataset = upload(b"age,,city\n" + b"1,2,north\n3,4,south\n" * 20)
    work_through(dataset.pk)
    _, said = told(ana, dataset)
    assert said["columns"] == 3
    assert any("column 2" in note.lower() for note in said["notes"])


@pytest.mark.slow
def test_an_xlsx_bomb_is_refused_while_the_worker_stays_small(ana, upload):
    data = xlsx_bomb()
    dataset = upload(data, "claims.xlsx")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(JobFailed):
        work_through(dataset.pk)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024
    assert is_clear(told(ana, dataset)[1]["error"])


@pytest.mark.parametrize("door", ["page", "api"])
def test_no_bytes_at_all_are_refused_at_once_and_what_was_typed_stays(ana, door):
    typed = {"purpose": "training", "prohibited_uses": "None.", "name": "claims", "description": "For the team."}
    empty = typed | {"file": SimpleUploadedFile("claims.csv", b"")}
    response = ana.post(reverse("dataset_new") if door == "page" else "/api/v1/datasets/", empty)
    assert "empty (0 bytes)" in page(response)
    assert response.status_code == (422 if door == "page" else 409)
    assert door == "api" or "For the team." in page(response)
    assert not Dataset.objects.exists()


# ---- Tables that are odd but good -----------------------------------------------------------------------------------


def date_in_three_formats(row):
    day = row % 28 + 1
    return (f"2024-03-{day:02d}", f"{day:02d}/03/2024", f"Mar {day} 2024")[row % 3]


ODD = {
    "30 rows": table(30),
    "a constant column": table(120, fixed=lambda _: "always"),
    "all missing": table(120, nothing=lambda _: ""),
    "all distinct": table(120, code=lambda row: f"K{row * 7919 % 100_003:06d}x"),
    "a cell of 50,000 characters": table(120, note=lambda row: "word " * 10_000 if row == 5 else "short note"),
    "dates in three formats": table(120, seen=date_in_three_formats),
}
SYNTHESIZERS = ("gaussian_copula", "trees", "copula")


@pytest.mark.parametrize("case", ODD)
@pytest.mark.slow
def test_an_odd_table_goes_the_whole_way(ana, upload, case):
    dataset = confirm(ana, upload(ODD[case], target="income"))
    assert dataset.status == "minimised"
    for synthesizer in SYNTHESIZERS:
        run = start_run(ana, dataset, synthesizer=synthesizer)
        work_through(run.pk)
        run.refresh_from_db()
        assert (run.status, run.artefact_rows) == ("evaluated", 60)
        assert ana.get(reverse("run", args=[run.pk])).status_code == 200
        assert all(is_clear(metric["reason"]) for metric in run.evaluations.get().metrics if metric["reason"])


def test_a_run_too_small_for_any_check_opens_no_review_that_could_open_no_gate(ana, upload):
    dataset = confirm(ana, upload(table(30)))
    run = start_run(ana, dataset, rows="5")
    work_through(run.pk)
    assert not Review.objects.filter(run=run).exists()
    shown = page(ana.get(reverse("run", args=[run.pk])))
    assert "No sample is drawn: the records are too few to decide" in shown
    assert "more checks" in shown


def test_too_few_records_to_learn_from_fail_the_run_in_words(ana, upload):
    dataset = confirm(ana, upload(b"a,b\n1,2\n3,4\n"))
    run = start_run(ana, dataset)
    with pytest.raises(JobFailed):
        work_through(run.pk)
    assert "needs at least 10 records" in page(ana.get(reverse("run", args=[run.pk])))
    assert "Upload a larger table" in ana.get(f"/api/v1/runs/{run.pk}/").json()["error"]


@pytest.mark.parametrize(
    "data", [b"id\n" + b"".join(b"%d\n" % (row * 7919) for row in range(300)), b"a,b\n" + b",\n" * 60]
)
def test_a_plan_that_would_drop_every_column_says_so_before_it_can_be_confirmed(ana, upload, data):
    dataset = upload(data)
    work_through(dataset.pk)
    shown, _ = told(ana, dataset)
    assert "The plan leaves no column: choose another treatment" in shown
    assert not Job.objects.filter(kind="preview").exists()
    refused = ana.post(reverse("plan_confirm", args=[dataset.pk]), {"version": "1"})
    assert refused.status_code == 409
    assert "The plan leaves no column" in page(refused)


# ---- The verbs: what they refuse, and what they record --------------------------------------------------------------


def received(person, **changes):
    """An upload of eight bytes that already lies in the vault, received for this person."""
    key = create_key()
    with write_sealed(key.pk) as draft:
        draft.file.write(b"a,b\n1,2\n")
    stated = {"file_name": "claims.csv", "name": "claims", "purpose": "training"} | changes
    return receive_dataset(Upload(key.pk, draft.written, **stated), by=person)


@pytest.mark.parametrize("who", ["ben", "cleo", "dan", "eve", "nobody", "root"])
def test_nobody_but_an_owner_gives_a_dataset(people, who):
    with pytest.raises(NotPermitted):
        received(people[who])
    assert not Dataset.objects.exists()


def test_everything_that_is_missing_is_told_at_once_and_the_upload_is_not_kept(people):
    with pytest.raises(Conflict) as refused:
        received(people["ana"], name=" ", purpose="fun", kind="pictures")
    told = str(refused.value)
    assert "Give the dataset a name." in told
    assert "State what the synthetic data is for" in told
    assert "This portal takes tables" in told
    assert not Dataset.objects.exists()


def test_an_upload_is_recorded_by_its_digest_and_size(people):
    dataset = received(people["ana"], name=" claims ", description="For the team.")
    digest = hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert (dataset.name, dataset.sha256, dataset.size, dataset.status) == ("claims", digest, 8, "uploaded")
    assert dataset.prohibited_uses == "Re-identifying people; decisions about individual people."
    facts = AuditEvent.objects.get(action="uploaded").facts
    assert facts == {"sha256": digest, "bytes": 8, "purpose": "training"}


def test_ingest_holds_out_whole_persons_seals_both_sides_and_keeps_the_upload_sealed(visited):
    """Of ten persons with ten visits each two are held out: a fifth of the records, and nobody is on both sides."""
    assert (visited.rows, visited.training_rows, visited.holdout_rows) == (100, 80, 20)
    training, holdout = (read_sealed(visited.key_id, sha) for sha in (visited.training_sha256, visited.holdout_sha256))
    assert (len(training), len(holdout)) == (80, 20)
    assert not set(training["c0"]) & set(holdout["c0"])
    assert holds(visited.key_id, visited.sha256)
    event = AuditEvent.objects.get(action="ingested")
    assert event.facts == {"came_from": "uploaded", "rows": 100, "holdout": visited.holdout_sha256,
                           "training": visited.training_sha256}  # fmt: skip
    assert [column["label"] for column in visited.file_facts["columns"]] == [
        "person", "sex", "town", "score", "fax", "bought",
    ]  # fmt: skip


def test_the_same_file_is_cut_in_the_same_place_whoever_sends_it(upload):
    first, second = (ingested(upload(table(50), name=name)) for name in ("one", "two"))
    assert split_seed(first) == split_seed(second)
    assert first.holdout_rows == 10
    assert first.holdout_sha256 == second.holdout_sha256


def test_trailing_newlines_give_no_other_holdout_to_choose_from(upload):
    tries = [ingested(upload(table(50) + b"\n" * number, name=f"try {number}")) for number in range(3)]
    assert len({one.sha256 for one in tries}) == 3
    assert len({one.holdout_sha256 for one in tries}) == 1


def test_a_dataset_from_before_keeps_the_cut_that_followed_from_its_bytes(upload):
    dataset = upload(table(50))
    dataset.cut = None
    assert split_seed(dataset) == int(hashlib.sha256(table(50)).hexdigest()[:12], 16)


def test_a_file_with_one_record_changed_or_shuffled_is_the_same_source_and_another_is_not(upload):
    whole = big_table(1_200)
    head, *records = whole.splitlines(keepends=True)
    first = ingested(upload(whole, name="first"))
    again = ingested(upload(head + b"".join(records[::-1]), name="shuffled"))
    touched = ingested(upload(whole.replace(b"town-7,", b"town-8,", 1), name="touched"))
    grown = ingested(upload(whole + big_table(400, start=1_200).split(b"\n", 1)[1], name="next month"))
    other = ingested(upload(big_table(1_200, start=50_000), name="other"))
    assert again.source == touched.source == grown.source == first.source == first.pk
    assert other.source == other.pk


def ingested(dataset):
    """The dataset after its first job, and before those that follow."""
    ingest_dataset(dataset.pk, by=Operator(), report=lambda *_: None)
    dataset.refresh_from_db()
    return dataset


def big_table(rows: int, start: int = 0) -> bytes:
    """As many records, each of its own."""
    lines = (f"p{number},town-{number % 50},{number * 7919 % 100_003}\n" for number in range(start, start + rows))
    return ("person,town,score\n" + "".join(lines)).encode()
