"""What is shipped to start the portal by: each process gets its own secrets, and writes to its volumes alone."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from synthportal.management.reference.manifests import deployment_files
from synthportal.management.reference.processes import PROCESSES, environment_of
from synthportal.settings import KEYS_OF

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker" / "compose.yml").read_text())["services"]
KEYS = {"secret_key", "master_key", "sample_key", "signing_key", "audit_key", "worker_key"}
each_process = pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)


def test_the_printed_files_are_those_of_the_table():
    call_command("deployment_files", "--check")
    printed = {ROOT / path for path in deployment_files()}
    assert {path for name in ("kubernetes", "systemd") for path in (ROOT / "docker" / name).iterdir()} == printed


def test_compose_starts_what_the_table_names():
    assert set(COMPOSE) - {"postgres", "redis", "nginx"} == {process.name for process in PROCESSES}


@each_process
def test_compose_gives_each_process_its_own_secrets_and_no_other(process):
    service = COMPOSE[process.name]
    assert set(service["secrets"]) == set(process.secrets)
    assert set(service["secrets"]) & KEYS == {name.lower() for name in KEYS_OF[process.kind]}
    named = {name: value for name, value in service["environment"].items() if name in environment_of(process)}
    assert named == environment_of(process)
    assert not [name for name in service["environment"] if name.endswith("_KEY_FILE") and name not in named]


@each_process
def test_compose_passes_every_setting_that_an_operator_writes_down(process):
    """The path is one beside compose.yml: docker/.env, which is a copy of docker/env.sample."""
    assert COMPOSE[process.name]["env_file"] == ".env"


@each_process
def test_compose_runs_what_the_table_says(process):
    words = COMPOSE[process.name].get("command")
    if process.daily:
        assert process.command in words[-1]
    elif not process.bind:  # the web's command is its image's
        assert words == process.command.split()


@pytest.mark.parametrize("name", COMPOSE)
def test_no_container_of_compose_writes_to_itself_or_grows_without_end(name):
    service = COMPOSE[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["pids_limit"]
    assert service["mem_limit"]
    assert service["logging"]["options"]["max-size"]


def test_the_databases_password_and_the_keys_reach_neither_proxy_nor_broker():
    assert COMPOSE["postgres"]["secrets"] == ["postgres_password"]
    assert not any("secrets" in COMPOSE[name] for name in ("redis", "nginx"))
    assert str(COMPOSE["nginx"]["user"]).split(":")[0] not in {"0", "root"}


@each_process
def test_a_pod_mounts_its_own_secrets_and_no_other(process):
    text = deployment_files()[Path("docker/kubernetes") / f"{process.name}.yaml"]
    (pod,) = [spec for one in yaml.safe_load_all(text) for spec in _pods(one)]
    (secrets,) = [volume["projected"] for volume in pod["volumes"] if "projected" in volume]
    assert [item["key"] for one in secrets["sources"] for item in one["secret"]["items"]] == process.secrets
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"]


def _pods(node):
    if isinstance(node, dict):
        if "containers" in node:
            yield node
        for one in node.values():
            yield from _pods(one)


@each_process
def test_a_unit_loads_its_own_secrets_and_no_other(process):
    text = (ROOT / "docker" / "systemd" / f"synthportal-{process.name}.service").read_text()
    unit = ConfigParser(strict=False, interpolation=None)
    unit.read_string(text)
    loaded = [line.split("=")[1].split(":")[0] for line in text.splitlines() if line.startswith("LoadCredential=")]
    assert loaded == process.secrets
    assert unit["Service"]["NoNewPrivileges"] == "true"
