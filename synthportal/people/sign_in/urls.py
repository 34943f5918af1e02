"""Addresses of signing in, of second factors and sessions. The names are those that django-allauth asks for."""

from allauth.socialaccount.providers.openid_connect import views as openid
from django.contrib.auth.views import LogoutView
from django.urls import path

from synthportal.people.sign_in import views
from synthportal.people.sign_in.providers import back_to_sign_in

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("login/", back_to_sign_in, name="socialaccount_signup"),
    path("login/second-factor/", views.SecondFactor.as_view(), name="mfa_authenticate"),
    path("login/passkey/", views.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("login/with/<slug:provider_id>/", openid.login, name="openid_connect_login"),
    path("login/with/<slug:provider_id>/callback/", openid.callback, name="openid_connect_callback"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/sign-in/", views.index, name="mfa_index"),
    path("account/sign-in/app/", views.NewApp.as_view(), name="mfa_activate_totp"),
    path("account/sign-in/app/remove/", views.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("account/sign-in/passkeys/new/", views.NewPasskey.as_view(), name="mfa_add_webauthn"),
    path("account/sign-in/passkeys/<int:pk>/remove/", views.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("account/sign-in/codes/", views.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("account/sign-in/codes/new/", views.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("account/sign-in/sessions/<uuid:pk>/end/", views.session_end, name="session_end"),
    path("account/sign-in/sessions/end/", views.sessions_end, name="sessions_end"),
]
