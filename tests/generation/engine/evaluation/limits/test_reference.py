from pathlib import Path

from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.limits.reference import tables
from generation.engine.evaluation.policy import POLICY_VERSION

PAGE = Path(__file__).parents[5] / "docs" / "reference" / "metrics.md"


def test_the_reference_page_lists_every_default_limit_with_its_reason():
    text = PAGE.read_text(encoding="utf-8")
    assert POLICY_VERSION in text
    for name, rule in default_policy("testing", public=True).limits.items():
        passes, blocks = ("none" if limit is None else f"{limit:g}" for limit in (rule.passes, rule.blocks))
        hides = "" if rule.hides is None else f"{rule.hides:g}"
        assert f"| `{name}` | {passes} | {blocks} | {hides} | {rule.why} |" in text


def test_the_tables_say_what_a_purpose_needs():
    needed = "`boundary_coverage`, `equivalence_class_coverage`, `placeholders`, `schema_conformity`"
    assert any(line.startswith(f"| testing | {needed} |") for line in tables())
