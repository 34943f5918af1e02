"""Kubernetes manifests and systemd units of the table of processes, and the proxy's doors."""

from __future__ import annotations

from pathlib import Path

import yaml

from synthportal.management.reference.doors import CONFIGURATION, with_doors
from synthportal.management.reference.processes import COMMON, PROCESSES, Process, environment_of

PRINTED = "Printed by `manage.py deployment_files`: change synthportal/management/reference/processes.py instead."
ACCOUNT = 10001
PODS = Path("docker/kubernetes")
UNITS = Path("docker/systemd")
BACKUPS = "/var/backups/synthportal"
DATA, SECRETS = "/var/lib/synthportal/data", "/var/lib/synthportal/secrets"


def deployment_files() -> dict[Path, str]:
    """Every printed file by its path."""
    files = {PODS / f"{process.name}.yaml": _as_yaml(*_objects(process)) for process in PROCESSES}
    files[PODS / "kustomization.yaml"] = _as_yaml(_kustomization())
    files[PODS / "volumes.yaml"] = _as_yaml(*(_claim(name, size) for name, size in _CLAIMS.items()))
    files |= {UNITS / f"synthportal-{process.name}.service": _unit(process) for process in PROCESSES}
    files |= {UNITS / f"synthportal-{each.name}.timer": _timer(each) for each in PROCESSES if each.daily}
    return files | {CONFIGURATION: with_doors()}


_CLAIMS = {"data": "200Gi", "anchor-and-shares": "1Gi", "backup": "200Gi", "backup-of-shares": "1Gi"}


class _Whole(yaml.SafeDumper):
    """What stands twice is written twice."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _as_yaml(*objects: dict[str, object]) -> str:
    return f"# {PRINTED}\n" + yaml.dump_all(objects, Dumper=_Whole, sort_keys=False, width=120)


def _kustomization() -> dict[str, object]:
    settings = [f"{name}={value}" for name, value in COMMON.items()]
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": ["volumes.yaml", *(f"{process.name}.yaml" for process in PROCESSES if not process.optional)],
        "configMapGenerator": [
            {"name": "synthportal", "literals": [*settings, "CELERY_BROKER_URL=redis://redis:6379/0"]}
        ],
    }


def _claim(name: str, size: str) -> dict[str, object]:
    spec = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": size}}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec}


def _objects(process: Process) -> list[dict[str, object]]:
    labels = {"app": "synthportal", "process": process.name}
    pod = {"metadata": {"labels": labels}, "spec": _pod(process)}
    job: dict[str, object] = {"backoffLimit": 3, "template": pod}
    found: dict[str, object] = {"apiVersion": "batch/v1", "metadata": {"name": process.name}}
    if process.daily:
        nightly = {"schedule": "30 2 * * *", "concurrencyPolicy": "Forbid", "jobTemplate": {"spec": job}}
        return [found | {"kind": "CronJob", "spec": nightly}]
    if process.once:
        return [found | {"kind": "Job", "spec": job}]
    spec: dict[str, object] = {"replicas": 1, "selector": {"matchLabels": labels}, "template": pod}
    deployment: dict[str, object] = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": process.name},
        "spec": spec,
    }
    return [deployment, *([_service(process, labels)] if process.bind else [])]


def _service(process: Process, labels: dict[str, str]) -> dict[str, object]:
    spec = {"selector": labels, "ports": [{"port": int(process.bind), "targetPort": int(process.bind)}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": process.name}, "spec": spec}


def _pod(process: Process) -> dict[str, object]:
    files = {name: {"secretName": "synthportal", "items": [{"key": name, "path": name}]} for name in process.secrets}
    projected = {"sources": [{"secret": {"name": one["secretName"], "items": one["items"]}} for one in files.values()]}
    volumes: list[dict[str, object]] = [{"name": "secrets", "projected": {**projected, "defaultMode": 0o440}}]
    volumes += [{"name": "tmp", "emptyDir": {}}]
    volumes += [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in _mounts(process)]
    return {
        "automountServiceAccountToken": False,
        "securityContext": {
            "runAsNonRoot": True, "runAsUser": ACCOUNT, "fsGroup": ACCOUNT,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        **({"restartPolicy": "OnFailure"} if process.once or process.daily else {}),
        "containers": [_container(process)],
        "volumes": volumes,
    }  # fmt: skip


def _mounts(process: Process) -> dict[str, str]:
    places = {"data": DATA, "anchor-and-shares": SECRETS}
    return places | ({"backup": "/backup", "backup-of-shares": "/shares"} if process.daily else {})


def _container(process: Process) -> dict[str, object]:
    env = [{"name": name, "value": value} for name, value in environment_of(process).items()]
    env.append({"name": "DATABASE_URL_FILE", "value": "/run/secrets/database_url"})
    mounts = {"secrets": "/run/secrets", "tmp": "/tmp", **_mounts(process)}  # noqa: S108 - the container's own
    probes = {
        f"{name}Probe": {"exec": {"command": process.probe(what)}, "periodSeconds": 30, "timeoutSeconds": 10}
        for name, what in (("readiness", "ready"), ("liveness", "live"))
    }
    return {
        "name": process.name,
        "image": f"synthportal-{process.image}",
        "args": [*process.command.split(), *(["--bind", f"0.0.0.0:{process.bind}"] if process.bind else [])],
        "envFrom": [{"configMapRef": {"name": "synthportal"}}],
        "env": env,
        **(probes if process.bind else {}),
        "resources": {"limits": {"memory": f"{process.memory}Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": name, "mountPath": path} for name, path in mounts.items()],
    }  # fmt: skip


_HARDENED = (
    "TasksMax=512", "NoNewPrivileges=true", "PrivateTmp=true", "PrivateDevices=true", "ProtectSystem=strict",
    "ProtectHome=true", "ProtectKernelTunables=true", "ProtectControlGroups=true", "RestrictSUIDSGID=true",
    "CapabilityBoundingSet=",
)  # fmt: skip


def _unit(process: Process) -> str:
    command = process.command + (f" --bind 127.0.0.1:{process.bind}" if process.bind else "")
    credentials = [f"LoadCredential={name}:/etc/synthportal/secrets/{name}" for name in process.secrets]
    paths = {name: value.replace("/run/secrets", "%d") for name, value in environment_of(process).items()}
    paths["DATABASE_URL_FILE"] = "%d/database_url"
    written = [DATA, SECRETS, *([BACKUPS] if process.daily else [])]
    command = command.replace("/backup --shares /shares", f"{BACKUPS}/portal --shares {BACKUPS}/shares")
    lines = [
        f"# {PRINTED}",
        "[Unit]",
        f"Description=Synthportal: {process.name}",
        "After=network-online.target postgresql.service redis-server.service",
        *(["After=synthportal-migrate.service"] if not process.once else []),
        "",
        "[Service]",
        f"Type={'oneshot' if process.once or process.daily else 'exec'}",
        "User=synthportal",
        "WorkingDirectory=/opt/synthportal",
        "# SYNTHPORTAL_MODE=production and the rest of docker/env.sample; no secret.",
        "EnvironmentFile=/etc/synthportal/environment",
        *(f"Environment={name}={value}" for name, value in paths.items()),
        *credentials,
        f"ExecStart=/opt/synthportal/docker/entrypoint.sh /opt/synthportal/.venv/bin/{command}",
        *([] if process.once or process.daily else ["Restart=always", "RestartSec=5", "KillMode=mixed"]),
        f"MemoryMax={process.memory}M",
        *_HARDENED,
        f"ReadWritePaths={' '.join(written)}",
        *([] if process.daily else ["", "[Install]", "WantedBy=multi-user.target"]),
    ]
    return "\n".join(lines) + "\n"


def _timer(process: Process) -> str:
    lines = [f"# {PRINTED}", "[Unit]", f"Description=Synthportal: {process.name}, every night", "", "[Timer]"]
    lines += ["OnCalendar=*-*-* 02:30", "Persistent=true", "", "[Install]", "WantedBy=timers.target"]
    return "\n".join(lines) + "\n"
