"""`manage.py plan`: how many records a claim needs, what the plan would pass, and the hours it costs."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.engine.acceptance.decision import review_hours
from reviews.engine.acceptance.plans import ImpossiblePlan, Plan, fixed_plan, operating_characteristic, sequential_plan
from reviews.engine.acceptance.words import percent
from reviews.engine.policy.workload import SECONDS_PER_VERDICT

CURVE = (0.0, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)  # true leak rates, as multiples of the LTPD


def _fraction(text: str) -> float:
    """0.01, 1% or "1 %": the same share. A bare number of 1 or more is refused rather than guessed at."""
    number = text.strip()
    try:
        value = float(number.removesuffix("%"))
    except ValueError as error:
        raise argparse.ArgumentTypeError("write a share as 0.01 or 1%") from error
    share = round(value / 100, 12) if number.endswith("%") else value
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError("a share lies between 0 and 1: write 0.01 or 1%")
    return share


class Command(BaseCommand):
    help = "Plan a review: the sample size for a claim, its operating characteristic and the hours."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lot", type=int, help="records in the artefact; left out: a lot without end")
        parser.add_argument("--ltpd", type=_fraction, required=True, help="leak rate to be refused: 0.01 or 1%%")
        parser.add_argument(
            "--confidence", type=_fraction, default=0.95, help="how sure one wants to be: 0.95 or 95%% (0.95)"
        )
        parser.add_argument("--accept", type=int, help="leaks with which the lot may still pass (0; sequential: 4)")
        parser.add_argument("--controls", type=int, default=0, help="fabricated leaks planted among the records (0)")
        parser.add_argument("--reviews", type=float, default=1, help="reviews per record (1)")
        parser.add_argument(
            "--seconds",
            type=float,
            default=SECONDS_PER_VERDICT,
            help=f"median seconds per review ({SECONDS_PER_VERDICT:g})",
        )
        parser.add_argument("--sequential", action="store_true", help="stop early (Wald's test)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        make = sequential_plan if options["sequential"] else fixed_plan
        default = 4 if options["sequential"] else 0
        accept = default if options["accept"] is None else options["accept"]
        try:
            plan = make(options["lot"], options["ltpd"], options["confidence"], accept, options["controls"])
        except (ImpossiblePlan, ValueError) as error:
            raise CommandError(str(error)) from error
        facts = plan_facts(plan, options["reviews"], options["seconds"])
        self.stdout.write(json.dumps(facts) if options["json"] else _in_words(plan, facts))


def plan_facts(plan: Plan, reviews: float, seconds: float) -> dict[str, Any]:
    """The plan as JSON data: sizes, looks, OC curve (rates as fractions) and hours at most."""
    points = operating_characteristic(plan, [min(0.999, multiple * plan.ltpd) for multiple in CURVE])
    return {
        "kind": str(plan.kind),
        "lot": plan.lot,
        "ltpd": plan.ltpd,
        "confidence": plan.confidence,
        "n": plan.n,
        "accept": plan.accept,
        "controls": plan.planted,
        "looks": [{"n": look.n, "accept": look.accept, "reject": look.reject} for look in plan.looks],
        "oc": [{"rate": p.rate, "accept": p.accept, "expected_records": p.reviewed} for p in points],
        "hours": review_hours(plan.n + plan.planted, reviews, seconds),
    }


def _in_words(plan: Plan, facts: dict[str, Any]) -> str:
    lot = "a lot without end" if plan.lot is None else f"{plan.lot:,} records"
    lines = [
        f"Review {plan.n:,} of {lot}; at most {plan.accept} may leak.",
        f"Then: {percent(plan.confidence)} sure that fewer than {percent(plan.ltpd)} leak"
        + (f", with all {plan.planted} controls found." if plan.planted else ", if reviewers miss nothing."),
        f"Cost: at most {facts['hours']:.1f} hours.",
        *(_look_in_words(look) for look in facts["looks"] if len(plan.looks) > 1),
        "",
        "true leak rate   chance to pass   records reviewed",
    ]
    curve = (f"{p['rate']:>14.3%}   {p['accept']:>14.1%}   {p['expected_records']:>16.0f}" for p in facts["oc"])
    return "\n".join([*lines, *curve])


def _look_in_words(look: dict[str, int]) -> str:
    passing = f"pass with at most {look['accept']}, " if look["accept"] >= 0 else ""
    return f"  after {look['n']:>5,} records: {passing}stop at {look['reject']} leaks"
