"""Samples 100,000, 1,000,000 and 10,000,000 records by `copula` and `trees` into an artefact: cost and memory.

    python benchmarks/audits/synthesizer_scale.py DATA [--only NAME ...] [--rows N ...] [--json -]

DATA holds adult/training.csv.gz, which is fitted (24,421 records of 15 columns). Each size runs in a process of its
own, so that its peak memory is its own. Times are processor seconds of that process, the Parquet file included.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from itertools import product
from pathlib import Path
from tempfile import TemporaryFile
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.shapes.tables import adult
from benchmarks.suite.figures import offer_json, told_on, write_json
from generation.engine.progress import silent
from generation.engine.synthesizers import catalogue
from generation.engine.synthesizers.bytes.artefact import write_artefact
from generation.engine.synthesizers.bytes.sampling import sample_shards
from generation.engine.synthesizers.card import validated

ROWS = (100_000, 1_000_000, 10_000_000)


def one(data: Path, name: str, rows: int) -> dict[str, object]:
    """Fit and sample in this process."""
    case = adult(data)
    model = catalogue.load(name).fit(case.training, case.schema, validated(catalogue.cards()[name], {}), 0, silent)
    model.sample(1000, 0)  # compiled kernels are not what is measured
    started = process_time()
    with TemporaryFile() as sink:
        write_artefact(sample_shards(model, rows, 1), case.schema, sink)
    seconds = process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {"synthesizer": name, "rows": rows, "seconds": seconds, "peak_gb": peak}


def line(found: dict[str, Any]) -> str:
    rows, seconds = found["rows"], found["seconds"]
    return (
        f"{found['synthesizer']:8} {rows:>11,} records  {seconds:7.1f} s  {rows / seconds:>9,.0f} a second  "
        f"peak {found['peak_gb']:.2f} GB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", nargs="+", default=["copula", "trees"])
    parser.add_argument("--rows", nargs="+", type=int, default=list(ROWS))
    offer_json(parser)
    asked = parser.parse_args()
    found = []
    for name, rows in product(asked.only, asked.rows):
        if len(asked.only) == len(asked.rows) == 1:
            found.append(one(asked.data, name, rows))
        else:
            words = [sys.executable, __file__, str(asked.data), "--only", name, "--rows", str(rows), "--json", "-"]
            done = subprocess.run(words, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            found += json.loads(done.stdout)
        print(line(found[-1]), file=told_on(asked.json), flush=True)
    write_json(asked.json, found)


if __name__ == "__main__":
    main()
