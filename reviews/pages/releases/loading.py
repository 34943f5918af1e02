"""Code to copy: how a release is read with each tool. tests/reviews/pages/releases/test_loading.py runs all of it."""

from __future__ import annotations

from uuid import UUID

from synthportal.web.client import wheel_name

TOKEN = "os.environ['SYNTHPORTAL_TOKEN']"


def loading_code(number: int, release: UUID, portal: str) -> dict[str, str]:
    """Code by tool. `portal` is its address as its readers type it; the token stands in SYNTHPORTAL_TOKEN."""
    address = f"{portal}/api/v1/releases/{release}/export/?format=parquet"
    header = '{"Authorization": f"Bearer {' + TOKEN + '}"}'
    return {
        "one line": f"# pip install {portal}/client/{wheel_name()}\n"
        f"# export SYNTHPORTAL_URL={portal} SYNTHPORTAL_TOKEN=sp_...\n"
        f'from synthportal_client import load\n\ntable = load("release-{number}")',
        "fsspec": "import pandas as pd  # with synthportal_client installed\n\n"
        f'table = pd.read_parquet("synthportal://release-{number}")',
        "pandas": f'import os\n\nimport pandas as pd\n\ntable = pd.read_parquet("{address}", storage_options={header})',
        "polars": "import os\n\nimport fsspec\nimport polars as pl\n\n"
        f'with fsspec.open("{address}", headers={header}) as file:\n    table = pl.read_parquet(file)',
        "datasets": "import os\n\nfrom datasets import load_dataset\n\n"
        f'options = {{"{portal.partition(":")[0]}": {{"headers": {header}}}}}\n'
        f'table = load_dataset("parquet", data_files="{address}", split="train", storage_options=options)',
        "DuckDB": "import duckdb\nfrom synthportal_client import download\n\n"
        f'table = duckdb.read_parquet(str(download("release-{number}")))',
        "curl": f'curl --fail -C - -o release-{number}.parquet \\\n  -H "Authorization: Bearer $SYNTHPORTAL_TOKEN" \\\n'
        f'  "{address}"',
    }
