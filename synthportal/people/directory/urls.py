"""Addresses of people and roles, under /people/."""

from django.urls import path

from synthportal.people.directory import views

urlpatterns = [
    path("", views.people, name="people"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/link/", views.link, name="person_link"),
    path("<int:pk>/factor/", views.factor, name="person_factor"),
    path("<int:pk>/open/", views.account_open, name="person_open"),
    path("requests/<uuid:pk>/", views.role_request, name="role_request"),
    path("password/", views.set_password, name="set_password"),
    path("password/<str:secret>/", views.account_link, name="account_link"),
]
