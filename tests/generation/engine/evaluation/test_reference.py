from pathlib import Path

from generation.engine.evaluation.policy import POLICY_VERSION, default_policy
from generation.limits_reference import with_tables

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "metrics.md"


def test_the_reference_page_lists_every_default_limit_with_its_reason():
    text = PAGE.read_text(encoding="utf-8")
    assert POLICY_VERSION in text
    for name, rule in default_policy("testing", public=True).rules.items():
        passes, blocks = ("none" if limit is None else f"{limit:g}" for limit in (rule.passes, rule.blocks))
        assert f"| `{name}` | {passes} | {rule.passes_on} | {blocks} | {rule.blocks_on} | {rule.why} |" in text


def test_the_tables_of_the_page_are_what_the_command_prints():
    text = PAGE.read_text(encoding="utf-8")
    assert with_tables(text) == text
    assert (
        "| testing | `boundary_coverage`, `equivalence_class_coverage`, `placeholders`, `schema_conformity` |" in text
    )
