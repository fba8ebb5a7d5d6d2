"""
Forms as the house shows them: groups in two columns, errors in Chinese beside their fields, one act, one receipt.

A form is an ordinary Django form below `ScreenForm`. `respond_with_form` shows it, runs the act on a valid POST and
redirects with the receipt; a refused act stands above the form as the reason and what to do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from yihu.hub.base.errors import UnableTo
from yihu.hub.screens.pages import Page

NEEDED = "请填写此项"


@dataclass(frozen=True, slots=True)
class FormScreen:
    """
    How a form is shown.

    `groups`: pairs of a title and field names, in order; fields not named stand in the last group.
    `outcome`: sentences of what will happen. `back`: where to go without acting.
    """

    submit: str
    back: str
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    outcome: tuple[str, ...] = ()
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done, and where to go now."""

    text: str
    url: str


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day."""

    widget = DayInput
    default_error_messages = {"invalid": "请填日期，如 2026-11-23"}


class SureField(forms.BooleanField):
    """The word of the person that they have read what cannot be undone."""

    default_error_messages = {"required": "此事不能撤回：请先看清办理后果，再勾选确认"}


class PickField(forms.CharField):
    """
    One thing out of very many, typed by code or name and completed from `suggest_url` (lazy).

    `find` takes the first word (the code) and gives the thing or None; the cleaned value is the thing.
    """

    def __init__(self, *, find: Callable[[str], Any], suggest_url: str, what: str, **options: Any) -> None:
        super().__init__(max_length=200, **options)
        self.find, self.what = find, what
        self.widget.attrs |= {
            "autocomplete": "off",
            "hx-get": suggest_url,
            "hx-trigger": "input changed delay:180ms, focus once",
            "hx-sync": "this:replace",
        }

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = self.find(text.split()[0])
        if found is None:
            raise forms.ValidationError(f"没有找到这个{self.what}：请输入代码，或从下拉提示中选择")
        return found


class ScreenForm(forms.Form):
    """A form in the clothes of the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, one in self.fields.items():
            if one.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                one.error_messages["required"] = NEEDED
            if "class" not in one.widget.attrs:
                one.widget.attrs["class"] = _class(one.widget)
            if isinstance(one, PickField):
                one.widget.attrs |= {"list": f"list_{name}", "hx-target": f"#list_{name}"}


def filled(request: HttpRequest, form: type[forms.Form], **options: Any) -> forms.Form:
    """The form as sent, or empty when the page is only looked at."""
    if request.method == "POST":
        return form(request.POST, request.FILES, **options)
    return form(**options)


def respond_with_form(
    request: HttpRequest,
    page: Page,
    screen: FormScreen,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Receipt],
    *,
    template: str = "screens/form.html",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the form; on a valid POST run `act` with the cleaned values and redirect with its receipt."""
    if request.method == "POST" and form.is_valid():
        try:
            receipt = act(form.cleaned_data)
        except UnableTo as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, receipt.text)
            return redirect(receipt.url)
    status = 422 if request.method == "POST" else 200
    groups = grouped(screen, form)
    shown = {"page": page, "screen": screen, "form": form, "groups": groups, **(context or {})}
    return render(request, template, shown, status=status)


def respond_with_act(request: HttpRequest, act: Callable[[], Receipt], *, back: str) -> HttpResponse:
    """Run an act that needs no form; the receipt or the reason of the refusal stands on the page returned to."""
    try:
        receipt = act()
    except UnableTo as error:
        messages.error(request, str(error))
        return redirect(back)
    messages.success(request, receipt.text)
    return redirect(receipt.url)


def grouped(screen: FormScreen, form: forms.Form) -> list[dict[str, Any]]:
    """The form's fields by group, in order; what no group names comes last."""
    named = {name for _, names in screen.groups for name in names}
    rest = tuple(name for name in form.fields if name not in named)
    groups = [*screen.groups, ("", rest)] if rest else list(screen.groups)
    return [{"title": title, "fields": [_shown(form[n]) for n in names if n in form.fields]} for title, names in groups]


def _shown(bound: forms.BoundField) -> dict[str, Any]:
    widget = bound.field.widget
    return {
        "bound": bound,
        "check": isinstance(widget, forms.CheckboxInput),
        "sure": isinstance(bound.field, SureField),
        "many": isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect),
        "wide": isinstance(widget, forms.Textarea | forms.CheckboxSelectMultiple | forms.RadioSelect | forms.FileInput),
        "list": widget.attrs.get("list", ""),
    }


def _class(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"
