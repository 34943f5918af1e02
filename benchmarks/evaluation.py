"""The evaluation suite: against published figures and planted leaks, beside the existing tools, and at scale.

    python benchmarks/evaluation.py DATA [--parts cases existing large null] [--only NAME ...] [--null 100] [--fast]
                                    [--anonymeter VENV]

DATA holds adult/ and adult_2021/: training, holdout and the published outputs of four synthesizers (CSV, gzip). Parts:
cases (one line each with the verdicts), existing (SDMetrics and scikit-learn on the same inputs, with the ratio),
large (100,000 and 1,000,000 records x 3) and null (false alarms, real against real). `--anonymeter VENV` compares the
attacks with anonymeter in a virtual environment of its own, made there if need be (it needs an older numpy). `--fast`
leaves out what takes minutes. Exits with 1 when a claim does not hold.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import evaluation_anonymeter
import evaluation_existing
import evaluation_large
from evaluation_cases import cases, false_alarms, run

PARTS = ("cases", "existing", "large", "null")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS)
    parser.add_argument("--null", type=int, default=100, help="repeats of the null run")
    parser.add_argument("--only", nargs="*", help="names of cases")
    parser.add_argument(
        "--fast", action="store_true", help="limits of 30 CPU s, nothing large, 10 repeats of the null run"
    )
    parser.add_argument("--anonymeter", type=Path, metavar="VENV")
    chosen = parser.parse_args()
    met = []
    if "cases" in chosen.parts:
        met += [run(one, chosen.data) for one in cases(chosen.data) if not chosen.only or one.name in chosen.only]
    if "existing" in chosen.parts:
        evaluation_existing.compare(chosen.data, fast=chosen.fast)
    if chosen.anonymeter:
        met.append(evaluation_anonymeter.compare(chosen.data, chosen.anonymeter))
    if "large" in chosen.parts and not chosen.fast:
        met += [evaluation_large.run(chosen.data, rows) for rows in evaluation_large.SECONDS]
    if "null" in chosen.parts and chosen.null:
        met.append(false_alarms(chosen.data, 10 if chosen.fast else chosen.null))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
