"""How many of the changes that `make mutate` made to the gate's arithmetic a test noticed; fails below the floor."""

from __future__ import annotations

import json
import sys
from pathlib import Path

STATS = Path("mutants/mutmut-cicd-stats.json")
FLOOR = 0.77


def main() -> int:
    counted = json.loads(STATS.read_text())
    noticed = counted["killed"] + counted["timeout"] + counted["segfault"]
    total = counted["total"] - counted["skipped"]
    print(f"{noticed:,} of {total:,} changes noticed: {noticed / total:.1%} (at least {FLOOR:.0%} are asked for).")
    return 0 if noticed / total >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
