"""Personal numbers of a form: sealed where it is kept, masked where it is shown."""

from collections.abc import Callable, Mapping
from typing import Any

from yihu.hub.centres.matters.catalogue.fields import FormField, FormTree
from yihu.kit.masks import mask_account, mask_address, mask_id, mask_name, mask_phone

SEALED = "sealed:"
MASKS: dict[str, Callable[[str | None], str | None]] = {
    "id": mask_id, "phone": mask_phone, "account": mask_account, "address": mask_address, "name": mask_name,
}  # fmt: skip


def masked(field: FormField, value: Any) -> Any:
    """A value as somebody sees it who is not its owner."""
    return MASKS[field.personal](value) if field.personal and isinstance(value, str) else value


def sealed(form: FormTree, data: Mapping[str, Any], seal: Callable[[str], str]) -> dict[str, Any]:
    """The data with every personal value sealed."""

    def close(field: FormField, value: Any) -> Any:
        if not isinstance(value, str) or value.startswith(SEALED):
            return value
        return SEALED + seal(value)

    return _each(form, form.fields_for(data), data, close)


def unsealed(form: FormTree, data: Mapping[str, Any], unseal: Callable[[str], str]) -> dict[str, Any]:
    """The data in the clear again."""

    def open_(field: FormField, value: Any) -> Any:
        if isinstance(value, str) and value.startswith(SEALED):
            return unseal(value.removeprefix(SEALED))
        return value

    return _each(form, form.fields_for(data), data, open_)


def _each(
    form: FormTree, fields: list[FormField], data: Mapping[str, Any], change: Callable[[FormField, Any], Any]
) -> dict[str, Any]:
    done = dict(data)
    for field in fields:
        if field.name not in done:
            continue
        value = done[field.name]
        if field.kind == "group" and isinstance(value, Mapping):
            done[field.name] = _each(form, list(field.children), value, change)
        elif field.kind == "rows" and isinstance(value, list):
            done[field.name] = [_each(form, form.row_fields(field, row), row, change) for row in value]
        elif field.personal:
            done[field.name] = change(field, value)
    return done
