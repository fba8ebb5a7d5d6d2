"""The verbs of the register: keep a set of filters, forget it."""

from datetime import datetime
from urllib.parse import unquote_plus

from django.db import transaction
from django.http import HttpRequest

from yihu.hub.base.errors import UnableTo
from yihu.hub.foundation.audit.api import record
from yihu.hub.subsystems.risk.models import SavedFilter
from yihu.kit.masks import has_personal_number


class UnableToSaveFilterError(UnableTo):
    """The filters would keep somebody's number (RISK-001)."""


@transaction.atomic
def save_filter(*, request: HttpRequest, name: str, query: str, now: datetime) -> SavedFilter:
    """
    Keep the register's address under a name; the same name is replaced.

    :raises UnableToSaveFilterError: RISK-001, name or filters hold a personal number
    """
    if has_personal_number(name) or has_personal_number(unquote_plus(query)):
        raise UnableToSaveFilterError("视图里含有证件号码、电话或账号，请去掉后再保存（RISK-001）")
    old = SavedFilter.objects.filter(user=request.user, name=name).first()
    made, _ = SavedFilter.objects.update_or_create(
        user=request.user, name=name, defaults={"query": query.lstrip("?"), "created_at": now}
    )
    record(
        verb="risk-view.save", request=request, target=f"risk-view:{made.pk}", target_name=name,
        before={"query": old.query} if old else None, after={"query": made.query},
    )  # fmt: skip
    return made


@transaction.atomic
def delete_filter(*, request: HttpRequest, filter_id: int) -> None:
    """Forget one of the user's own; another's is left alone."""
    found = SavedFilter.objects.filter(user=request.user, pk=filter_id).first()
    if found is None:
        return
    record(
        verb="risk-view.delete", request=request, target=f"risk-view:{found.pk}", target_name=found.name,
        before={"query": found.query},
    )  # fmt: skip
    found.delete()
