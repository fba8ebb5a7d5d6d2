"""Whether an application may be handed in: the form, what it refers to, and its materials."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from yihu.hub.centres.matters.catalogue.fields import APPLY, FormField, FormTree
from yihu.hub.centres.matters.catalogue.spec import Material
from yihu.hub.centres.matters.catalogue.validation import Fault, faults_of, missing_materials
from yihu.hub.centres.matters.models import MatterVersion
from yihu.hub.foundation.codes.api import lookup
from yihu.hub.foundation.documents.api import Document, UnableToStoreError, list_documents, store_document
from yihu.hub.foundation.org.api import User, find_office
from yihu.hub.registers.taxpayers.api import find_taxpayer


def examine_application(version: MatterVersion, data: Mapping[str, Any], *, about: str, on: date) -> list[Fault]:
    """Everything that keeps these data and the files of `about` from being handed in."""
    bundle = version.bundle
    present = Counter(list_documents(about).values_list("part", flat=True))
    return [
        *faults_of(bundle.form, data, bundle.spec.checks),
        *references(bundle.form, data, on=on),
        *missing_materials(bundle.form, data, bundle.spec.materials, present),
    ]


def references(form: FormTree, data: Mapping[str, Any], *, on: date, node: str = "") -> list[Fault]:
    """Codes, people, offices and taxpayers that are not there; those a node may fill in when one is named."""
    fields = form.fields_for(data)
    if node and node != APPLY:
        fields = [f for f in fields if node in f.edit]
    return list(_references(form, fields, data, "", on))


def _references(
    form: FormTree, fields: Iterable[FormField], data: Mapping[str, Any], prefix: str, on: date
) -> Iterator[Fault]:
    for field in fields:
        value, place = data.get(field.name), f"{prefix}{field.name}"
        if value in (None, ""):
            continue
        if field.kind == "group":
            yield from _references(form, field.children, value, f"{place}.", on)
        elif field.kind == "rows" and isinstance(value, list):
            for at, row in enumerate(value):
                yield from _references(form, form.row_fields(field, row), row, f"{place}.{at}.", on)
        elif field.kind in FINDERS and not FINDERS[field.kind](field, str(value), on):
            yield Fault("MAT-F04", place, f"{field.title}“{str(value)[:40]}”没有找到，请从提示中选择")


def _code(field: FormField, value: str, on: date) -> bool:
    view = lookup(field.codes, on=on)
    return view is not None and view.find(value) is not None


FINDERS = {
    "code": _code,
    "person": lambda field, value, on: User.objects.filter(username=value, is_active=True).exists(),
    "office": lambda field, value, on: find_office(value) is not None,
    "taxpayer": lambda field, value, on: find_taxpayer(value) is not None,
}


def add_material(*, about: str, material: Material, data: bytes, name: str, actor: Any, now: Any) -> Document:
    """
    Keep one file of a material.

    :raises UnableToStoreError: MAT-M02 too many; DOC-001 to DOC-003 empty, too large, of another kind
    """
    if list_documents(about).filter(part=material.code).count() >= material.max_count:
        raise UnableToStoreError("MAT-M02", f"“{material.name}”最多上传 {material.max_count} 个文件，请先移除一些")
    return store_document(
        data=data, name=name, about=about, part=material.code, kinds=frozenset(material.types),
        most_bytes=material.max_megabytes * 1024 * 1024, actor=actor, now=now,
    )  # fmt: skip
