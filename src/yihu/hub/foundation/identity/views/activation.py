"""Opening a new account, or one whose password was lost, with a code from the system administrator."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yihu.hub.base.access import public
from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.identity.forms import ActivationForm
from yihu.hub.foundation.identity.services.passwords import activate


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def activation(request: HttpRequest) -> HttpResponse:
    """Account, code, and a password of one's own."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = ActivationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            activate(
                username=values["login"],
                code=values["code"],
                password=values["password1"],
                request=request,
                now=timezone.now(),
            )
        except UnableTo as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "账号已启用，请用新密码登录。")
            return redirect(settings.LOGIN_URL)
    return render(request, "identity/activation.html", {"form": form})
