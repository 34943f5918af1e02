"""`manage.py evaluate` on files, without a database."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.generation.engine.evaluation.people import people

COLUMNS = ["age", "job", "town", "pay", "left"]
NAMES = ("training", "holdout", "synthetic")


def test_the_command_writes_json_and_a_page(tmp_path, capsys):
    for seed, name in enumerate(NAMES):
        people(250, seed)[COLUMNS].to_csv(tmp_path / f"{name}.csv", index=False)
    files = [word for name in NAMES for word in (f"--{name}", str(tmp_path / f"{name}.csv"))]
    page = tmp_path / "page.html"
    call_command("evaluate", *files, "--target", "left", "--quasi", "age, town", "--json", "-", "--html", str(page))
    metrics = {metric["name"]: metric for metric in json.loads(capsys.readouterr().out)}
    assert metrics["exact_matches"]["status"] == "pass"
    contract = {"group", "name", "value", "lower", "upper", "n", "direction", "threshold", "status"}
    assert all(contract <= metric.keys() for metric in metrics.values())
    assert page.read_text().startswith("<!doctype html>")


def test_without_a_holdout_the_page_says_that_privacy_is_not_assessable(tmp_path):
    for seed, name in enumerate(NAMES):
        people(150, seed)[COLUMNS].to_csv(tmp_path / f"{name}.csv", index=False)
    files = ("--training", str(tmp_path / "training.csv"), "--synthetic", str(tmp_path / "synthetic.csv"))
    call_command("evaluate", *files, "--html", str(tmp_path / "page.html"))
    assert "There is no holdout" in (tmp_path / "page.html").read_text()


def test_the_command_says_in_one_sentence_what_it_cannot_read(tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    with pytest.raises(CommandError, match="empty"):
        call_command("evaluate", "--training", str(empty), "--synthetic", str(empty))


def test_copies_with_ambiguous_dates_are_found_since_all_files_are_read_alike(tmp_path, capsys):
    # Of the copies every day is at most 12, so that alone they could be read month first; of the training file not.
    tables = {}
    for seed, name in enumerate(NAMES):
        drawn = people(600, seed)
        tables[name] = drawn[COLUMNS].assign(joined=drawn["joined"].dt.strftime("%d/%m/%Y"))
        tables[name].to_csv(tmp_path / f"{name}.csv", index=False)
    copies = tables["training"][tables["training"]["joined"].str[:2].astype(int) <= 12]
    copies.to_csv(tmp_path / "synthetic.csv", index=False)
    files = [word for name in NAMES for word in (f"--{name}", str(tmp_path / f"{name}.csv"))]
    call_command("evaluate", *files, "--target", "left", "--json", "-")
    metrics = {metric["name"]: metric for metric in json.loads(capsys.readouterr().out)}
    assert metrics["exact_matches"]["value"] == 1
    assert metrics["exact_matches"]["status"] == "block"
    assert metrics["rare_combination_excess"]["n"] > 100  # quasi-identifiers were proposed
