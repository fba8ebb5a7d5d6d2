"""The sign-in form and the form for one's own password."""

from django import forms
from django.contrib.auth.forms import PasswordChangeForm


class SignInForm(forms.Form):
    """Name and password; what is wrong is said once, for both."""

    username = forms.CharField(
        label="账号",
        max_length=150,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "username", "autofocus": True}),
        error_messages={"required": "请输入账号"},
    )
    password = forms.CharField(
        label="密码",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "current-password"}),
        error_messages={"required": "请输入密码"},
    )


class OwnPasswordForm(PasswordChangeForm):
    """Django's form in the clothes of the house."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
