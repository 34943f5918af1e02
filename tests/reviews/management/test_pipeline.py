"""`manage.py pipeline`: from a file to an open review, or one clear line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from reviews.models import Release, Review

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    rows = (f"{20 + i % 50},{('north', 'south', 'east')[i % 3]},{i % 7}" for i in range(4_000))
    path.write_text("age,region,visits\n" + "\n".join(rows) + "\n")
    return path


@pytest.mark.django_db
def test_a_file_ends_as_an_open_review_and_nothing_is_exported(table, tmp_path, capsys):
    out = tmp_path / "out"
    call_command(
        "pipeline", str(table), "--purpose", "testing", "--synthesizer", "copula", "--rows", "300", "--seed", "1",
        "--tier", "quick", "--out", str(out), "--json",
    )  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((out / "summary.json").read_text())
    review = Review.objects.select_related("run").get()
    assert (review.run.status, review.status) == ("evaluated", "open")
    assert not Release.objects.exists()


@pytest.mark.django_db
def test_too_few_records_end_without_a_review_and_say_so(tmp_path, capsys):
    path = tmp_path / "few.csv"
    path.write_text("age,region,visits\n" + "\n".join(f"{20 + i % 60},town {i % 9},{i * i}" for i in range(700)) + "\n")
    call_command(
        "pipeline", str(path), "--purpose", "testing", "--synthesizer", "copula", "--rows", "700", "--seed", "1",
        "--tier", "quick", "--out", str(tmp_path / "out"),
    )  # fmt: skip
    told = capsys.readouterr()
    assert json.loads(told.out)["review"] is None
    assert "no review opened: too few records to tell" in told.err
    assert not Review.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_no_table_ends_in_one_sentence(tmp_path):
    path = tmp_path / "photo.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    with pytest.raises(CommandError) as refused:
        call_command(
            "pipeline", str(path), "--purpose", "testing", "--synthesizer", "copula", "--out", str(tmp_path), "--json"
        )
    assert "\n" not in str(refused.value)


def test_a_portal_that_was_never_set_up_says_what_to_run_first(table, tmp_path):
    words = [sys.executable, "manage.py", "pipeline", table, "--purpose", "testing", "--synthesizer", "copula"]
    done = subprocess.run(
        [*words, "--out", tmp_path / "out"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        | {"SYNTHPORTAL_HOME": str(tmp_path / "home"), "DJANGO_SETTINGS_MODULE": "synthportal.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].endswith("run `python manage.py migrate` first.")
