"""Django's entry for the app."""

from django.apps import AppConfig


class GenerationConfig(AppConfig):
    name = "generation"

    def ready(self) -> None:
        """Register the app's jobs."""
        from generation import tasks  # noqa: F401
