"""Where a request comes from, behind as many proxies as the settings say."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# The least that one subscriber gets of the new addresses: whoever has one has all of them.
SUBSCRIBER = 64


def address_of(request: HttpRequest) -> str | None:
    """The visitor's address; of IPv6 its network. None where nothing says it, such as on a socket file.

    Each proxy adds the address it was called from at the end of X-Forwarded-For: what stands before those of our
    own proxies is what a visitor claims.
    """
    forwarded = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]
    proxies = settings.PROXIES
    said = forwarded[-proxies] if 0 < proxies <= len(forwarded) else request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or ipaddress.ip_network((address, SUBSCRIBER), strict=False).network_address
    return str(address)
