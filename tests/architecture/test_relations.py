"""String foreign keys are no imports, so the import contract cannot see them: they too point only downwards."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Field, Model

BANDS = ("base", "screens", "foundation", "registers", "centres", "subsystems", "sites", "config")
HUB = "yihu.hub."


def _band(module: str) -> int:
    return BANDS.index(module.removeprefix(HUB).split(".")[0])


def _room(module: str) -> str:
    return ".".join(module.split(".")[:4])


def _relations() -> Iterator[tuple[type[Model], Field, type[Model]]]:
    for model in apps.get_models():
        if not model.__module__.startswith(HUB):
            continue
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and not field.auto_created else None
            if target is not None and target.__module__.startswith(HUB):
                yield model, field, target


def _is_wrong(model: type[Model], target: type[Model]) -> bool:
    upward = _band(target.__module__) > _band(model.__module__)
    sideways = _band(target.__module__) == BANDS.index("subsystems") and _room(model.__module__) != _room(
        target.__module__
    )
    return upward or sideways


def test_relations_point_downwards() -> None:
    found = list(_relations())
    assert found, "there are relations, so an empty list means the walk is broken"
    assert [f"{m._meta.label}.{f.name} -> {t._meta.label}" for m, f, t in found if _is_wrong(m, t)] == []
