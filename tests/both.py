"""Run the tests marked `both` a second time, on PostgreSQL; say so when no server answers."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg

POSTGRES_URL = os.environ.get("SYNTHPORTAL_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")


def main() -> int:
    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=3).close()
    except psycopg.OperationalError:
        host = urlsplit(POSTGRES_URL).hostname
        print(f"Skipped on PostgreSQL: no server answers at {host} (SYNTHPORTAL_TEST_POSTGRES).")
        return 1 if os.environ.get("SYNTHPORTAL_REQUIRE_ALL") else 0
    print("Again on PostgreSQL:")
    words = [sys.executable, "-m", "pytest", "-m", "both", "--no-header", *sys.argv[1:]]
    return subprocess.run(words, env=os.environ | {"DATABASE_URL": POSTGRES_URL}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
