"""Addresses of the policies, under /policies/; the limits of the evidence are the app generation's."""

from django.urls import path

from reviews import tier_views

urlpatterns = [
    path("", tier_views.policies, name="policies"),
    path("tiers/<slug:tier>/", tier_views.tier, name="tier"),
]
