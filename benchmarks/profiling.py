"""What it costs to read and profile a table, against what one would run without a portal: pandas, guessing.

    python benchmarks/profiling.py [DATA] [--repeats N] [--json -]

DATA holds adult/training.csv.gz; without it, the extract of the demo. The other tables are generated: 300 columns of
numbers, dates, categories and codes, and 300,000 records of distinct words. Ours is `read_table` into Parquet,
`load_table` and `profile_table`, personal data and groups included. Theirs is `read_csv`, then for each column what a
profile shows at least: `describe`, missing and distinct values, and the most common ones. Each figure is the median
processor time of this process over the repeats, taken in turns.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas as pd

import generation.demo
from generation.engine.profiling.table import profile_table
from generation.engine.tables.loading import load_table
from generation.engine.tables.reading import read_table

DEMO = Path(generation.demo.__file__).parent / "adult_extract.csv.gz"
WIDE_COLUMNS, WIDE_ROWS, WORDS = 300, 2_000, 300_000
SYLLABLES = ("ka", "lo", "mi", "ru", "ste", "van", "dor", "eli", "pra", "nu", "fi", "gor", "sha", "tem", "bel")


def adult(data: Path | None) -> bytes:
    return gzip.decompress((data / "adult" / "training.csv.gz" if data else DEMO).read_bytes())


def wide() -> bytes:
    """Numbers, prices, dates, categories and codes in turn."""
    chance = random.Random(3)
    cells: list[Callable[[], str]] = [
        lambda: str(chance.randrange(1_000)),
        lambda: f"{chance.gauss(50, 9):.2f}",
        lambda: f"20{chance.randrange(10, 24)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}",
        lambda: chance.choice(["red", "green", "blue", ""]),
        lambda: f"C-{chance.randrange(10_000):04d}",
    ]
    lines = [",".join(f"column {at}" for at in range(WIDE_COLUMNS))]
    lines += [",".join(cells[at % 5]() for at in range(WIDE_COLUMNS)) for _ in range(WIDE_ROWS)]
    return "\n".join([*lines, ""]).encode()


def words() -> bytes:
    """Words of which no two are alike, beside a number."""
    chance = random.Random(4)
    lines = ["word,n"]
    for at in range(WORDS):
        word, left = "", at
        for _ in range(5):
            left, part = divmod(left, len(SYLLABLES))
            word += SYLLABLES[part]
        lines.append(f"{word},{chance.randrange(100)}")
    return "\n".join([*lines, ""]).encode()


def ours(data: bytes) -> None:
    plain = io.BytesIO()
    facts = read_table(io.BytesIO(data), plain)
    plain.seek(0)
    profile_table(load_table(plain), {column.name: column.label for column in facts.columns})


def theirs(data: bytes) -> None:
    table = pd.read_csv(io.BytesIO(data))
    for name in table:
        column = table[name]
        column.describe()
        column.isna().mean()
        column.nunique()
        column.value_counts().head(10)


def seconds_of(work: Callable[[bytes], None], data: bytes) -> float:
    started = process_time()
    work(data)
    return process_time() - started


def measure(data: bytes, repeats: int) -> dict[str, float]:
    pairs = [(seconds_of(ours, data), seconds_of(theirs, data)) for _ in range(repeats)]
    mine, pandas = (statistics.median(found) for found in zip(*pairs, strict=True))
    return {"seconds": round(mine, 3), "seconds_of_pandas": round(pandas, 3), "ratio": round(mine / pandas, 2)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", help="folder with adult/training.csv.gz")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", metavar="-", default="", help="- prints one object")
    asked = parser.parse_args()
    tables = {"adult": adult(asked.data), "columns_300": wide(), "distinct_words": words()}
    small = tables["adult"][:20_000].rsplit(b"\n", 1)[0]
    ours(small), theirs(small)  # what is loaded once is not what is measured
    found = {name: measure(data, asked.repeats) for name, data in tables.items()}
    print(json.dumps(found, indent=None if asked.json else 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
