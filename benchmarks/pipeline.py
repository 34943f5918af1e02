"""Ingest to sample by Synthportal's `pipeline`, beside a bare script that strings the same libraries together.

    python benchmarks/pipeline.py [--tables FILE [FILE ...]] [--json -]

Without --tables it takes the 40,000 records of UCI Adult that ship with the demo; given several CSV files with the same
columns (the published training and holdout files of Adult: 48,842 records) it joins them. Both sides read the same
file, look for personal data, fit a Gaussian copula on the same number of records, sample as many, measure them and
draw a review sample, each in a fresh process, one after the other on the same machine. The bare script reads every
cell with Presidio and measures with SDMetrics' QualityReport; the portal also encrypts everything at rest, minimises,
cuts a holdout and runs its own twenty checks on top. Printed: seconds of each, and the ratio portal / bare.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.suite.figures import offer_json, told_on, write_json

ROOT = Path(__file__).resolve().parents[1]
EXTRACT = ROOT / "generation" / "demo" / "adult_extract.csv.gz"

BARE = """
import sys, time, warnings
warnings.simplefilter("ignore")
import pandas as pd
began = time.perf_counter()
table = pd.read_csv(sys.argv[1])
training = table.sample(frac=0.8, random_state=0)

from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NoOpNlpEngine
nothing = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])
nothing.load()
analyzer = AnalyzerEngine(nlp_engine=nothing, supported_languages=["en"])
found = 0
for name in training.columns:
    if training[name].dtype == object:
        for cell in training[name]:
            found += len(analyzer.analyze(text=str(cell), language="en"))
print("presidio", round(time.perf_counter() - began, 1), file=sys.stderr)

from sdv.metadata import Metadata
from sdv.single_table import GaussianCopulaSynthesizer
metadata = Metadata.detect_from_dataframes({"t": training})
synthesizer = GaussianCopulaSynthesizer(metadata)
synthesizer.fit({"t": training})
synthetic = synthesizer.sample(num_rows=len(training), main_table_name="t")["t"]
print("sdv", round(time.perf_counter() - began, 1), file=sys.stderr)

from sdmetrics.reports.single_table import QualityReport
report = QualityReport()
report.generate(training, synthetic, metadata.to_dict()["tables"]["t"], verbose=False)
synthetic.sample(299, random_state=0)
print(time.perf_counter() - began)
"""


def joined(paths: list[Path], folder: Path) -> Path:
    """The files as one CSV."""
    import pandas as pd

    whole = folder / "table.csv"
    pd.concat([pd.read_csv(path) for path in paths], ignore_index=True).to_csv(whole, index=False)
    return whole


def time_portal(table: Path, folder: Path) -> tuple[float, dict[str, float]]:
    """Seconds of the pipeline command on a portal of its own, its start included, in all and by stage."""
    env = os.environ | {"SYNTHPORTAL_HOME": str(folder / "home")}
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], env=env, check=True)
    words = ["pipeline", str(table), "--purpose=training", "--synthesizer=gaussian_copula", "--seed=0", "--json"]
    began = time.perf_counter()
    done = subprocess.run([*manage, *words, f"--out={folder / 'out'}"], env=env, check=True, capture_output=True)
    spent = time.perf_counter() - began
    return spent, json.loads(done.stdout)["seconds"]


def time_bare(table: Path) -> float:
    """Seconds of the bare script, its imports included."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", BARE, str(table)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", nargs="+", type=Path, default=[EXTRACT])
    offer_json(parser)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = joined(asked.tables, folder)
        portal, stages = time_portal(table, folder)
        bare = time_bare(table)
    print("  portal, by stage:", stages, file=told_on(asked.json))
    print(
        f"portal {portal:.1f} s, bare script {bare:.1f} s, ratio portal / bare {portal / bare:.2f}",
        file=told_on(asked.json),
    )
    write_json(asked.json, {"portal": portal, "stages": stages, "bare": bare, "ratio": portal / bare})


if __name__ == "__main__":
    main()
