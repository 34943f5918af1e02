from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reviews.engine.certificate.certificate import build_certificate
from reviews.engine.certificate.datacard import data_card, data_card_markdown, manifest
from reviews.engine.certificate.facts import ArtefactFacts, LimitsFacts, RecallFacts
from tests.reviews.engine.certificate.facts import release_facts


def test_the_card_answers_the_questions_of_a_reader_in_order() -> None:
    text = data_card_markdown(release_facts())
    headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert headings == [
        "Purpose", "Prohibited uses", "How it was made", "Columns", "Evidence", "Sample review", "Limits",
        "About the source", "Bias", "Not tried", "Who looked, and who accepted what remains", "Threat model",
        "For the AI Act's summary of training content", "Earlier releases of this source", "How to load it",
        "Integrity",
    ]  # fmt: skip
    assert "| privacy | excess carry\\-over |".replace("\\-", "-") in text
    assert "| 0.007 | 0.001 to 0.013 | 39,073 | 0.02 | pass |" in text
    assert "| not computed |" in text
    # The largest leak that a privacy measure could not rule out is the far end of its interval.
    assert "| 39,073 | 0.02 | pass | 0.013 |" in text
    for tool in ("pandas", "polars", "read_parquet", "load_dataset", "curl --fail"):
        assert tool in text


def test_the_card_and_the_certificate_name_every_limit_that_is_laxer_than_shipped() -> None:
    laxer = LimitsFacts("training 3 (2026-11)", "Only <b>ours</b>.", ("Singling out: passes at 0.12 (shipped: 0.09).",))
    facts = replace(release_facts(), judged_by=laxer)
    text = data_card_markdown(facts)
    assert r"Judged by the limits training 3 \(2026-11\). Why these: Only \<b\>ours\</b\>." in text
    assert "**Laxer than the shipped limits:**" in text
    assert r"- Singling out: passes at 0.12 \(shipped: 0.09\)." in text
    assert build_certificate(facts)["evidence_limits"]["laxer_than_shipped"] == list(laxer.laxer_than_shipped)
    assert "Laxer" not in data_card_markdown(release_facts())


def test_the_certificate_says_of_each_privacy_measure_what_could_hide_where_that_is_bounded() -> None:
    computed, not_computed = build_certificate(release_facts())["evidence"]
    assert computed["could_hide"] == computed["upper"] == "0.013"
    assert "could_hide" not in not_computed


def test_the_card_and_the_certificate_say_how_much_is_found_in_texts_that_were_redacted() -> None:
    facts = replace(release_facts(), recall=(RecallFacts("notes", "PERSON", 200, 0.93, 0.886, 0.958),))
    assert "| notes | person | 0.93 | 0.886 to 0.958 | 200 |" in data_card_markdown(facts)
    (said,) = build_certificate(facts)["seeded_recall"]
    assert (said["column"], said["entity"], said["n"], said["found"]) == ("notes", "PERSON", 200, "0.93")
    assert "What is found in its texts" not in data_card_markdown(release_facts())


def test_what_people_typed_cannot_become_markup() -> None:
    text = data_card_markdown(release_facts())
    assert r"\<b\>état\*" in text
    assert r"years \| top-coded" in text
    assert "<b>" not in text


def test_the_card_holds_no_condition_value_and_promises_nothing_it_cannot_keep() -> None:
    both = (data_card_markdown(release_facts()) + json.dumps(data_card(release_facts()))).lower()
    assert [word for word in ("canary", "anonym", "safe", "complian", "distance") if word in both] == []


def test_the_card_as_json_keeps_the_figures_of_the_facts() -> None:
    card = json.loads(json.dumps(data_card(release_facts()), allow_nan=False))
    assert card["purpose"] == "training of outcome models"
    assert card["evidence"][0]["upper"] == 0.013
    assert card["artefact"]["rows"] == 39_073
    assert set(card["how_to_load"]) == {"pandas", "polars", "duckdb", "datasets", "curl"}


@pytest.fixture
def downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pa.Table:
    """The artefact of the card, where its examples look for it; who has no polars or datasets gets a stand-in."""
    table = pa.table({"age": [31, 44, 58], "city": ["Graz", None, "Linz"]})
    monkeypatch.chdir(tmp_path)
    pq.write_table(table, release_facts().artefact.file_name)
    monkeypatch.setitem(sys.modules, "polars", SimpleNamespace(read_parquet=pq.read_table))
    monkeypatch.setitem(sys.modules, "datasets", SimpleNamespace(load_dataset=_load_dataset))
    return table


def _load_dataset(path: str, *, data_files: str, split: str) -> pa.Table:
    """As Hugging Face documents it: without a split it would give a dict of them, and every file is "train"."""
    assert (path, split) == ("parquet", "train")
    return pq.read_table(data_files)


@pytest.mark.parametrize("tool", ["pandas", "polars", "datasets"])
def test_the_python_in_the_card_loads_every_row_of_the_file(downloaded: pa.Table, tool: str) -> None:
    found: dict[str, Any] = {}
    exec(data_card(release_facts())["how_to_load"][tool], found)
    loaded = found["table"]
    assert (pa.Table.from_pandas(loaded) if tool == "pandas" else loaded).to_pylist() == downloaded.to_pylist()


def test_a_file_name_that_could_carry_code_is_refused() -> None:
    artefact = release_facts().artefact
    with pytest.raises(ValueError, match="letters, digits"):
        replace(artefact, file_name="a'); DROP TABLE x; --.parquet")
    assert ArtefactFacts("0" * 64, 0, 0, ()).file_name == "data.parquet"


def test_a_realism_bound_appears_only_when_there_is_one() -> None:
    facts = release_facts()
    assert "fewer than 3.2 % look unrealistic" in data_card_markdown(facts)
    without = replace(facts, review=replace(facts.review, realism_bound=None))
    assert "look unrealistic" not in data_card_markdown(without)


def test_sha256sum_itself_accepts_the_manifest(tmp_path: Path) -> None:
    contents = {"data.parquet": b"one", "a card.md": b"two", "odd\nname\\.txt": b"three"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    text = manifest({name: hashlib.sha256(content).hexdigest() for name, content in contents.items()})
    (tmp_path / "SHA256SUMS").write_text(text)
    check = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "data.parquet").write_bytes(b"One")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_a_manifest_lists_only_digests() -> None:
    with pytest.raises(ValueError, match="64 lower-case hex"):
        manifest({"data.parquet": "abc"})
