"""The Python client as a wheel, so that a closed network installs it from the portal itself."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from synthportal.version import VERSION

PACKAGE = "synthportal_client"
# A fixed date: the same version gives the same bytes.
WRITTEN = (2026, 1, 1, 0, 0, 0)
METADATA = f"""Metadata-Version: 2.1
Name: synthportal-client
Version: {VERSION}
Summary: Read what a Synthportal has released.
Requires-Python: >=3.11
Requires-Dist: httpx>=0.27,<1
Requires-Dist: fsspec>=2024.3
License-Expression: Apache-2.0
"""
WHEEL = "Wheel-Version: 1.0\nGenerator: synthportal\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
POINTS = f"[fsspec.specs]\nsynthportal = {PACKAGE}.filesystem:ReleaseFileSystem\n"


def wheel_name() -> str:
    """The name that pip reads version and tags from."""
    return f"{PACKAGE}-{VERSION}-py3-none-any.whl"


@cache
def wheel() -> bytes:
    """The wheel (PEP 427) of the client that lies beside the portal."""
    info = f"{PACKAGE}-{VERSION}.dist-info"
    files = {f"{PACKAGE}/{path.name}": path.read_bytes() for path in sorted((settings.BASE_DIR / PACKAGE).glob("*.py"))}
    files |= {f"{info}/{name}": text.encode() for name, text in
              (("METADATA", METADATA), ("WHEEL", WHEEL), ("entry_points.txt", POINTS))}  # fmt: skip
    lines = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,", ""]).encode()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, WRITTEN), content)
    return written.getvalue()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


@require_safe
def client_wheel(request: HttpRequest, name: str) -> HttpResponse:
    """The client, for everybody who reaches the portal: it holds no secret, and pip signs in nowhere."""
    if name != wheel_name():
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(wheel(), content_type="application/zip", headers=headers)
