"""allauth's forms in the site's words: "e-mail", one word for one thing, and no hints inside the fields.

A placeholder goes away as soon as somebody types, so labels say what a field is, and hints stand above it.
"""

from __future__ import annotations

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms

from members.security import limits

LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "oldpassword": "Your password now",
    "password2": "The password again",
    "code": "Code",
    "name": "Name",
    "credential": "Passkey",
}


class InOurWords:
    """Puts our labels and sentences on the fields that it finds, and takes the placeholders off."""

    labels: dict[str, str] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.error_messages["required"] = "Fill this in."
            field.label = {**LABELS, **self.labels}.get(name, field.label)


class WithoutWayToReset(InOurWords):
    """The way to a new password stands below the sign-in form: beside the field it would come between two fields."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class LoginForm(WithoutWayToReset, account.LoginForm):
    """Sign in."""


class SignupForm(InOurWords, account.SignupForm):
    """Make an account."""


class AddEmailForm(InOurWords, account.AddEmailForm):
    """One more address."""


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):
    """A new password for the one that is known."""

    labels = {"password1": "New password"}


class SetPasswordForm(InOurWords, account.SetPasswordForm):
    """A first password."""


class AsksForMail:
    """A form that has a mail sent to whatever address is entered, and counts how often."""

    def clean_email(self):
        """The address. Raises ValidationError where too much was asked for, whether or not there is an account."""
        email = super().clean_email()
        if not limits.may_write(context.request, email):
            raise get_adapter().validation_error("rate_limited")
        return email


class ResetPasswordForm(InOurWords, AsksForMail, account.ResetPasswordForm):
    """A link for a new password."""


class ResetPasswordKeyForm(InOurWords, account.ResetPasswordKeyForm):
    """A new password, with the link of the mail."""

    labels = {"password1": "New password"}


class ReauthenticateForm(WithoutWayToReset, account.ReauthenticateForm):
    """The password once more."""


class AuthenticateForm(InOurWords, mfa.AuthenticateForm):
    """The second step."""


class ReauthenticateWithCodeForm(InOurWords, mfa.ReauthenticateForm):
    """A code once more."""


class ActivateTOTPForm(InOurWords, totp.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    labels = {"code": "Six digits from the app"}


class RequestLoginCodeForm(InOurWords, AsksForMail, account.RequestLoginCodeForm):
    """A code by mail instead of the password."""


class ConfirmLoginCodeForm(InOurWords, account.ConfirmLoginCodeForm):
    """The code of the mail."""

    labels = {"code": "Code from the mail"}


class PasskeyWords(InOurWords):
    """Says of a passkey, not of a code, that it was not right."""

    def clean_credential(self):
        """The passkey. Raises ValidationError in our words."""
        try:
            return super().clean_credential()
        except forms.ValidationError as error:
            if error.code != "incorrect_code":
                raise
            raise forms.ValidationError("This passkey is not known here. Use another one, or another way.") from error


class AuthenticatePasskeyForm(PasskeyWords, webauthn.AuthenticateWebAuthnForm):
    """A passkey as the second step."""


class LoginPasskeyForm(PasskeyWords, webauthn.LoginWebAuthnForm):
    """A passkey alone."""


class ReauthenticatePasskeyForm(PasskeyWords, webauthn.ReauthenticateWebAuthnForm):
    """A passkey once more."""


class AddPasskeyForm(InOurWords, webauthn.AddWebAuthnForm):
    """One more passkey."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = "So that you know it again in your list."
        alone = self.fields["passwordless"]
        alone.label, alone.initial = "Sign in with it alone, without a password", True
        alone.help_text = (
            "The device then asks for your fingerprint, your face or a PIN. Very old security keys cannot."
        )


class EditPasskeyForm(InOurWords, webauthn.EditWebAuthnForm):
    """A passkey's name."""
