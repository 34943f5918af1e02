"""The printed pages of docs/reference say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import CommandError

from synthportal.management.commands import reference_pages
from synthportal.management.reference import api, commands
from synthportal.management.reference.page import START, row, with_printed
from tests.whole.url_matrix import MATRIX

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference"
APPS = ("synthportal", "generation", "reviews")


def test_the_committed_pages_are_what_the_code_prints(tmp_path, monkeypatch):
    committed = {path.name: path.read_text() for path in REFERENCE.glob("*.md") if START in path.read_text()}
    assert {"commands.md", "api.md", "glossary.md", "states.md", "engine.md", "metrics.md"} <= set(committed)
    for name, page in committed.items():
        (tmp_path / name).write_text(with_printed(page, ["Nothing is printed yet."]))
    monkeypatch.setattr(reference_pages, "FOLDER", tmp_path)
    call_command("reference_pages")
    assert {path.name: path.read_text() for path in tmp_path.glob("*.md")} == committed


def test_a_page_that_has_fallen_behind_is_refused_and_then_written_anew(tmp_path, monkeypatch):
    behind = {"commands.md": "### verify_audit", "states.md": "uploaded --> ingested"}
    for name in reference_pages.printed():
        page = (REFERENCE / name).read_text()
        (tmp_path / name).write_text(page.replace(behind.get(name, "\0"), "what was so once"))
    monkeypatch.setattr(reference_pages, "FOLDER", tmp_path)
    with pytest.raises(CommandError) as refused:
        call_command("reference_pages", "--check")
    assert sorted(re.findall(r"\w+\.md", str(refused.value))) == sorted(behind)
    call_command("reference_pages")
    assert {name: (tmp_path / name).read_text() for name in behind} == {
        name: (REFERENCE / name).read_text() for name in behind
    }


def test_words_written_by_hand_around_the_printed_part_stay():
    page = "Before.\n<!-- printed by manage.py reference_pages -->\nold\n<!-- end of what is printed -->\nAfter."
    made = with_printed(page, ["new"])
    assert (made.startswith("Before.\n"), made.endswith("\nAfter."), "new" in made, "old" in made) == (
        True, True, True, False,
    )  # fmt: skip


def test_a_page_without_the_two_marks_has_no_place_for_what_is_printed():
    with pytest.raises(ValueError, match="no place"):
        with_printed("# A page\n", ["new"])


def test_a_bar_in_a_cell_does_not_end_the_cell():
    assert row("a | b", "c\n  d") == "| a &#124; b | c d |"


@pytest.mark.parametrize("name", sorted(name for name, app in get_commands().items() if app in APPS))
def test_every_argument_of_a_command_says_what_it_is(name: str):
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    assert parser.description
    assert [commands._names(one) for one in commands.arguments_of(parser) if not one.help] == []


def test_the_reference_of_commands_names_all_eight_synthesizers():
    page = (REFERENCE / "commands.md").read_text()
    lines = [line for line in page.splitlines() if line.startswith("| `--synthesizer")]
    eight = {"trees", "copula", "dp_marginals", "gaussian_copula", "tvae", "ctgan", "copulagan", "par"}
    assert any(eight <= set(re.findall(r"\w+", line)) for line in lines)


def requests_printed() -> dict[tuple[str, str], list[str]]:
    """Method and path of every printed request, with the cells of its line."""
    lines = [line for line in "\n".join(api.lines()).splitlines() if re.match(r"\| (GET|POST|PUT|DELETE) ", line)]
    cells = [line.strip("| ").split(" | ") for line in lines]
    return {tuple(one[0].replace("`", "").split()): one for one in cells}


def test_the_reference_of_the_api_has_exactly_the_requests_that_the_matrix_of_addresses_tries():
    tried = {tuple(line.split()[:2]) for line in MATRIX.strip().splitlines() if " api/v1/" in line}
    tried = {
        (method, re.sub(r"<\w+:(\w+)>", r"{\1}", path.removeprefix("api/v1").replace("<uuid:pk>", "{id}")))
        for method, path in tried
    }
    assert set(requests_printed()) == tried - {("GET", "/schema/"), ("GET", "/docs/")}


def test_every_request_of_the_api_says_what_it_does_and_who_may_make_it():
    assert [call for call, cells in requests_printed().items() if not (cells[1].strip() and cells[2].strip())] == []


@pytest.mark.parametrize(
    ("said", "what", "who"),
    [
        ("Stop a run. May: its owner.", "Stop a run.", "its owner"),
        ("Sign\nhere.\n\nMay: stewards, as second person.", "Sign\nhere.", "stewards, as second person"),
        ("Says nothing of people.", "Says nothing of people.", ""),
    ],
)
def test_what_a_request_does_and_who_may_make_it_are_told_apart(said: str, what: str, who: str):
    assert api.who_may({"description": said}) == (what, who)
