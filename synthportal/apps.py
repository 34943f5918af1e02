"""Django's entry for the app."""

from django.apps import AppConfig


class SynthportalConfig(AppConfig):
    name = "synthportal"
