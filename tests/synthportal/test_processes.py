"""Each kind of process starts with its own secrets alone, and has none of the others."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys

import pytest

from synthportal.settings import BASE_DIR, KEYS_OF

ASKED = """
import django; django.setup()
from django.conf import settings
from reviews.repositories.trust.keys import signing_key
from synthportal.errors import Conflict
names = ("MASTER_KEY", "SAMPLE_KEY", "SIGNING_KEY", "AUDIT_KEY", "WORKER_KEY")
print(*(name for name in names if getattr(settings, name)), settings.SECRET_KEY)
try:
    signing_key(); print("signs")
except Conflict as error:
    print("refuses" if "no signing key" in str(error) else error)
"""


@pytest.mark.parametrize("process", KEYS_OF)
def test_a_process_starts_with_its_own_secrets_and_reads_no_others(process, tmp_path):
    given = {name: secrets.token_hex(32) for name in set().union(*KEYS_OF.values())}
    env = {
        "SYNTHPORTAL_MODE": "production",
        "SYNTHPORTAL_PROCESS": process,
        "SYNTHPORTAL_HOME": str(tmp_path),
        "SYNTHPORTAL_STATIC_ROOT": "/proc/none/static",  # which the image of a worker has not, and may not make
        "DJANGO_SETTINGS_MODULE": "synthportal.settings",
        "PATH": os.environ["PATH"],
    }
    env |= {f"SYNTHPORTAL_{name}": given[name] for name in KEYS_OF[process]}
    done = subprocess.run(
        [sys.executable, "-c", ASKED], env=env, cwd=BASE_DIR, capture_output=True, text=True, check=True
    )
    (*names, session), said = (line.split() for line in done.stdout.splitlines())
    assert set(names) == KEYS_OF[process] - {"SECRET_KEY"}
    assert (session == given["SECRET_KEY"]) == ("SECRET_KEY" in KEYS_OF[process])
    assert said == ["signs" if "SIGNING_KEY" in KEYS_OF[process] else "refuses"]


def test_only_what_signs_has_the_signing_key_and_only_the_web_the_sessions():
    assert {name for name, keys in KEYS_OF.items() if "SIGNING_KEY" in keys} == {"all", "web", "signer"}
    assert {name for name, keys in KEYS_OF.items() if "SECRET_KEY" in keys} == {"all", "web"}
