"""The house stays one that a newcomer finds their way in: few names on a level, short files, functions and lines."""

from __future__ import annotations

import ast
import statistics
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_NAMES = 16
# A migration or a decision is one more file each time; nobody looks for one by its neighbours.
SERIES = {"generation/migrations", "reviews/migrations", "synthportal/migrations", "docs/adr"}
WIDER = {"synthportal": 20, "generation/engine": 18, "": 24}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEMPLATE_LINE = 400, 36, 160
TOP = {"synthportal", "generation", "reviews", "templates", "static", "tests", "docker"}


def tracked() -> list[str]:
    """What git tracks or would: the house without what is made in it. A tree without git has what lies in it."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def files() -> list[str]:
    return tracked()


def levels(files: list[str]) -> dict[str, set[str]]:
    """Names by folder: of files and folders, less the entry file that every package has."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in files:
        parts = name.split("/")
        for depth, part in enumerate(parts):
            if part not in ("__init__.py", "README.md"):
                found["/".join(parts[:depth])].add(part)
    return found


def functions(files: list[str]) -> dict[str, int]:
    """Lines of each function of the packages; examples in a docstring are no lines of the function."""
    found = {}
    for name in files:
        if name.endswith(".py") and name.split("/")[0] in ("synthportal", "generation", "reviews"):
            for node in ast.walk(ast.parse((ROOT / name).read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    told = len((ast.get_docstring(node, clean=False) or "").splitlines())
                    found[f"{name}:{node.lineno} {node.name}"] = (node.end_lineno or 0) - node.lineno + 1 - told
    return found


def test_no_level_has_more_names_than_one_looks_over(files):
    crowded = {
        folder: len(names)
        for folder, names in levels(files).items()
        if len(names) > WIDER.get(folder, MOST_NAMES) and folder not in SERIES
    }
    assert crowded == {}


def test_both_apps_have_the_same_layers(files):
    found = levels(files)
    layers = {"api", "engine", "models", "repositories", "stages", "pages", "permissions.py", "tasks.py", "urls.py"}
    assert layers <= found["generation"]
    assert layers <= found["reviews"]
    assert TOP | {"manage.py", "pyproject.toml"} <= found[""]


def test_files_are_short(files):
    code = [name for name in files if name.endswith((".py", ".js")) and "migrations" not in name]
    lengths = {name: len((ROOT / name).read_text().splitlines()) for name in code}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short(files):
    lengths = functions(files)
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}
    assert statistics.median(lengths.values()) <= 8
    assert sorted(lengths.values())[int(0.95 * len(lengths))] <= 30


def test_template_lines_are_short(files):
    lines = {
        f"{name}:{number}": len(line)
        for name in files
        if name.startswith("templates/")
        for number, line in enumerate((ROOT / name).read_text().splitlines(), start=1)
    }
    assert {place: length for place, length in lines.items() if length > LONGEST_TEMPLATE_LINE} == {}


def test_no_comment_of_a_template_goes_on_in_the_next_line(files):
    """Django would show it."""
    templates = [name for name in files if name.startswith("templates/")]
    lines = [(name, one) for name in templates for one in (ROOT / name).read_text().splitlines() if "{#" in one]
    assert len(lines) > 50
    assert [(name, line) for name, line in lines if line.count("{#") != line.count("#}")] == []


def test_a_test_is_found_by_the_name_of_what_it_tests(files):
    """tests/APP/LAYER/.../test_WORD.py stands beside APP/LAYER/...: its folder is a folder of the app."""
    folders = {str(Path(name).parent) for name in files}
    lost = [
        name
        for name in files
        if name.startswith(("tests/generation/", "tests/reviews/", "tests/synthportal/"))
        and name.endswith(".py")
        and str(Path(name).parent).removeprefix("tests/") not in folders
    ]
    assert lost == []
