"""The documents keep up with the code: links lead somewhere, and every setting and command is described."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
READ = re.compile(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"')
SECRET = re.compile(r'_(?:secret|key|given)\("([A-Z_]+)"\)')
# A path as documents write it: `stages/ingest.py`, `generation/engine/`; a folder that stands for several has capitals.
ENDS = r"[\w.-]+\.(?:py|html|js|css|toml|yml|yaml|md|lock|sample|conf|svg)"
PATH = re.compile(rf"`((?:[\w.-]+/)+(?:{ENDS})?|{ENDS})`")
SCRIPT = re.compile(r"(?<![\w/.-])((?:[\w-]+/)+[\w-]+\.py)\b")
# Where a path in a document may begin, other than at the root.
BASES = ("", "generation", "generation/engine", "reviews", "reviews/engine", "synthportal", "templates", "tests")
# Of the reader, not of this tree: a plug-in's files and folders made by running the portal or its tests.
# What a running portal makes, and what a reader would write.
NOT_OURS = ("var/", "mypackage/")
# Meaningless or harmful in production.
NOT_IN_PRODUCTION = {"SYNTHPORTAL_DEBUG", "SYNTHPORTAL_ADDRESS"}


def settings_read() -> set[str]:
    """Every variable that settings.py reads; each secret also has a _FILE variable."""
    source = (ROOT / "synthportal" / "settings.py").read_text()
    secrets = {f"SYNTHPORTAL_{name}{end}" for name in SECRET.findall(source) for end in ("", "_FILE")}
    return set(READ.findall(source)) | secrets


def words_of(path: str) -> set[str]:
    return set(re.findall(r"\w+", (ROOT / path).read_text()))


def anchors_of(page: Path) -> set[str]:
    """The headings as GitHub names them in links."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_settings_that_are_known_to_exist_are_found():
    assert {"DATABASE_URL", "SYNTHPORTAL_MODE", "SYNTHPORTAL_HOSTS", "SYNTHPORTAL_MASTER_KEY_FILE"} <= settings_read()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_image_of_a_page_leads_to_a_file(page: Path):
    targets = [target for target in LINK.findall(CODE.sub("", page.read_text())) if not re.match(r"[a-z]+:", target)]
    dead = []
    for target in targets:
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors_of(file)):
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_calls_data_anonymous_or_compliant(page: Path):
    assert re.findall(r"\b(?:anonymous|anonymis\w+|anonymiz\w+|compliant)\b", page.read_text(), re.IGNORECASE) == []


def is_there(path: str) -> bool:
    """Whether a path that a document names exists; one without a folder, anywhere; APP and ROOM stand for any."""
    pattern = re.sub(r"\b[A-Z]+\b", "*", path.rstrip("/"))
    if "/" not in path:
        return (ROOT / path).exists() or any(next((ROOT / top).rglob(path), None) for top in BASES[1:])
    return any(next((ROOT / base).glob(pattern), None) for base in BASES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_exists(page: Path):
    written = page.read_text()
    found = {*PATH.findall(written), *SCRIPT.findall(written)}
    named = {path for path in found if not path.startswith(NOT_OURS)}
    assert sorted(path for path in named if not is_there(path)) == []


def test_a_path_that_does_not_exist_would_be_found():
    assert not is_there("generation/forms.py")
    assert is_there("generation/stages/ingest.py")
    assert is_there("APP/stages/")


def test_every_setting_is_in_the_reference():
    assert settings_read() - words_of("docs/reference/settings.md") == set()


def test_every_production_setting_is_in_the_sample_environment():
    secrets = {
        f"SYNTHPORTAL_{name}_KEY" for name in ("SECRET", "MASTER", "SAMPLE", "SIGNING", "AUDIT", "WORKER")
    }  # there as files
    assert settings_read() - NOT_IN_PRODUCTION - secrets - words_of("docker/env.sample") == set()


def test_the_sample_environment_and_compose_name_no_setting_that_nobody_reads():
    named = {
        word
        for path in ("docker/env.sample", "docker/compose.yml", "docs/reference/settings.md")
        for word in words_of(path)
        if re.fullmatch(r"SYNTHPORTAL_[A-Z_]+", word)
    }
    of_tests = {word for word in named if re.match(r"SYNTHPORTAL_(TEST|REQUIRE)_|SYNTHPORTAL_X", word)}
    assert named - of_tests - settings_read() == set()


def test_every_command_is_in_the_reference():
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")} - {"__init__"}
    described = set(re.findall(r"^### (\w+)$", (ROOT / "docs" / "reference" / "commands.md").read_text(), re.MULTILINE))
    assert commands - described == set()


def test_every_make_target_is_in_the_reference():
    targets = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets is not None
    reference = (ROOT / "docs" / "reference" / "commands.md").read_text()
    assert [target for target in targets[1].split() if f"`make {target}`" not in reference] == []


def test_every_address_of_the_api_is_in_the_reference():
    from django.urls import get_resolver

    def routes(patterns, prefix=""):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            yield from routes(pattern.url_patterns, route) if hasattr(pattern, "url_patterns") else [route]

    reference = (ROOT / "docs" / "reference" / "api.md").read_text()
    addresses = [route for route in routes(get_resolver().url_patterns) if route.startswith("api/v1/")]
    plain = [route.removeprefix("api/v1").replace("<uuid:pk>", "{id}") for route in addresses]
    described = [re.sub(r"<\w+:(\w+)>", r"{\1}", route) for route in plain]
    assert len(described) > 20
    assert [route for route in described if route not in reference] == []


def test_every_picture_is_shown_and_stands_with_at_most_fifteen_others_in_the_folder_of_its_room():
    pictures = sorted((ROOT / "docs" / "images").rglob("*.png"))
    shown = {
        (page.parent / path).resolve() for page in PAGES for path in re.findall(r"[\w./-]+\.png", page.read_text())
    }
    assert [str(picture) for picture in pictures if picture not in shown] == []
    crowded = [folder for folder in {picture.parent for picture in pictures} if len(list(folder.iterdir())) > 16]
    assert crowded == []
