from __future__ import annotations

from pathlib import Path

import pytest

from synthportal.version import VERSION, newest

ROOT = Path(__file__).parents[2]


def test_the_version_is_that_of_the_newest_heading_whatever_stands_before_and_behind_it():
    assert newest("# Changelog\n\nSee 9.9.9.\n\n## 0.12.3 - unreleased\n\n## 0.1.0\n") == "0.12.3"


def test_a_changelog_without_a_version_stops_the_build_in_words():
    with pytest.raises(ValueError, match="no heading with a version"):
        newest("# Changelog\n\n## Next\n")


def test_the_portal_takes_its_version_from_the_changelog():
    assert f"\n## {VERSION}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
