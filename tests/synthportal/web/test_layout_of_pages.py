"""Templates and scripts that can be reviewed: short lines, short files, and none that nothing uses."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "templates"
APPS = ("synthportal", "generation", "reviews")
LONGEST_LINE = 160
LONGEST_SCRIPT = 400
# Django and its sign-in views find these by their names.
FOUND_BY_DJANGO = re.compile(r"[0-9]{3}(_csrf)?\.html|registration/.+|drf_spectacular/.+")


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def test_no_line_of_a_template_is_longer_than_160_characters():
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in templates()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []


def test_no_script_is_longer_than_400_lines():
    scripts = sorted((ROOT / "static").rglob("*.js"))
    assert len(scripts) > 1
    assert [path.name for path in scripts if len(path.read_text().splitlines()) > LONGEST_SCRIPT] == []


def test_every_template_is_used_by_a_page_or_another_template():
    names = [path.relative_to(TEMPLATES).as_posix() for path in templates()]
    sources = [*templates(), *(path for app in APPS for path in (ROOT / app).rglob("*.py"))]
    named = {name for path in sources for name in re.findall(r"""["']([\w/]+\.html)["']""", path.read_text())}
    assert len(names) > 100
    assert [name for name in names if name not in named and not FOUND_BY_DJANGO.fullmatch(name)] == []


def test_every_script_and_style_is_loaded_by_a_template():
    loaded = {
        name
        for path in templates()
        for name in re.findall(r"""\{% static ["']([\w/]+\.(?:js|css))["'] %\}""", path.read_text())
    }
    files = [path for path in (ROOT / "static").rglob("*") if path.suffix in {".js", ".css"}]
    assert {path.relative_to(ROOT / "static").as_posix() for path in files} == loaded
