import gzip
import io
import json
import zipfile

import pyarrow.parquet as pq
import pytest

from generation.engine.errors import TableError
from generation.engine.llm.sources.texts import read_texts


def read(content: bytes):
    """(labels, records, notes) of a file."""
    sink = io.BytesIO()
    facts = read_texts(io.BytesIO(content), sink)
    columns = [column.label for column in facts.columns]
    rows = pq.read_table(io.BytesIO(sink.getvalue())).to_pylist()
    return columns, [tuple(row.values()) for row in rows], facts.notes


def zipped(**files: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return sink.getvalue()


def test_a_table_stays_a_table_with_commas_inside_its_texts():
    labels, rows, _ = read(b'text,label\n"Hello, you",greeting\n"Bye, now",farewell\n')
    assert (labels, rows) == (["text", "label"], [("Hello, you", "greeting"), ("Bye, now", "farewell")])


def test_lines_with_commas_are_texts_and_no_table():
    labels, rows, notes = read(b"Where is my card, please?\nI lost it\n\nHelp me, I am stuck, really\n")
    assert (labels, len(rows), rows[0]) == (["text"], 3, ("Where is my card, please?",))
    assert notes[0] == "Read as lines, one record each."


def test_one_column_with_a_known_name_is_a_table():
    assert read(b"message\nHello there\nGood bye\n")[:2] == (["message"], [("Hello there",), ("Good bye",)])


def test_log_lines_give_time_level_and_text_and_keep_what_goes_on():
    log = b"2026-01-02 03:04:05 ERROR [main] disk full\n  at step 3\n2026-01-02 03:04:06 INFO started\n"
    labels, rows, _ = read(log)
    assert labels == ["time", "level", "text"]
    assert [row[1:] for row in rows] == [("ERROR", "[main] disk full\n  at step 3"), ("INFO", "started")]
    assert rows[0][0].isoformat() == "2026-01-02T03:04:05"


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        (
            '10.0.0.{0} - anna [10/Oct/2000:13:55:3{0} -0700] "GET /a.gif HTTP/1.0" 200 2326',
            ("2000-10-10T20:55:31", None, '10.0.0.1 - anna "GET /a.gif HTTP/1.0" 200 2326'),
        ),
        (
            "081109 20361{0} 148 INFO dfs.DataNode: Received block blk_38865049064139660{0}",
            ("2008-11-09T20:36:11", "INFO", "148 dfs.DataNode: Received block blk_388650490641396601"),
        ),
        (
            "Oct 11 22:14:1{0} mymachine su: 'su root' failed for lonvick",
            ("2000-10-11T22:14:11", None, "mymachine su: 'su root' failed for lonvick"),
        ),
        (
            "2026-01-02 03:04:0{0},123 [main] WARN  org.app.Job - slow",
            ("2026-01-02T03:04:01.123000", "WARN", "[main] org.app.Job - slow"),
        ),
        ("2026/01/02 03:04:0{0} [error] 7#7: gone", ("2026-01-02T03:04:01", "ERROR", "7#7: gone")),
        ("2026-01-02 03:04:0{0} error in step", ("2026-01-02T03:04:01", None, "error in step")),
    ],
    ids=["apache", "hdfs", "syslog", "log4j", "nginx", "no level"],
)
def test_the_usual_forms_of_logs_give_time_level_and_text(line, entry):
    labels, rows, notes = read("\n".join(line.format(place) for place in range(1, 9)).encode())
    found = dict(zip(labels, rows[0], strict=True))
    assert (found["time"].isoformat(), found.get("level"), found["text"]) == entry
    assert ("2000 stands for it" in notes[0]) == line.startswith("Oct")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_json_lines_and_a_json_array_give_the_same_records(pack):
    records = [{"text": "one two", "label": "a"}, {"text": "three four", "label": "b"}]
    by_line = read(pack(b"\n".join(json.dumps(record).encode() for record in records)))
    as_array = read(pack(json.dumps(records).encode()))
    assert by_line[:2] == as_array[:2] == (["text", "label"], [("one two", "a"), ("three four", "b")])


def test_a_zip_gives_a_record_a_text_file_and_leaves_others_out():
    content = zipped(a__txt=b"First note", b__md="Zweite Notiz über Äpfel".encode("cp1252"), c__png=b"\x89PNG")
    labels, rows, _ = read(content)
    assert (labels, rows) == (["file", "text"], [("a.txt", "First note"), ("b.md", "Zweite Notiz über Äpfel")])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"[1, 2]", "bad_json"),
        (b'[{"text": "cut', "bad_json"),
        (b"PK\x03\x04rubbish", "damaged"),
        (b"\x1f\x8brubbish", "damaged"),
        (zipped(a__png=b"x"), "no_texts"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(content, code):
    with pytest.raises(TableError) as error:
        read(content)
    assert error.value.code == code
