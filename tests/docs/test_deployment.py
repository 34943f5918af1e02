"""What is shipped to start the portal by: each process gets its own secrets, and writes to its volumes alone."""

from __future__ import annotations

import re
import subprocess
import sys
from configparser import ConfigParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from uuid import uuid4

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.urls import URLResolver, get_resolver

from synthportal.management.reference.doors import CONFIGURATION, OF_ALL, OF_AN_ADDRESS
from synthportal.management.reference.manifests import deployment_files
from synthportal.management.reference.processes import PROCESSES, environment_of
from synthportal.settings import KEYS_OF

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker" / "compose.yml").read_text())["services"]
KEYS = {"secret_key", "master_key", "sample_key", "signing_key", "audit_key", "worker_key"}
each_process = pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)


def test_the_printed_files_are_those_of_the_table():
    call_command("deployment_files", "--check")
    printed = {ROOT / path for path in deployment_files()} - {ROOT / CONFIGURATION}
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


def test_compose_and_pods_ask_alike_and_under_a_name_that_the_portal_answers_to():
    web = yaml.safe_load(deployment_files()[Path("docker/kubernetes/web.yaml")].split("---")[0])
    (container,) = web["spec"]["template"]["spec"]["containers"]
    asks = {name: container[f"{name}Probe"]["exec"]["command"] for name in ("readiness", "liveness")}
    assert COMPOSE["web"]["healthcheck"]["test"] == ["CMD", *asks["readiness"]]
    with HTTPServer(("127.0.0.1", 0), Portal) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        for _, flag, code in asks.values():
            command = [sys.executable, flag, code.replace(":8000/", f":{server.server_port}/")]
            subprocess.run(command, env={"SYNTHPORTAL_HOSTS": "portal.example.org,other"}, check=True)
        server.shutdown()
    assert Portal.asked == [("/health/ready/", "portal.example.org"), ("/health/live/", "portal.example.org")]


class Portal(BaseHTTPRequestHandler):
    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self):
        self.asked.append((self.path, self.headers["Host"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        """Nothing is written."""


@each_process
def test_a_unit_loads_its_own_secrets_and_no_other(process):
    text = (ROOT / "docker" / "systemd" / f"synthportal-{process.name}.service").read_text()
    unit = ConfigParser(strict=False, interpolation=None)
    unit.read_string(text)
    loaded = [line.split("=")[1].split(":")[0] for line in text.splitlines() if line.startswith("LoadCredential=")]
    assert loaded == process.secrets
    assert unit["Service"]["NoNewPrivileges"] == "true"


def takers(patterns, prefix=""):
    """(address, door) of the views that take a file, by the mark that they bear."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from takers(pattern.url_patterns, route)
        elif door := getattr(pattern.callback, "door", getattr(getattr(pattern.callback, "cls", None), "door", None)):
            yield "/" + re.sub("<uuid:[^>]*>", str(uuid4()), route), door


def test_nginx_has_a_door_for_each_view_that_takes_a_file_as_large_as_the_view_takes():
    printed = re.findall(r"location ~ (\S+) \{([^}]*)\}", (ROOT / CONFIGURATION).read_text())
    found = list(takers(get_resolver().url_patterns))
    assert len(found) == len(printed) >= 5
    for address, door in found:
        (inside,) = [inside for pattern, inside in printed if re.search(pattern, address)]
        assert "auth_request /nginx/door;" in inside
        assert "proxy_request_buffering off;" in inside
        most = door.most.size if door.most else settings.UPLOAD_LIMIT_BYTES
        size = int(re.search(r"client_max_body_size (\d+)m;", inside)[1]) * 2**20
        assert most < size <= most + 8 * 2**20, address


def test_uploads_together_leave_half_of_the_threads_to_pages_and_some_places_to_other_addresses():
    (web,) = [process.command for process in PROCESSES if process.bind]
    workers, threads = (int(re.search(rf"--{name} (\d+)", web)[1]) for name in ("workers", "threads"))
    assert OF_AN_ADDRESS < OF_ALL <= workers * threads // 2
    image = (ROOT / "docker" / "Dockerfile").read_text().split(" AS web\n")[1].split("\nFROM")[0]
    shipped = yaml.safe_load(re.search(r"CMD (\[.*?\])", image.replace("\\\n", ""), re.DOTALL)[1])
    said = [shipped[shipped.index(name) + 1] for name in ("--workers", "--threads")]
    assert said == [str(workers), str(threads)]
