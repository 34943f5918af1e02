"""Django's entry for the app."""

from django.apps import AppConfig


class SynthportalConfig(AppConfig):
    name = "synthportal"

    def ready(self) -> None:
        """Register the job that sends messages, and who is told of failures."""
        from synthportal.people.messages import notices  # noqa: F401
