"""Contrast of the colour tokens by the WCAG 2.2 formula in both modes, and what a strict content policy forbids."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CSS = (ROOT / "static/app.css").read_text()
PAIRS = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", CSS)
TOKENS = {mode: {name: colours[i] for name, *colours in PAIRS} for i, mode in enumerate(("light", "dark"))}
STATUSES = ("met", "attention", "blocked", "unknown")
TEXT = [
    *((ink, ground) for ink in ("ink", "muted") for ground in ("paper", "surface", "sunken")),
    *(("accent", ground) for ground in ("paper", "surface", "sunken", "accent-soft")),
    *(("ink", f"{soft}-soft") for soft in ("accent", *STATUSES)),
    *((status, f"{status}-soft") for status in STATUSES),
    *((status, ground) for status in STATUSES for ground in ("paper", "surface")),
    ("on-accent", "accent"),
    ("paper", "ink"),
    ("muted", "accent-soft"),
]
SHAPES = [(shape, ground) for shape in ("edge", "real", "accent", "blocked") for ground in ("surface", "paper")]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_gives_the_published_contrasts():
    """WCAG: black on white is 21; #767676 is the lightest grey that passes 4.5 on white."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") > 4.5 > contrast("#777777", "#ffffff")


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_has_a_contrast_of_four_and_a_half(mode, ink, ground):
    assert contrast(TOKENS[mode][ink], TOKENS[mode][ground]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_that_carry_meaning_have_a_contrast_of_three(mode, shape, ground):
    assert contrast(TOKENS[mode][shape], TOKENS[mode][ground]) >= 3


def test_colours_are_written_once_as_tokens():
    rules = CSS[CSS.index("/* Ground */") :]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;, )])", rules) == []


# A file that is downloaded to be kept: no page of the portal, so its style stands in it.
KEPT = ROOT / "templates" / "components" / "page" / "kept.html"


def templates():
    return sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("template", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_holds_what_the_content_policy_forbids(template):
    markup = template.read_text()
    if template == KEPT:
        markup = markup.replace("<style>{{ styles }}</style>", "")
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:|hx-on|https?://", markup)
    assert not re.search(r"<script(?![^>]*(\bsrc=|application/json))", markup)


def test_every_icon_a_template_asks_for_is_in_the_sprite():
    known = set(re.findall(r'symbol id="(\w+)"', (ROOT / "static/icons/sprite.svg").read_text()))
    asked = {name for path in templates() for name in re.findall(r'{% icon "(\w+)"', path.read_text())}
    assert asked <= known
    assert {"met", "attention", "blocked", "not_computed"} <= known
