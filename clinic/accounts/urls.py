"""The pages under /accounts/: of all that allauth has, those that staff need."""

from allauth.account import views as account
from django.urls import include, path, re_path

from clinic.accounts import views
from clinic.accounts.invited import invited

urlpatterns = [
    path("", views.my_account, name="account_index"),
    path("morning-mail/", views.choose_morning_mail, name="account_morning_mail"),
    path("reminders/", views.choose_own_reminders, name="account_reminders"),
    path("invited/<str:token>/", invited, name="account_invited"),
    path("login/", views.sign_in, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.OwnPasswordView.as_view(), name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.SetPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    # Before allauth's own, which would let a factor go without its row, and the last passkey at all.
    path("2fa/totp/deactivate/", views.RemoveAppView.as_view(), name="mfa_deactivate_totp"),
    path("2fa/webauthn/keys/<int:pk>/remove/", views.RemovePasskeyView.as_view(), name="mfa_remove_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", views.SessionsView.as_view(), name="usersessions_list"),
]
