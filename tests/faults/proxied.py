"""The nginx that is shipped, in front of a portal: docker/nginx.conf with ports and folders of this machine."""

from __future__ import annotations

import datetime as dt
import getpass
import ipaddress
import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.faults.portal import ROOT, Portal, wait_for

# The rest of what nginx needs to run as nobody in particular, in a folder of its own.
AROUND = """
user {user}; daemon off; pid {folder}/pid; error_log {folder}/errors.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
    access_log off; default_type application/octet-stream;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Proxied:
    """Where nginx listens, where the portal itself does, and a context that trusts the certificate of the test."""

    address: str
    behind: str
    trust: ssl.SSLContext
    folder: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served_by_nginx(
    portal: Portal, folder: Path, *, accelerated: bool = True, static: Path = ROOT / "static"
) -> Iterator[Proxied]:
    """The portal's web process, and nginx before it as it is shipped; `static` is what it serves by itself."""
    folder.mkdir(parents=True, exist_ok=True)
    inside, outside, plain = free_port(), free_port(), free_port()
    certificate(folder)
    (folder / "site.conf").write_text(
        shipped(portal, folder, inside, outside, plain).replace(f"{ROOT}/static/", f"{static}/")
    )
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=getpass.getuser()))
    env = portal.env | ({"SYNTHPORTAL_ACCEL_LOCATION": "/released/"} if accelerated else {})
    web = [sys.executable, "-m", "gunicorn", "synthportal.wsgi", "--bind", f"127.0.0.1:{inside}"]
    web += ["--worker-class", "gthread", "--threads", "8", "--log-level", "warning"]
    nginx = [
        str(shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        str(folder / "errors.log"),
    ]
    started = [subprocess.Popen(web, cwd=ROOT, env=env), subprocess.Popen(nginx)]
    trust = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
    try:
        address = f"https://127.0.0.1:{outside}"
        wait_for(lambda: answers(f"{address}/login/", trust), "nginx and the portal to answer")
        yield Proxied(address, f"http://127.0.0.1:{inside}", trust, folder)
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(timeout=30)


def shipped(portal: Portal, folder: Path, inside: int, outside: int, plain: int) -> str:
    """docker/nginx.conf, with what a container would give it."""
    text = (ROOT / "docker" / "nginx.conf").read_text()
    for theirs, ours in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{outside} ssl http2;"),
        ("http2 on;", ""),  # nginx before 1.25 says it beside the port
        ("/etc/nginx/tls/", f"{folder}/"),
        ("/srv/static/", f"{ROOT}/static/"),
        ("/srv/released/", f"{portal.home}/data/vault/released/"),
        ("server web:8000 resolve;", f"server 127.0.0.1:{inside};"),  # names are asked for anew from nginx 1.27.3 on
        ("resolver 127.0.0.11 valid=10s ipv6=off;\n", ""),
    ):
        assert theirs in text, theirs
        text = text.replace(theirs, ours)
    return text


def certificate(folder: Path) -> None:
    """A certificate of its own for 127.0.0.1."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "privkey.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def answers(url: str, trust: ssl.SSLContext) -> bool:
    try:
        return bool(urlopen(url, timeout=2, context=trust).status == 200)
    except HTTPError as error:
        error.close()
        return False
    except (URLError, OSError):
        return False
