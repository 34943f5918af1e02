"""The portal's settings less the app reviews."""

from synthportal.settings import *  # noqa: F403
from synthportal.settings import INSTALLED_APPS as ALL_APPS

INSTALLED_APPS = [app for app in ALL_APPS if app != "reviews"]
ROOT_URLCONF = "tests.whole.alone.urls"
