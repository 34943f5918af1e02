"""What docker/ starts, followed by hand: the shipped nginx.conf before a real gunicorn, with TLS."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import NGINX, answers
from tests.e2e.conftest import PEOPLE, free_port
from tests.faults.portal import ROOT, Portal, wait_for

AROUND = """
{user}worker_processes 1;
error_log stderr error;
pid {home}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    {temporary}
    include {home}/default.conf;
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Stack:
    """A portal in production mode behind nginx: its port, its people's tokens, what to trust, and its web process."""

    portal: Portal
    port: int
    tokens: dict[str, str]
    context: ssl.SSLContext
    web: subprocess.Popen[bytes]


def _certificate(folder: Path) -> Path:
    """A certificate of its own for localhost, and its key, as the operator would mount them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "fullchain.pem").write_bytes(made.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return folder / "fullchain.pem"


def _configured(home: Path, port: int, web: int) -> Path:
    """The shipped configuration with this machine's ports and folders, in what the image puts around it."""
    text = (ROOT / "docker" / "nginx.conf").read_text()
    for shipped, here in {
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl http2;",
        "    http2 on;\n": "",  # said with `listen` up to nginx 1.25
        "/etc/nginx/tls/": f"{home}/",
        "server web:8000 resolve;": f"server 127.0.0.1:{web};",  # names are asked for anew from nginx 1.27.3 on
        "resolver 127.0.0.11 valid=10s ipv6=off;\n": "",
        "/srv/static/": f"{home}/static/",
    }.items():
        assert shipped in text, shipped
        text = text.replace(shipped, here)
    (home / "default.conf").write_text(text)
    user = "" if os.getuid() else "user root;\n"  # whose folders those of the tests are
    temporary = "\n    ".join(f"{name}_temp_path {home}/{name};" for name in TEMPORARY)
    (home / "nginx.conf").write_text(AROUND.format(home=home, temporary=temporary, user=user))
    subprocess.run([str(NGINX), "-t", "-q", "-c", str(home / "nginx.conf")], check=True)
    return home / "nginx.conf"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """nginx, gunicorn as its image starts it, SQLite."""
    home = tmp_path_factory.mktemp("stack")
    portal = Portal(home / "portal")
    tokens = json.loads(portal.run(PEOPLE))
    port, web_port = free_port(), free_port()
    certificate = _certificate(home)
    environment = portal.env | {
        "SYNTHPORTAL_MODE": "production",
        "SYNTHPORTAL_HOSTS": "localhost",
        "SYNTHPORTAL_PROXIES": "1",
        "SYNTHPORTAL_ORIGINS": f"https://localhost:{port}",
    }
    words = ["-m", "gunicorn", "synthportal.wsgi", "--bind", f"127.0.0.1:{web_port}", "--worker-class", "gthread"]
    web = subprocess.Popen(
        [sys.executable, *words, "--workers", "2", "--threads", "8", "--timeout", "600", "--log-level", "error"],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )
    proxy = subprocess.Popen([str(NGINX), "-c", str(_configured(home, port, web_port)), "-g", "daemon off;"])
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{web_port}"), "gunicorn")
        wait_for(lambda: answers(f"http://127.0.0.1:{port}"), "nginx")
        yield Stack(portal, port, tokens, ssl.create_default_context(cafile=str(certificate)), web)
    finally:
        proxy.terminate()
        proxy.wait()
        with contextlib.suppress(ProcessLookupError):  # a test may have ended it
            os.killpg(web.pid, signal.SIGTERM)
        web.wait()
