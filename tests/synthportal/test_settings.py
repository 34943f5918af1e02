"""The settings, each start in a process of its own: production refuses what is unsafe, the demo makes its secrets."""

from __future__ import annotations

import os
import secrets
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("SECRET_KEY", "MASTER_KEY", "SAMPLE_KEY", "SIGNING_KEY", "AUDIT_KEY")


def start(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py <words>` with nothing of this machine's environment but the path."""
    env = {"PATH": os.environ["PATH"], "SYNTHPORTAL_HOME": str(home), **environment}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *(words or ("check",))],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


def production() -> dict[str, str]:
    return {
        "SYNTHPORTAL_MODE": "production",
        "SYNTHPORTAL_HOSTS": "portal.example.org",
        **{f"SYNTHPORTAL_{name}": secrets.token_hex(32) for name in NAMES},
    }


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode != 0
    return done.stderr.strip().splitlines()[-1]


def test_production_with_every_secret_passes_the_deployment_check_without_a_word(tmp_path):
    done = start(tmp_path, "check", "--deploy", "--fail-level", "INFO", **production())
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_production_refuses_to_start_without_a_secret_and_says_what_to_do(tmp_path, name):
    environment = production()
    del environment[f"SYNTHPORTAL_{name}"]
    said = refusal(start(tmp_path, **environment))
    assert f"SYNTHPORTAL_{name} is not set. Set it, or put it in a file" in said
    assert not (tmp_path / "secrets" / name.lower()).exists()


def test_a_secret_may_come_from_a_file(tmp_path):
    environment = production()
    kept = tmp_path / "run" / "master"
    kept.parent.mkdir()
    kept.write_text(environment.pop("SYNTHPORTAL_MASTER_KEY") + "\n")
    assert start(tmp_path, **environment, SYNTHPORTAL_MASTER_KEY_FILE=str(kept)).returncode == 0


def test_production_refuses_debug(tmp_path):
    assert "SYNTHPORTAL_DEBUG" in refusal(start(tmp_path, **production(), SYNTHPORTAL_DEBUG="1"))


@pytest.mark.parametrize(
    "key", ["k3y", "a" * 60, "django-insecure-" + secrets.token_hex(32)], ids=["short", "flat", "default"]
)
def test_production_refuses_a_weak_secret_key(tmp_path, key):
    said = refusal(start(tmp_path, **{**production(), "SYNTHPORTAL_SECRET_KEY": key}))
    assert "SYNTHPORTAL_SECRET_KEY" in said
    assert key not in said


@pytest.mark.parametrize(
    "key", ["00" * 32, "zz" * 32, "ab" * 31, secrets.token_hex(33)], ids=["zeros", "letters", "short", "long"]
)
def test_a_key_that_is_not_thirty_two_random_bytes_is_refused(tmp_path, key):
    said = refusal(start(tmp_path, **{**production(), "SYNTHPORTAL_MASTER_KEY": key}))
    assert "SYNTHPORTAL_MASTER_KEY is 64 hexadecimal digits" in said
    assert key not in said


@pytest.mark.parametrize("place", ["data", "data/keys"])
def test_secrets_inside_the_data_directory_are_refused(tmp_path, place):
    said = refusal(start(tmp_path, SYNTHPORTAL_SECRETS_DIR=str(tmp_path / place)))
    assert "inside the data directory" in said


def test_a_secret_file_inside_the_data_directory_is_refused(tmp_path):
    environment = production()
    kept = tmp_path / "data" / "master"
    kept.parent.mkdir()
    kept.write_text(environment.pop("SYNTHPORTAL_MASTER_KEY"))
    said = refusal(start(tmp_path, **environment, SYNTHPORTAL_MASTER_KEY_FILE=str(kept)))
    assert "inside the data directory" in said


def test_an_unknown_mode_is_refused(tmp_path):
    assert "embedded" in refusal(start(tmp_path, SYNTHPORTAL_MODE="prod"))


@pytest.mark.slow
def test_the_embedded_default_makes_its_secrets_once_for_this_account_only_outside_the_data(tmp_path):
    assert start(tmp_path).returncode == 0
    kept = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert sorted(kept) == sorted(name.lower() for name in NAMES)
    assert len(set(kept.values())) == len(NAMES)
    assert all(len(bytes.fromhex(secret)) == 32 for secret in kept.values())
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "secrets").iterdir()} == {0o600}
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    held = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert not any(secret.encode() in held for secret in kept.values())
    assert start(tmp_path).returncode == 0
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == kept


@pytest.mark.slow
def test_two_first_starts_at_once_agree_on_the_secrets(tmp_path):
    code = "from django.conf import settings; print(settings.SECRET_KEY, settings.MASTER_KEY.hex())"
    env = {"PATH": os.environ["PATH"], "SYNTHPORTAL_HOME": str(tmp_path)}
    starts = [
        subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports", "-v0", "-c", code],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    assert len({start.communicate()[0] for start in starts}) == 1
    assert sorted(path.name for path in (tmp_path / "secrets").iterdir()) == sorted(name.lower() for name in NAMES)
