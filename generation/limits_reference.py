"""The shipped limits as the tables of docs/reference/metrics.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generation.engine.evaluation.policy import (
    ALWAYS_NEEDED,
    COVERAGE_RULES,
    DIVERSITY_RULES,
    FIDELITY_RULES,
    POLICY_VERSION,
    PRIVACY_RULES,
    PUBLIC_RULES,
    PURPOSES,
    RULES_RULES,
    SKILL_RULES,
    Rule,
    default_policy,
)

START, END = "<!-- printed by manage.py limits_page -->", "<!-- end of what is printed -->"
GROUPS: tuple[tuple[str, Mapping[str, Rule]], ...] = (
    ("Privacy", PRIVACY_RULES),
    ("Privacy, public releases only", PUBLIC_RULES),
    ("Fidelity", FIDELITY_RULES),
    ("Utility", SKILL_RULES | COVERAGE_RULES),
    ("Diversity", DIVERSITY_RULES),
    ("Rules", RULES_RULES),
)


def with_tables(page: str) -> str:
    """The page with the tables as they are now. ValueError for a page without the two marks."""
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError("The page has no place for the tables.")
    return f"{before}{START}\n" + "\n".join(tables()) + f"\n{END}{after}"


def tables() -> Iterator[str]:
    """Every shipped limit, group by group, then what each purpose needs."""
    yield f"\nShipped set {POLICY_VERSION}."
    for title, rules in GROUPS:
        yield f"\n## {title}\n\n| metric | passes | on | blocks | on | why |\n|---|---|---|---|---|---|"
        yield from (_limit(name, rule) for name, rule in rules.items())
    yield "\n## What each purpose needs\n"
    yield "Without these, computed and not blocked, the gate stays shut. Skill is needed only with a target.\n"
    yield "| purpose | needed beside every privacy metric | not assessed |\n|---|---|---|"
    for purpose in PURPOSES:
        policy = default_policy(purpose)
        yield f"| {purpose} | {_names(policy.needed - ALWAYS_NEEDED)} | {_names(policy.skipped)} |"


def _limit(name: str, rule: Rule) -> str:
    passes, blocks = ("none" if limit is None else f"{limit:g}" for limit in (rule.passes, rule.blocks))
    return f"| `{name}` | {passes} | {rule.passes_on} | {blocks} | {rule.blocks_on} | {rule.why} |"


def _names(metrics: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(metrics))
