"""Addresses of the limits of the evidence, under /policies/limits/."""

from django.urls import path

from generation import limit_views

urlpatterns = [path("<slug:purpose>/", limit_views.limits, name="limits")]
