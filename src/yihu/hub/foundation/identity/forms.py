"""allauth's forms in the words and clothes of the house."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.idp.oidc.models import Client
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password

from yihu.hub.foundation.identity.choices import ClientScope
from yihu.hub.foundation.identity.models import ClientRegistration
from yihu.hub.foundation.identity.selectors import find_person
from yihu.hub.foundation.identity.services.clients import ClientDraft
from yihu.hub.foundation.identity.validators import password_rules
from yihu.hub.screens.forms import ScreenForm, SureField


def dress(form: forms.Form, **labels: str) -> None:
    """Give each named field its label and message, and every visible one the look of the house."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].error_messages["required"] = f"请输入{label}"
    for field in form.fields.values():
        if not field.widget.is_hidden:
            field.widget.attrs["class"] = "form-control"
            field.widget.attrs.pop("placeholder", None)
        field.help_text = ""


class SignInForm(LoginForm):
    """Name and password; what is wrong is said once, for both."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, login="账号", password="密码")  # noqa: S106
        self.fields["login"].widget.attrs["autofocus"] = True


class OwnPasswordForm(ChangePasswordForm):
    """The present password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, oldpassword="当前密码", password1="新密码", password2="再输一次新密码")  # noqa: S106
        self.rules = password_rules()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "password2" in self.errors and cleaned.get("password1"):
            self.errors["password2"] = self.error_class(["两次输入的新密码不一致"])
        return cleaned


class SecondFactorForm(AuthenticateForm):
    """The six digits of the authenticator app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, code="验证码")
        self.fields["code"].widget.attrs |= {"autofocus": True, "inputmode": "numeric", "autocomplete": "one-time-code"}


class ConfirmByPasswordForm(ReauthenticateForm):
    """The password again, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, password="密码")  # noqa: S106
        self.fields["password"].widget.attrs["autofocus"] = True


class ConfirmByCodeForm(ReauthenticateByCodeForm):
    """A code again, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, code="验证码")
        self.fields["code"].widget.attrs |= {"autofocus": True, "inputmode": "numeric"}


class EnrolAppForm(ActivateTOTPForm):
    """The first code of a newly set up authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, code="六位验证码")
        self.fields["code"].widget.attrs |= {"autofocus": True, "inputmode": "numeric", "maxlength": 8}


class AddPasskeyForm(AddWebAuthnForm):
    """A name for the passkey; the browser fills in the credential. Always one that verifies its user."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.fields["name"].max_length = 60
        dress(self, name="名称")

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        return super().clean()


class RenamePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = 60
        dress(self, name="名称")


class LinesField(forms.CharField):
    """Addresses, one a line."""

    def __init__(self, **options: Any) -> None:
        look = {"rows": 3, "spellcheck": "false", "placeholder": "https://…"}
        super().__init__(widget=forms.Textarea(attrs=look), **options)

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(line.strip() for line in super().clean(value).splitlines() if line.strip())


class ClientForm(ScreenForm):
    """Another system, as the security administrator describes it."""

    name = forms.CharField(label="系统名称", max_length=100, help_text="人员登录时会看到")
    purpose = forms.CharField(label="用途", max_length=200, required=False)
    redirect_uris = LinesField(label="登录后返回地址", max_length=2000, help_text="每行一个，须与该系统发来的逐字相同")
    logout_uris = LinesField(label="退出后返回地址", max_length=2000, required=False, help_text="每行一个，可以不填")
    scopes = forms.MultipleChoiceField(
        label="可以得知",
        choices=[choice for choice in ClientScope.choices if choice[0] != ClientScope.OPENID],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="只给该系统办事所需的",
    )
    trusted = forms.BooleanField(label="本单位自己的系统：登录时不再逐次询问本人是否同意", required=False)

    def draft(self) -> ClientDraft:
        """What the valid form describes."""
        values = self.cleaned_data
        return ClientDraft(**{**values, "scopes": tuple(values["scopes"])})

    @staticmethod
    def described(registration: ClientRegistration) -> dict[str, Any]:
        """The form's values for a system as it is."""
        client = registration.client
        return {
            "name": client.name,
            "purpose": registration.purpose,
            "redirect_uris": "\n".join(client.get_redirect_uris()),
            "logout_uris": "\n".join(client.get_post_logout_redirect_uris()),
            "scopes": client.get_scopes(),
            "trusted": client.skip_consent,
        }

    @staticmethod
    def scope_names(client: Client) -> list[str]:
        """What a system may learn, in words."""
        return [ClientScope(scope).label for scope in client.get_scopes()]


class ActivationForm(forms.Form):
    """Account, one-time code, and a password of one's own twice."""

    login = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username"}))
    code = forms.CharField(max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
    password1 = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    password2 = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, login="账号", code="激活码", password1="新密码", password2="再输一次新密码")  # noqa: S106
        self.rules = password_rules()

    def clean_password1(self) -> str:
        """Before the code is looked at, so that a weak password does not count as a wrong code."""
        validate_password(self.cleaned_data["password1"])
        return self.cleaned_data["password1"]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("password1") and values.get("password2") and values["password1"] != values["password2"]:
            self.add_error("password2", "两次输入的新密码不一致")
        return values


class ResetFactorsForm(ScreenForm):
    """Whose second factors are taken away, and why."""

    username = forms.CharField(label="账号", max_length=150)
    reason = forms.CharField(label="缘由", max_length=200, help_text="例如：手机遗失，已当面核实")
    sure = SureField(label="已核实是本人，知道办理后果")

    def clean_username(self) -> Any:
        """The person; a name that does not exist is said so: this page is no door."""
        found = find_person(self.cleaned_data["username"])
        if found is None:
            raise forms.ValidationError("没有这个账号，请核对")
        return found
