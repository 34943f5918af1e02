"""The embedded portal in one command: it says at once that it cannot be served, before anything is prepared."""

from __future__ import annotations

import socket

import pytest
from django.core.management import CommandError, call_command

from synthportal.models import Person


@pytest.mark.parametrize("command", ["portal", "demo"])
def test_an_address_that_is_taken_is_told_before_anything_is_prepared(command, db):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"127\.0\.0\.1:{port}: Address already in use.*--address HOST:PORT"):
            call_command(command, address=f"127.0.0.1:{port}")
    assert not Person.objects.exists()


@pytest.mark.parametrize("address", ["127.0.0.1:99999", "198.51.100.7:8000"])
def test_an_address_that_no_portal_can_have_is_told_in_one_sentence(address):
    with pytest.raises(CommandError, match=f"Nothing can be served at {address}"):
        call_command("portal", address=address)
