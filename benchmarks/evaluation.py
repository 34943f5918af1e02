"""The evaluation suite: against published figures and planted leaks, beside the existing tools, and at scale.

    python benchmarks/evaluation.py DATA [--parts cases existing large null] [--only NAME ...] [--null 100] [--fast]
                                    [--anonymeter VENV]

DATA holds adult/ and adult_2021/: training, holdout and the published outputs of four synthesizers (CSV, gzip). Parts:
cases (one line each with the verdicts), existing (SDMetrics and scikit-learn on the same inputs, with the ratio),
large (100,000 and 1,000,000 records x 3), null (false alarms, real against real) and planted (every kind of leak on
three tables, which also wants people/; `--json -` prints its result as one object, and nothing else). With
`--anonymeter VENV` the attacks are compared with anonymeter in a virtual environment of its own, made there if need be
(it needs an older numpy). `--fast` leaves out what takes minutes. Exits with 1 when a claim does not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.suite import anonymeter, existing, planted
from benchmarks.suite.cases import cases, run

PARTS = ("cases", "existing", "large", "null", "planted")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS)
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
    met = []
    if "cases" in chosen.parts:
        met += [run(one, chosen.data) for one in cases(chosen.data) if not chosen.only or one.name in chosen.only]
    if "existing" in chosen.parts:
        existing.compare(chosen.data, fast=chosen.fast)
    if chosen.anonymeter:
        met.append(anonymeter.compare(chosen.data, chosen.anonymeter))
    if "large" in chosen.parts and not chosen.fast:
        met += [existing.run_large(chosen.data, rows) for rows in existing.SECONDS]
    if "null" in chosen.parts and chosen.null:
        repeats = 10 if chosen.fast else chosen.null
        met.append(planted.false_alarms(chosen.data, repeats, chosen.only))
    if "planted" in chosen.parts and not chosen.fast:
        found = planted.planted(chosen.data, print, chosen.only)
        met.append(not found["kinds_missed"] and not found["innocent_blocked"])
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
