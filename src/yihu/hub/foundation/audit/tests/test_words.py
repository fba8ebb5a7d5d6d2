"""What a record tells is told in Chinese."""

import ast
from pathlib import Path

import yihu.hub
from yihu.hub.foundation.audit.choices import FIELDS, field_title, value_title


def told_fields() -> set[str]:
    """Every field that code of the hub writes literally into a record."""
    found = set()
    for path in Path(yihu.hub.__file__).parent.rglob("*.py"):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call):
                sides = [k.value for k in call.keywords if k.arg in {"detail", "before", "after"}]
                dicts = [d for side in sides for d in ast.walk(side) if isinstance(d, ast.Dict)]
                found |= {k.value for d in dicts for k in d.keys if isinstance(k, ast.Constant)}
    return found


def test_every_field_of_a_record_has_a_name() -> None:
    fields = told_fields()
    assert len(fields) > 40
    assert sorted(fields - set(FIELDS)) == []


def test_values_are_words() -> None:
    assert value_title(["password", "totp"]) == "密码、验证器"
    assert value_title(True) == "是"
    assert value_title({"valid_to": None}) == "失效日：（空）"
    assert field_title("snapshot") == "快照"
