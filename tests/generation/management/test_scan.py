"""`manage.py scan` on files, without a database."""

from __future__ import annotations

import csv
import gzip
import json
import random
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from django.core.management import call_command

from generation.engine.scan.report import FOUND, NOTHING_FOUND, UNREADABLE
from tests.generation.engine.scan.files import pdf_of

CANARY = "zqxcanary"
# Nobody's: the numbers pass their checks, and were made up for this.
PEOPLE = [
    ("Margaret Thornbury", "margaret.thornbury@zebrawing.org", "+44 7911 123456"),
    ("Diego Fuentes", "diego.fuentes81@zebrawing.org", "(415) 671-2094"),
]
CHAT = [
    ("How do I change the PIN of my card?", "Open the app and choose Cards, then PIN."),
    ("What does a transfer to another bank cost?", "Nothing, if it is in euros."),
]


def scan(*words: object) -> int:
    """The exit status of the command."""
    try:
        call_command("scan", *map(str, words))
    except SystemExit as ended:
        return int(ended.code or 0)
    return NOTHING_FOUND


def findings(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, list[dict]]:
    """The exit status and what was found."""
    capsys.readouterr()
    status = scan(*words, "--json")
    return status, json.loads(capsys.readouterr().out)["findings"]


def chat(path: Path, people: list[tuple[str, str, str]]) -> Path:
    """A fine-tuning file in which these people write in."""
    asked = CHAT * 20 + [
        (f"I am {name}, mail me at {mail} or call {phone}", "Thank you.") for name, mail, phone in people
    ]
    lines = [
        {"messages": [{"role": "user", "content": user}, {"role": "assistant", "content": answer}]}
        for user, answer in asked
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def records(path: Path, numbers: range, repeated: int = 0) -> Path:
    """A table of made-up orders, of which the first come from the numbers 0, 1, ..."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["order", "weight", "colour", "price", "shelf"])
        for number in [*range(repeated), *numbers][: len(numbers)]:
            drawn = random.Random(number)
            writer.writerow(
                [number, drawn.randint(100, 999), drawn.choice("rgb"), drawn.randint(1, 10**6), drawn.randint(1, 500)]
            )
    return path


def test_three_files_of_the_kind_that_leak_elsewhere_are_each_named(tmp_path, capsys):
    tuning = chat(tmp_path / "tuning.jsonl", PEOPLE)
    prompt = tmp_path / "answer.prompt.md"
    prompt.write_text(
        "You are a support agent. Answer {{ question }} kindly.\n\nExample:\n\n"
        "Customer: Priya Raghunathan\nPhone: (415) 671-2094\nTwo lamps were ordered and one arrived.\n"
    )
    source = records(tmp_path / "source.csv", range(3_000))
    test_set = records(tmp_path / "test.csv", range(10_000, 11_000), repeated=10)
    status, found = findings(capsys, tuning, prompt, test_set, "--against", source)
    assert status == FOUND
    by_file = {path.name: {} for path in (tuning, prompt, test_set)}
    for one in found:
        if one["counts"]:
            by_file[Path(one["file"]).name][one["entity"]] = one
    assert by_file["tuning.jsonl"]["EMAIL_ADDRESS"]["rows"] == [41, 42]
    assert by_file["tuning.jsonl"]["PERSON"]["column"] == "messages.content"
    assert by_file["answer.prompt.md"]["PHONE_NUMBER"]["row"] == 6
    assert by_file["answer.prompt.md"]["PERSON"]["row"] == 5
    assert by_file["test.csv"]["REPEATED_RECORD"]["places"] == 10
    assert by_file["test.csv"]["REPEATED_RECORD"]["rows"] == list(range(2, 12))


CLEAN = {
    "README.md": (
        "# Billing\n\nMail user@example.com, or security@zebrawing.org. Tests use 4242 4242 4242 4242 and 127.0.0.1.\n"
        "Call 555-0142 in a demo. Written by Ada Lovelace. See https://zebrawing.org/docs and version 1.20.3.4.\n"
    ),
    "LICENSE": "Copyright (c) 2024 Ada Lovelace <ada@zebrawing.org>\n",
    "pyproject.toml": 'name = "billing"\nauthors = [\n  {name = "Ada Lovelace", email = "ada@zebrawing.org"},\n]\n',
    "src/settings.py": (
        'import os\n\nPASSWORD = os.environ["PASSWORD"]\nAPI_KEY = "change-me"\ntoken: str = get_token()\n'
        'DATABASE = "postgres://app:password@localhost/app"\nHOST = "10.0.0.7"\n'
        'RUN = "550e8400-e29b-41d4-a716-446655440000"\n'
        'SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"\nSTARTED = 1700000000123\n'
    ),
    "src/icons.ts": 'export const icon = "icon@2x.png"; // git@github.com:zebrawing/billing.git\n',
    "tests/test_bill.py": 'def test_bill():\n    assert bill("jane.doe@example.org", iban="DE89370400440532013000")\n',
    ".github/workflows/ci.yml": "env:\n  TOKEN: ${{ secrets.TOKEN }}\n  password: ${PASSWORD}\nuses: actions/run@v4\n",
    "prompts/answer.md": "You are a helpful agent. Answer {{ question }} for {customer_name} in {language}.\n",
    "package-lock.json": json.dumps({"packages": {"a": {"version": "1.0.0", "integrity": "sha512-4111111111111111"}}}),
}


def tree(folder: Path) -> Path:
    """A source tree in which nothing is sensitive."""
    for name, text in CLEAN.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_clean_tree_is_clean(tmp_path, capsys):
    assert findings(capsys, tree(tmp_path)) == (NOTHING_FOUND, [])


def test_a_ticket_pasted_into_a_source_tree_is_found_with_its_line(tmp_path, capsys):
    name, mail, _ = PEOPLE[0]
    (tree(tmp_path) / "src" / "prompts.py").write_text(f'EXAMPLE = """\nFrom: {name} <{mail}>\nIt leaks.\n"""\n')
    status, found = findings(capsys, tmp_path)
    assert status == FOUND
    assert {(one["entity"], one["row"]) for one in found} == {("PERSON", 2), ("EMAIL_ADDRESS", 2)}


@pytest.mark.parametrize(
    "line",
    [
        'password = "k9$Lq2%vX!tRz7"',
        'password = "k9(Lq2[vX!tRz7"',
        'api_key = "aGfoo9Kx1234LmQw82Zt"',
        'header = "Bearer abcdEFghIJ98765432KLmn5432=="',
        'note = "passwort: Gx7!kfq92L"',
        'note = "contraseña: Gx7!kfq92L"',
        'note = "mot de passe : Gx7!kfq92L"',
    ],
)
def test_a_secret_in_code_is_found_whatever_signs_it_has_and_in_whatever_language_it_is_called(tmp_path, capsys, line):
    (tmp_path / "code.py").write_text(line + "\n")
    status, found = findings(capsys, tmp_path, "--fail-on", "secrets")
    assert (status, len(found)) == (FOUND, 1)


@pytest.mark.parametrize("value", ["${DB_PASSWORD1}", "<your-password1>", "%(pw1)s", "{password1}", "$PASSWORD_1"])
def test_what_is_filled_in_later_is_no_secret(tmp_path, capsys, value):
    (tmp_path / "code.py").write_text(f'password = "{value}"\n')
    assert findings(capsys, tmp_path, "--fail-on", "secrets")[0] == NOTHING_FOUND


def test_a_key_in_code_is_a_secret_and_a_variable_that_is_called_one_is_none(tmp_path, capsys):
    key = "AKIA" + "Q3EGRLMTZ7WX5BNY"
    (tree(tmp_path) / "src" / "keys.py").write_text(
        f'AWS = "{key}"\npassword = password or ask()\nsecret_key = self._secret_key\n'
    )
    status, found = findings(capsys, tmp_path, "--fail-on", "secrets")
    assert status == FOUND
    assert [(one["entity"], one["row"]) for one in found] == [("SECRET", 1)]


@pytest.mark.parametrize("way", [(), ("--json",), ("--sarif",), ("--spans",)])
def test_no_value_is_ever_printed(tmp_path, capsys, way):
    chat(tmp_path / "tuning.jsonl", [(f"Anna {CANARY}", f"{CANARY}@zebrawing.org", "+44 7911 123456")])
    (tmp_path / "notes.txt").write_text(f"password: {CANARY}9x! and mail {CANARY}@zebrawing.org\n")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1" + CANARY.encode() * 9)
    source = tmp_path / "source.txt"
    source.write_text(f"password: {CANARY}9x! and mail {CANARY}@zebrawing.org\n")
    assert scan(tmp_path, "--against", source, *way) == UNREADABLE
    said = capsys.readouterr()
    assert "broken.parquet" in said.out + said.err
    assert CANARY not in said.out + said.err


def test_spans_say_of_each_text_where_what_stands(tmp_path, capsys):
    texts = ["nothing to see in this text", "mail x.y@zebrawing.org today", ""]
    (tmp_path / "texts.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    status = scan(tmp_path / "texts.jsonl", "--spans")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert status == FOUND
    assert [line["index"] for line in lines] == [0, 1]
    assert lines[0]["spans"] == []
    span = lines[1]["spans"][0]
    assert span.keys() == {"start", "end", "entity", "score", "found_by"}
    assert (texts[1][span["start"] : span["end"]], span["entity"]) == ("x.y@zebrawing.org", "EMAIL_ADDRESS")


def test_of_a_text_file_each_line_is_a_text_to_spans(tmp_path, capsys):
    (tmp_path / "texts.txt").write_text("first line here\nmail x.y@zebrawing.org\n")
    scan(tmp_path / "texts.txt", "--spans")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["index"], len(line["spans"])) for line in lines] == [(0, 0), (1, 1)]


def test_only_kinds_that_were_asked_for_count(tmp_path, capsys):
    tuning = chat(tmp_path / "tuning.jsonl", PEOPLE)
    assert scan(tuning, "--fail-on", "iban_code,secrets") == NOTHING_FOUND
    assert scan(tuning, "--fail-on", "iban_code,phone_number") == FOUND
    capsys.readouterr()
    # A kind that nothing can find would pass for ever.
    assert scan(tuning, "--fail-on", "emial_address") == UNREADABLE
    assert "--fail-on takes kinds" in capsys.readouterr().err


def test_values_of_a_column_are_found_where_they_stand(tmp_path, capsys):
    (tmp_path / "customers.csv").write_text("number,city\nKX-77120-Q,Bonn\nKX-77121-Q,Ulm\n")
    (tmp_path / "notes.txt").write_text("The lamp of kx-77121-q came back.\n")
    known = f"{tmp_path / 'customers.csv'}:number"
    status, found = findings(capsys, tmp_path / "notes.txt", "--known", known)
    assert status == FOUND
    assert [(one["entity"], one["row"]) for one in found] == [("KNOWN_VALUE", 1)]
    assert scan(tmp_path / "notes.txt", "--known", f"{tmp_path / 'customers.csv'}:nobody") == UNREADABLE
    assert "no column of that name" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_told_in_a_sentence_and_the_rest_is_read(tmp_path, capsys):
    (tmp_path / "wrong.txt").write_bytes(b"\xef\xbb\xbfplain text\n" + b"\xc3\x28 broken\n")
    chat(tmp_path / "tuning.jsonl", PEOPLE)
    status = scan(tmp_path)
    said = capsys.readouterr().out
    assert status == UNREADABLE
    assert "wrong.txt: could not be read. Line 2 is not valid" in said
    assert "tuning.jsonl: line 41, 42, messages.content: EMAIL_ADDRESS" in said
    assert scan(tmp_path / "nowhere.txt") == UNREADABLE


def test_what_tools_put_into_a_folder_is_left_out_and_binaries_are_told(tmp_path, capsys):
    for folder in (".git", "node_modules/some", ".venv"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "mail.txt").write_text("x.y@zebrawing.org\n")
    (tmp_path / "bundle.js").write_text("var a=1;" * 1_000 + "mail('x.y@zebrawing.org')")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert scan(tmp_path) == NOTHING_FOUND
    said = capsys.readouterr().out
    assert "Not looked at, binary:" in said
    assert "Not looked at, written by a program for itself:" in said
    assert scan(tmp_path / "picture.png") == UNREADABLE
    capsys.readouterr()


def test_a_line_and_a_file_can_be_said_to_be_meant(tmp_path, capsys):
    code = tree(tmp_path) / "src" / "contact.py"
    code.write_text('A = "x.y@zebrawing.org"  # synthportal: not sensitive\n')
    (tmp_path / "data").mkdir()
    chat(tmp_path / "data" / "tuning.jsonl", PEOPLE)
    (tmp_path / ".synthportalignore").write_text("# made up\ndata/*.jsonl PERSON,EMAIL_ADDRESS\n")
    status, found = findings(capsys, tmp_path)
    assert (status, {one["entity"] for one in found}) == (FOUND, {"PHONE_NUMBER"})
    (tmp_path / ".synthportalignore").write_text("data\n")
    assert findings(capsys, tmp_path) == (NOTHING_FOUND, [])


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet", "xlsx", "jsonl", "json"])
def test_tables_of_every_format_name_column_and_row(tmp_path, capsys, ending):
    frame = pd.DataFrame(
        {"number": range(30), "reach": [f"person{n}@zebrawing.org" if n in (3, 7) else "" for n in range(30)]}
    )
    path = tmp_path / f"table.{ending}"
    if ending == "csv":
        frame.to_csv(path, index=False)
    elif ending == "csv.gz":
        path.write_bytes(gzip.compress(frame.to_csv(index=False).encode()))
    elif ending == "parquet":
        frame.to_parquet(path)
    elif ending == "xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_json(path, orient="records", lines=ending == "jsonl")
    status, found = findings(capsys, path)
    # People count the header of a sheet or a CSV as the first row.
    first = 2 if ending in ("csv", "csv.gz", "xlsx") else 1
    assert status == FOUND
    assert [(one["column"], one["entity"], one["rows"]) for one in found] == [
        ("reach", "EMAIL_ADDRESS", [first + 3, first + 7])
    ]


def test_a_workbook_is_read_to_its_last_hidden_sheet(tmp_path, capsys):
    book = openpyxl.Workbook()
    book.active.append(["number", "colour"])
    hidden = book.create_sheet("Old")
    hidden.sheet_state = "hidden"
    for cells in (
        ["who", "reach"],
        ["nobody", None],
        [None, "x.y@zebrawing.org"],
        ["too", "many", "p.q@zebrawing.org"],
    ):
        hidden.append(cells)
    book.save(tmp_path / "book.xlsx")
    status, found = findings(capsys, tmp_path / "book.xlsx")
    assert status == FOUND
    assert [(one["column"], one["row"]) for one in found] == [("Old.3", 4), ("Old.reach", 3)]


def test_a_column_of_names_is_one_and_a_column_of_colours_is_none(tmp_path, capsys):
    names = ["Anna Schmidt", "Peter Miller", "Maria Garcia", "John Taylor", "Laura Rossi"] * 8
    frame = pd.DataFrame({"full_name": names, "colour": ["red", "green", "blue", "grey", "black"] * 8})
    frame.to_csv(tmp_path / "table.csv", index=False)
    _, found = findings(capsys, tmp_path / "table.csv")
    assert [(one["column"], one["entity"], one["places"]) for one in found] == [("full_name", "PERSON", 40)]


def test_a_pdf_is_read_by_its_pages(tmp_path, capsys):
    (tmp_path / "letter.pdf").write_bytes(pdf_of("A page without anything.", "Write to x.y@zebrawing.org please."))
    status, found = findings(capsys, tmp_path / "letter.pdf")
    assert status == FOUND
    assert [(one["entity"], one["unit"], one["row"]) for one in found] == [("EMAIL_ADDRESS", "page", 2)]
    (tmp_path / "cut.pdf").write_bytes(pdf_of("Nothing.")[:200])
    assert scan(tmp_path / "cut.pdf") == UNREADABLE


def test_a_table_that_is_none_is_read_as_the_text_that_it_is(tmp_path, capsys):
    (tmp_path / "ragged.csv").write_text("a,b\n1,2\n1,2,3,4\nx.y@zebrawing.org\n")
    status, found = findings(capsys, tmp_path / "ragged.csv")
    places = [(one["unit"], one["row"]) for one in found if one["entity"] == "EMAIL_ADDRESS"]
    assert (status, places) == (FOUND, [("line", 4)])


def test_sarif_names_rule_file_and_line(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b.txt").write_text("one\ntwo x.y@zebrawing.org\n")
    assert scan("a b.txt", "--sarif") == FOUND
    log = json.loads(capsys.readouterr().out)
    run = log["runs"][0]
    assert (log["version"], run["tool"]["driver"]["rules"][0]["id"]) == ("2.1.0", "EMAIL_ADDRESS")
    result = run["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"]) == ("EMAIL_ADDRESS", "error")
    assert place == {"artifactLocation": {"uri": "a%20b.txt"}, "region": {"startLine": 2}}
    assert run["invocations"][0]["executionSuccessful"]


def test_what_the_holdout_repeats_as_often_is_chance(tmp_path, capsys):
    """Of few and coarse columns every record stands in the source by chance, in the test set as in the holdout."""
    drawn = random.Random(1)
    for name in ("source", "holdout", "test"):
        rows = [f"{drawn.randint(1, 400)},{drawn.choice('abc')}" for _ in range(400)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["shelf,colour", *rows]))
    words = (tmp_path / "test.csv", "--against", tmp_path / "source.csv")
    assert scan(*words) == FOUND
    assert "Without a holdout" in capsys.readouterr().out
    assert scan(*words, "--holdout", tmp_path / "holdout.csv") == NOTHING_FOUND
    assert "(holdout:" in capsys.readouterr().out


def test_a_text_of_the_source_is_found_in_a_template_whole_nearly_and_as_a_record(tmp_path, capsys):
    notes = [
        f"The kettle numbered {n} of the third batch leaks since {n % 28 + 1} May and the shop {n} wants it back today"
        for n in range(200)
    ]
    frame = pd.DataFrame({"ref": [f"ZX-{n:05}" for n in range(200)], "who": [f"Anna{n} Berg{n}" for n in range(200)]})
    frame.assign(note=notes).to_csv(tmp_path / "source.csv", index=False)
    template = tmp_path / "template.txt"
    template.write_text(
        f"Answer in {{language}}.\n\n{notes[17]}\n\n{notes[30].replace('third', 'second')}\n\n"
        "anna44 BERG44 asked about zx-00044\n"
    )
    status, found = findings(capsys, template, "--against", tmp_path / "source.csv")
    places = {one["entity"]: one["row"] for one in found}
    assert status == FOUND
    assert (places["REPEATED_TEXT"], places["RECORD_IN_TEXT"]) == (3, 7)
    assert {3, 5} <= {row for one in found if one["entity"] == "LONG_RUN" for row in one["rows"]}


@pytest.mark.slow
def test_without_django_the_same_is_a_module(tmp_path):
    """As the hook calls it."""
    watched = (
        "import sys\nfrom generation.engine.scan.__main__ import main\n"
        "sys.argv = ['scan', *sys.argv[1:]]\nstatus = main()\nassert 'django' not in sys.modules\nsys.exit(status)"
    )
    for folder, mail, status in (("clean", "", NOTHING_FOUND), ("leaky", "x.y@zebrawing.org", FOUND)):
        (tree(tmp_path / folder) / "src" / "contact.py").write_text(f"TO = '{mail}'\n")
        words = [sys.executable, "-c", watched, str(tmp_path / folder)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (status, "")
