"""Django's entry for the app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        """Register the app's jobs."""
        from reviews import tasks  # noqa: F401
