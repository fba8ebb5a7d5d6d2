"""People, files and versions that the tests of code standards share."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.foundation.codes.models import TableVersion
from yihu.hub.foundation.codes.services.drafting import Imported, Wanted, import_version
from yihu.hub.foundation.codes.services.publishing import publish, submit
from yihu.hub.foundation.codes.services.reading import SourceFile

COLOURS = """代码,名称,上级代码,启用日期,停用日期,备注
1,暖色,,,,
11,红色,1,,2020-01-01,旧称
11,朱红,1,2020-01-01,,
12,橙色,1,,,
2,冷色,,,,
21,蓝色,2,,,
"""


def a_file(text: str, name: str = "colours.csv") -> SourceFile:
    return SourceFile(name, text.encode())


@pytest.fixture
def editor(django_user_model: Any, offices: dict[str, Any], cast: dict[Any, Any]) -> Any:
    """Somebody who drafts."""
    return next(iter(cast.values()))


@pytest.fixture
def reviewer(cast: dict[Any, Any]) -> Any:
    """Somebody else, who reviews."""
    return list(cast.values())[1]


@pytest.fixture
def imported(editor: Any) -> Callable[..., Imported]:
    """Import a text as a version of the table `colours`."""

    def act(text: str = COLOURS, **wanted: Any) -> Imported:
        asked = Wanted(**{"table": "colours", "name": "颜色", "valid_from": date(2010, 1, 1), **wanted})
        return import_version(wanted=asked, sources=[a_file(text)], actor=editor, now=timezone.now())

    return act


@pytest.fixture
def published(imported: Callable[..., Imported], editor: Any, reviewer: Any) -> Callable[..., TableVersion]:
    """Import, send and publish a text."""

    def act(text: str = COLOURS, **wanted: Any) -> TableVersion:
        version = imported(text, **wanted).version
        submit(item=version, actor=editor, now=timezone.now())
        publish(item=version, actor=reviewer, now=timezone.now())
        version.refresh_from_db()
        return version

    return act
