"""Django's entry for the app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        """Register the app's jobs, its links in the header, and what it shows on other apps' pages."""
        from reviews import tasks  # noqa: F401
        from reviews.pages import links, slots, threads
        from synthportal.people.tokens.tokens import add_kind

        add_kind("release", "/api/v1/releases/")
        add_kind("run", "/api/v1/runs/")
        links.add()
        threads.add()
        slots.fill()
