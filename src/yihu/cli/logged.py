"""Acts at the machine itself are told to the workbench's log, where there is a workbench."""

import getpass
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


@contextmanager
def logged(verb: str, *, target: str, target_name: str, purpose: str, detail: Mapping[str, Any]) -> Iterator[None]:
    """
    Do an act within the transaction of its record, so that neither stands without the other.

    A home that never had a database keeps the act's own journal alone.

    :raises DatabaseUnavailableError: there is a workbench, and its database cannot be opened
    """
    from yihu.hub.config import database

    if not database.exists():
        yield
        return
    from yihu.hub.config.serve import open_database

    open_database("命令行：归户认定")
    from django.db import transaction

    from yihu.hub.foundation.audit.api import record

    with transaction.atomic():
        record(
            verb=verb, username=getpass.getuser(), target=target, target_name=target_name, purpose=purpose,
            detail=detail, channel="CLI",
        )  # fmt: skip
        yield
