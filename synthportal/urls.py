"""Every address of the portal."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from synthportal.people.accounts import views
from synthportal.people.messages import views as message_views
from synthportal.people.sign_in.views import SignIn
from synthportal.web.client import client_wheel
from synthportal.web.confirmation import confirmed
from synthportal.web.look.style import style
from synthportal.web.operations import health, metrics, system
from synthportal.web.operations.upload_door import SignedIn

handler400 = "synthportal.web.refusals.bad_request"
handler403 = "synthportal.web.refusals.not_permitted"
handler404 = "synthportal.web.refusals.not_found"
handler500 = "synthportal.web.refusals.server_error"

urlpatterns = [
    path("admin/login/", SignIn.as_view(redirect_authenticated_user=False)),  # one way in for all
    path("admin/", admin.site.urls),
    path("", include("synthportal.people.sign_in.urls")),
    path("account/password/", auth.PasswordChangeView.as_view(success_url="/account/"), name="password_change"),
    path("account/", views.account, name="tokens"),
    path("account/tokens/<uuid:pk>/revoke/", views.token_revoke, name="token_revoke"),
    path("account/confirm/", confirmed, name="confirm"),
    path("health/live/", health.live, name="live"),
    path("health/ready/", health.ready, name="ready"),
    path("system/", system.system, name="system"),
    path("metrics", metrics.metrics, name="metrics"),
    path("api/v1/signed-in/", SignedIn.as_view(), name="signed_in"),
    path("notices/", message_views.notices, name="notices"),
    path("comments/<uuid:pk>/take-back/", message_views.comment_take_back, name="comment_take_back"),
    path("webhooks/", message_views.webhooks, name="webhooks"),
    path("webhooks/<uuid:pk>/end/", message_views.webhook_end, name="webhook_end"),
    path("people/", include("synthportal.people.directory.urls")),
    path("client/<path:name>", client_wheel, name="client_wheel"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api_docs"),
    path("api/v1/", include("generation.api.urls")),
    path("api/v1/", include("reviews.api.urls")),
    path("api/v1/policies/", include("reviews.api.policy_urls")),
    path("policies/limits/", include("generation.pages.limits.urls")),
    path("policies/", include("reviews.pages.tiers.urls")),
    path("", include("generation.urls")),
    path("", include("reviews.urls")),
]
if settings.DEBUG:
    urlpatterns.insert(0, path("style/", style, name="style"))
