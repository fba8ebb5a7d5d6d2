"""Placeholders are filled and nothing else happens, whatever stands in a template or a value."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yihu.hub.foundation.notices.catalogue import (
    SMS_LENGTH,
    Template,
    faults_of,
    register_template,
    register_templates,
    shipped_templates,
)
from yihu.hub.foundation.notices.choices import Kind
from yihu.hub.foundation.notices.services.wording import word
from yihu.kit.masks import has_personal_number

FIELDS = {"title": "事项", "who": "提交人"}
# What template languages and formatters would act upon.
HOSTILE = st.sampled_from(
    [
        "{title.__class__}", "{0}", "{{title}}", "{% include 'x' %}", "{title!r:>9}", "${who}", "%(who)s", "#{7*7}",
        "{who}{title}", "\r\nBcc: a@b.cn", "<script>alert(1)</script>", "{", "}", "\x00", "{TITLE}", "{ title }",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(st.text(max_size=20), HOSTILE), max_size=6).map("".join)


def made(title: str = "新待办：{title}", body: str = "{who}的{title}", sms: str = "", masked: tuple = ()) -> Template:
    return Template("t.t", "试验", Kind.TASK, title, body, sms, fields=FIELDS, masked=frozenset(masked))


def test_each_placeholder_takes_its_value_and_a_missing_one_is_empty() -> None:
    found = word(made(), {"title": "请假", "unknown": "x"})
    assert (found.title, found.body) == ("新待办：请假", "的请假")


@given(TEXTS, TEXTS)
def test_a_value_is_never_read_as_a_template(title: str, who: str) -> None:
    found = word(made(body="[{title}|{who}]"), {"title": title, "who": who})
    plain = ["".join(c if c.isprintable() else " " for c in text)[:500].strip() for text in (title, who)]
    assert found.body == f"[{plain[0]}|{plain[1]}]"


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_passes_examination_can_be_sent_and_holds_no_open_placeholder(title: str, body: str, sms: str) -> None:
    template = made(title or "题", body or "文", sms)
    if faults_of(template):
        return
    found = word(template, {"title": "甲", "who": "乙"})
    for text in (found.title, found.body, found.sms):
        assert not re.search(r"\{[a-z]", text)
    assert len(found.sms) <= SMS_LENGTH


@given(TEXTS, TEXTS)
def test_titles_and_sms_stay_on_one_line(title: str, who: str) -> None:
    found = word(made(sms="{title}，{who}"), {"title": title, "who": who})
    assert not re.search(r"[\r\n\x00]", found.title + found.sms + found.outside_title)


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.text(max_size=10))
def test_numbers_never_leave_the_house(number: str, around: str) -> None:
    found = word(made(sms="{title}"), {"title": f"电话 {number}，{around}"})
    for text in (found.outside_title, found.outside_body, found.sms):
        assert number not in text
    assert not has_personal_number(found.sms)


def test_masked_fields_show_their_ends_outside_only() -> None:
    found = word(made(sms="{title}", masked=("title",)), {"title": "深圳甲乙贸易有限公司"})
    assert "深圳甲乙" in found.title
    assert found.sms == "深***司"
    assert "甲乙" not in found.outside_title + found.outside_body


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": "{nothing}"}, "没有的占位符"),
        ({"body": "a { b"}, "花括号"),
        ({"body": "{{title}}"}, "花括号"),
        ({"title": "长" * 121}, "超过 120 字"),
        ({"title": " "}, "不能为空"),
    ],
)
def test_faults_are_said_in_words(changes: dict[str, str], words: str) -> None:
    assert any(words in fault for fault in faults_of(made(**changes)))


def test_a_file_of_templates_is_read_whole_or_refused(tmp_path) -> None:
    good = tmp_path / "notices.yaml"
    good.write_text("file.good: {name: 好, kind: TASK, title: '{t}', body: 文, fields: {t: 题}}\n", "utf-8")
    register_templates(good)
    assert shipped_templates()["file.good"].fields == {"t": "题"}
    for row in ({"name": "坏", "kind": "TASK", "title": "{x}", "body": "文"}, {"name": "坏", "kind": "TASK"}):
        with pytest.raises(ValueError, match=r"file\.bad"):
            register_template("file.bad", **row)
    assert "file.bad" not in shipped_templates()


def test_every_shipped_template_can_be_sent() -> None:
    for template in shipped_templates().values():
        assert faults_of(template) == []
        found = word(template, {name: f"〔{label}〕" for name, label in template.fields.items()})
        assert found.title
        assert found.body
