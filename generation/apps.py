"""Django's entry for the app."""

from django.apps import AppConfig


class GenerationConfig(AppConfig):
    name = "generation"

    def ready(self) -> None:
        """Register the app's jobs and its links in the header."""
        from generation import tasks  # noqa: F401
        from generation.pages import links

        links.add()
