"""The evaluation suite: against published figures and planted leaks, beside the existing tools, and at scale.

    python benchmarks/evaluation.py DATA [--parts cases existing large null] [--only NAME ...] [--null 100] [--fast]
                                    [--anonymeter VENV]

DATA holds adult/ and adult_2021/: training, holdout and the published outputs of four synthesizers (CSV, gzip). Parts:
cases (one line each with the verdicts), existing (SDMetrics and scikit-learn on the same inputs, with the ratio),
large (100,000 and 1,000,000 records x 3), null (false alarms, real against real), guessing (what inference decides
beside bare rates of success) and planted (every kind of leak on three tables, which also wants people/; `--json -`
prints its result as one object, and nothing else). With
`--anonymeter VENV` the attacks are compared with anonymeter in a virtual environment of its own, made there if need be
(it needs an older numpy). `--fast` leaves out what takes minutes. Exits with 1 when a claim does not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.suite import anonymeter, existing, guessing, planted
from benchmarks.suite.cases import cases, run


def of_cases(chosen: argparse.Namespace) -> bool:
    found = [run(one, chosen.data) for one in cases(chosen.data) if not chosen.only or one.name in chosen.only]
    return all(found)


def of_existing(chosen: argparse.Namespace) -> bool:
    existing.compare(chosen.data, fast=chosen.fast)
    return True


def of_large(chosen: argparse.Namespace) -> bool:
    return chosen.fast or all(existing.run_large(chosen.data, rows) for rows in existing.SECONDS)


def of_null(chosen: argparse.Namespace) -> bool:
    repeats = 10 if chosen.fast else chosen.null
    return not chosen.null or planted.false_alarms(chosen.data, repeats, chosen.only)


def of_planted(chosen: argparse.Namespace) -> bool:
    if chosen.fast:
        return True
    found = planted.planted(chosen.data, print, chosen.only)
    return not found["kinds_missed"] and not found["innocent_blocked"]


PARTS = {
    "cases": of_cases,
    "existing": of_existing,
    "large": of_large,
    "null": of_null,
    "guessing": lambda chosen: guessing.guessing(chosen.data),
    "planted": of_planted,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--parts", nargs="*", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--null", type=int, default=100, help="repeats of the null run")
    parser.add_argument("--only", nargs="*", help="names of cases, or of the tables of planted")
    parser.add_argument(
        "--fast", action="store_true", help="limits of 30 CPU s, nothing large, 10 repeats of the null run"
    )
    parser.add_argument("--anonymeter", type=Path, metavar="VENV")
    parser.add_argument("--json", metavar="-", default="", help="- prints one object: the result of the planted part")
    chosen = parser.parse_args()
    if chosen.json:
        print(json.dumps(planted.planted(chosen.data, planted.say_aloud, chosen.only)))
        return 0
    met = [part(chosen) for name, part in PARTS.items() if name in chosen.parts]
    if chosen.anonymeter:
        met.append(anonymeter.compare(chosen.data, chosen.anonymeter))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
