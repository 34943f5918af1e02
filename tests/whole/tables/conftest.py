"""An owner at the door of the API."""

from __future__ import annotations

import pytest


@pytest.fixture
def ana(client_of):
    return client_of("ana")
