"""The form screen: groups, errors beside fields, refusals above, receipts after."""

from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory

from yihu.hub.base.errors import UnableTo
from yihu.hub.screens.forms import (
    DayField,
    FormScreen,
    PickField,
    Receipt,
    ScreenForm,
    SureField,
    respond_with_act,
    respond_with_form,
)
from yihu.hub.screens.pages import Page
from yihu.hub.screens.suggestions import respond_with_suggestions, typed

PLACES = {"44": "广东", "11": "北京"}


class MoveForm(ScreenForm):
    """Everything a form of the house may hold."""

    place = PickField(label="去处", find=PLACES.get, suggest_url="/places/", what="地区")
    since = DayField(label="自")
    why = forms.CharField(label="理由", widget=forms.Textarea, required=False)
    sure = SureField(label="确认")


SCREEN = FormScreen(submit="搬迁", back="/back/", groups=(("去哪里", ("place", "since")),), outcome=("原址作废",))
GOOD = {"place": "44 广东", "since": "2026-12-01", "sure": "on"}


def answer(data: dict[str, str] | None, act: Any = None) -> Any:
    factory = RequestFactory()
    request = factory.get("/move/") if data is None else factory.post("/move/", data)
    request.user = AnonymousUser()
    request.session = {}
    request._messages = FallbackStorage(request)
    form = MoveForm(data)
    response = respond_with_form(
        request, Page("搬迁"), SCREEN, form, act or (lambda v: Receipt(f"已搬到{v['place']}", "/done/"))
    )
    response.form, response.said = form, [str(m) for m in request._messages]
    return response


def test_the_form_is_shown_in_groups_with_its_outcome() -> None:
    text = answer(None).content.decode()
    assert "<legend>去哪里</legend>" in text
    assert "原址作废" in text
    assert 'list="list_place"' in text
    assert '<datalist id="list_place">' in text
    assert 'type="date"' in text


def test_what_is_missing_is_said_beside_the_fields() -> None:
    response = answer({"place": "99 无此地", "since": "tomorrow"})
    text = response.content.decode()
    assert response.status_code == 422
    assert set(response.form.errors) == {"place", "since", "sure"}
    for words in ("没有找到这个地区", "请填日期，如 2026-11-23", "此事不能撤回"):
        assert words in text
    assert "请填写此项" in answer({}).content.decode()


def test_a_refused_act_says_why_and_keeps_what_was_typed() -> None:
    def refuse(values: dict[str, Any]) -> Receipt:
        raise UnableTo("该地区已有机关，请先撤销")

    response = answer(GOOD, refuse)
    assert response.status_code == 422
    assert "该地区已有机关，请先撤销" in response.content.decode()
    assert 'value="44 广东"' in response.content.decode()


def test_a_done_act_redirects_with_a_receipt() -> None:
    response = answer(GOOD)
    assert (response.status_code, response["Location"], response.said) == (302, "/done/", ["已搬到广东"])


@pytest.mark.parametrize(("refused", "place"), [(False, "/done/"), (True, "/back/")])
def test_an_act_without_a_form_leads_on_or_back(refused: bool, place: str) -> None:
    def act() -> Receipt:
        if refused:
            raise UnableTo("不行")
        return Receipt("好", "/done/")

    request = RequestFactory().post("/act/")
    request.session = {}
    request._messages = FallbackStorage(request)
    assert respond_with_act(request, act, back="/back/")["Location"] == place
    assert [str(m) for m in request._messages] == ["不行" if refused else "好"]


def test_suggestions_answer_what_is_typed_and_escape_it() -> None:
    request = RequestFactory().get("/places/", {"place": " 广 "})
    assert typed(request) == "广"
    assert (
        '<option value="44 广东">&lt;b&gt;' in respond_with_suggestions(request, [("44 广东", "<b>")]).content.decode()
    )
