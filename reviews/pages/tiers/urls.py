"""Addresses of the policies, under /policies/; the limits of the evidence are the app generation's."""

from django.urls import path

from reviews.pages.tiers import views

urlpatterns = [
    path("", views.policies, name="policies"),
    path("tiers/<slug:tier>/", views.tier, name="tier"),
    path("tiers/<slug:tier>/decide/", views.decide, name="tier_decide"),
]
