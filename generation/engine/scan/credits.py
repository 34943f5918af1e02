"""Who wrote something is named in a source tree on purpose: in licences, lists of authors, manifests, credit lines."""

from __future__ import annotations

import re

from generation.engine.pii import Span

_FILES = re.compile(
    r"(?:^|/)(?:(?:licen[cs]e|copying|notice|authors|contributors|maintainers|codeowners|credits|thanks|change(?:log|s)|"
    r"history|news|security|code_of_conduct|citation)[^/]*|pyproject\.toml|setup\.(?:cfg|py)|package\.json|"
    r"cargo\.toml|composer\.json|pom\.xml|[^/]+\.(?:gemspec|podspec|nuspec))$",
    re.IGNORECASE,
)
_LINES = re.compile(
    r"copyright|\(c\)|©|author|contact\b|contact__|maintain|contribut|signed-off-by|-by:|credit|thanks|licen[cs]e|"
    r"reported by|et al",
    re.IGNORECASE,
)


def is_credit(name: str, text: str, span: Span) -> bool:
    """Whether a person or an address in a file of this name is named for their work."""
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    return bool(_FILES.search(name)) or bool(_LINES.search(text[start : end if end >= 0 else len(text)]))
