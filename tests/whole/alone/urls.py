"""The addresses of the ground floor and of the app generation."""

from django.contrib.auth import views as auth
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from synthportal.people.accounts import views
from synthportal.people.messages import views as message_views
from synthportal.web.client import client_wheel
from synthportal.web.confirmation import confirmed

urlpatterns = [
    path("", include("synthportal.people.sign_in.urls")),
    path("account/confirm/", confirmed, name="confirm"),
    path("account/password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("account/", views.account, name="tokens"),
    path("account/tokens/<uuid:pk>/revoke/", views.token_revoke, name="token_revoke"),
    path("notices/", message_views.notices, name="notices"),
    path("webhooks/", message_views.webhooks, name="webhooks"),
    path("webhooks/<uuid:pk>/end/", message_views.webhook_end, name="webhook_end"),
    path("client/<path:name>", client_wheel, name="client_wheel"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api_docs"),
    path("api/v1/", include("generation.api.urls")),
    path("policies/limits/", include("generation.pages.limits.urls")),
    path("", include("generation.urls")),
]
