"""The portal's own settings, and children that can be held."""

from synthportal.settings import *  # noqa: F403
from synthportal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.holding.Holding"]
