"""What is named "module:attribute" and imported only when it is needed, so that a card stays light."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def load_named(reference: str) -> Any:
    """The attribute that `reference` names. ImportError or AttributeError when there is none."""
    module, _, attribute = reference.partition(":")
    return getattr(import_module(module), attribute)
