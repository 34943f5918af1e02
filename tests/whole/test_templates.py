"""Every template can be read, those that only show in rare cases too."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

FOLDER = Path(settings.BASE_DIR) / "templates"


@pytest.mark.parametrize("name", sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html")))
def test_a_template_loads_the_tags_and_filters_it_uses(name: str) -> None:
    assert get_template(name).template.nodelist
