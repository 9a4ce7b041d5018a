"""The forms in front of an account: allauth's, with our limits and words."""

from typing import Any

from allauth.account import forms as account
from allauth.account.forms import LoginForm, ResetPasswordForm, UserTokenForm
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.accounts import throttle
from clinic.accounts.reset import ask_for_link
from foundation.addresses import PlainEmailField

# A code holds for its own half minute and the ones beside it.
CODE_REMEMBERED_SECONDS = 120


class SignInForm(LoginForm):
    """With the names of fields that Django's own sign-in has, at the same address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        username = PlainEmailField(
            label=_("E-mail address"),
            widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        )
        password = forms.CharField(
            label=_("Password"),
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )
        self.fields = {"username": username, "password": password}

    def clean(self) -> Any:
        # What allauth calls it.
        self.cleaned_data["login"] = self.cleaned_data.get("username", "")
        return super().clean()


class AskForLinkForm(ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
        self.fields["email"] = PlainEmailField(label=_("E-mail address"), widget=widget)

    def clean_email(self) -> str:
        """Any address will do: no answer tells which of them are accounts."""
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        ask_for_link(address=self.cleaned_data["email"], request=request)
        return self.cleaned_data["email"]


class LinkForm(UserTokenForm):
    def _get_user(self, uidb36: str) -> Any:
        """Whoever left has no use for the link in an old mail."""
        user = super()._get_user(uidb36)
        return user if user and user.is_active else None


class OurWords:
    """Names of fields in our words and above the field; allauth writes them into it as well."""

    labels: dict[str, Any] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)


class NewPasswordForm(OurWords, account.ResetPasswordKeyForm):
    labels = {"password1": _("New password"), "password2": _("Once more")}


class PasswordAgainForm(OurWords, account.ReauthenticateForm):
    labels = {"password": _("Password")}


class OwnPasswordForm(OurWords, account.ChangePasswordForm):
    labels = {**NewPasswordForm.labels, "oldpassword": _("Password until now")}

    def clean_oldpassword(self) -> str:
        """Else a browser left open would be a place to guess in."""
        throttle.admit_password(context.request, account=self.user, address=self.user.email)
        password = super().clean_oldpassword()
        throttle.was_right(context.request)
        return password


class OneCodeForm(OurWords):
    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(inputmode="numeric", autofocus=True)

    def clean_code(self) -> str:
        """Each code once, also where the clock of the phone is half a minute off."""
        throttle.admit_code(context.request, account=self.user)
        # "123 456" is the same code.
        code = normalize_user_code(super().clean_code())  # type: ignore[misc]
        if not cache.add(throttle.scope(f"used code {self.user.pk} {code}"), "used", CODE_REMEMBERED_SECONDS):
            raise get_adapter().validation_error("incorrect_code")
        throttle.was_right(context.request)
        return str(code)


class CodeForm(OneCodeForm, AuthenticateForm):
    pass


class CodeAgainForm(OneCodeForm, ReauthenticateForm):
    pass


class SetUpAppForm(OurWords, ActivateTOTPForm):
    labels = {"code": _("Code")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


# Scripts in the browser write a passkey's answer; what others send may be of any shape, on which allauth fails.
MISSHAPEN = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)


class ReadableCredential:
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except MISSHAPEN as error:
            raise get_adapter().validation_error("incorrect_code") from error


class PasskeyForm(ReadableCredential, webauthn.AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(ReadableCredential, webauthn.ReauthenticateWebAuthnForm):
    pass


class PasskeySignInForm(ReadableCredential, webauthn.LoginWebAuthnForm):
    pass


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("So that you know it again, such as “Blue key” or “My phone”.")
        self.fields["passwordless"].label = _("Let it sign me in alone, without the password")
        self.fields["passwordless"].help_text = _("The device then asks for a fingerprint, a face or a PIN.")
        self.fields["passwordless"].initial = True

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except MISSHAPEN as error:
            raise get_adapter().validation_error("incorrect_code") from error
