"""The doors of nginx: a location for each view that `takes_file`, printed between two lines of docker/nginx.conf."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from synthportal.management.reference.processes import THREADS
from synthportal.storage.uploads import Door, door_of

CONFIGURATION = Path("docker/nginx.conf")
FIRST = "    # Doors: printed by `manage.py deployment_files` from what the views take.\n"
LAST = "    # Here the doors end.\n"
MIB = 1024**2
# The form around the file, and what nginx takes where no file is asked for.
AROUND_MIB, LEAST_MIB = 4, 6
# All of them together leave half of the threads for pages; those of one address leave some to others.
OF_ALL, OF_AN_ADDRESS = THREADS // 2, THREADS * 3 // 8
# 2 GiB, what SYNTHPORTAL_UPLOAD_LIMIT_BYTES is where nobody sets it.
LARGEST_MIB = 2048


def with_doors() -> str:
    """The shipped configuration with the doors of today's views."""
    text = (settings.BASE_DIR / CONFIGURATION).read_text()
    before, _, rest = text.partition(FIRST)
    _, last, after = rest.partition(LAST)
    return before + FIRST + "\n".join(_location(route, door) for route, door in doors()) + last + after


def doors() -> list[tuple[str, Door]]:
    """(route, door) of every address that takes a file, in order of the routes."""
    return sorted(_doors(get_resolver().url_patterns), key=lambda each: each[0])


def _doors(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Door]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _doors(pattern.url_patterns, route)
        elif door := door_of(pattern.callback):
            yield route, door


def _location(route: str, door: Door) -> str:
    """Nothing but an id is a part of an address here, so what matched may be shown and led to."""
    size = -(-door.most.size // MIB) if door.most else LARGEST_MIB
    lines = [
        "auth_request /nginx/door;",
        "auth_request_set $refusal $upstream_http_x_refusal;",
        *([] if route.startswith("api/") else ["set $barred look;", "set $page $uri;"]),
        f"limit_conn uploads {OF_ALL};",
        f"limit_conn uploads_of_an_address {OF_AN_ADDRESS};",
        f"client_max_body_size {max(size + AROUND_MIB, LEAST_MIB)}m;",
        "proxy_request_buffering off;",
        "proxy_pass http://portal;",
    ]
    pattern = re.sub("<uuid:[^>]*>", "[0-9a-f-]+", route)
    return "\n".join([f"    location ~ ^/{pattern}$ {{", *(f"        {line}" for line in lines), "    }", ""])
