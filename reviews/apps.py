"""Django's entry for the app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
