from __future__ import annotations

from django import forms
from django.contrib.auth.forms import UsernameField

from epcs_portal.forms import PasswordField, PortalForm


class SignInForm(PortalForm):
    username = UsernameField(
        label="Username", max_length=150, error_messages={"required": "Enter your username."}
    )
    password = forms.CharField(
        label="Password",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "data-reveal": ""}),
        error_messages={"required": "Enter your password."},
    )


class ConfirmForm(PortalForm):
    """The password of sign-in once more. It is the browser's, so the browser may fill it in."""

    password = PasswordField(
        label="Password",
        autocomplete="current-password",
        error_messages={"required": "Enter the password you sign in with."},
    )
