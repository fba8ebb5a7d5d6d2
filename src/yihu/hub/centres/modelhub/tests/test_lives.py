"""From draft to in force and back: who may, in which order, and what PostgreSQL refuses by itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from yihu.hub.base.errors import UnableTo
from yihu.hub.base.row_scope import as_system
from yihu.hub.centres.modelhub import compute
from yihu.hub.centres.modelhub.choices import ModelState
from yihu.hub.centres.modelhub.models import ModelVersion
from yihu.hub.centres.modelhub.selectors.versions import out_of_step
from yihu.hub.centres.modelhub.services import deciding, registering, reviewing
from yihu.hub.centres.modelhub.tests.conftest import NOW
from yihu.hub.centres.tasks.models import Todo
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.lens.home import Home
from yihu.lens.learning.in_force import put_in_force

pytestmark = pytest.mark.django_db


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(UnableTo, match=code), transaction.atomic():
        act()


def in_shadow(version: ModelVersion, steward: Any, approver: Any) -> None:
    reviewing.submit(version=version, note="比上一版准", actor=steward, now=NOW)
    reviewing.approve(version=version, note="同意", actor=approver, now=NOW)


def promoted(version: ModelVersion, steward: Any, approver: Any) -> None:
    in_shadow(version, steward, approver)
    deciding.promote(version=version, reason="影子两期都更准", actor=approver, now=NOW)


def state_of(version: ModelVersion) -> str:
    version.refresh_from_db()
    return version.state


def test_a_model_ranks_only_after_another_person_agreed(
    drafts: list[ModelVersion], steward: Any, approver: Any
) -> None:
    first, _ = drafts
    refused("MODEL-C04", lambda: reviewing.approve(version=first, note="", actor=approver, now=NOW))
    refused("MODEL-C07", lambda: reviewing.submit(version=first, note=" ", actor=steward, now=NOW))
    reviewing.submit(version=first, note="首个模型", actor=steward, now=NOW)
    refused("MODEL-C05", lambda: reviewing.approve(version=first, note="", actor=steward, now=NOW))
    assert compute.in_force() == (None, None)
    reviewing.approve(version=first, note="同意", actor=approver, now=NOW)
    assert compute.in_force() == (None, first.model_id)
    refused("MODEL-C05", lambda: deciding.promote(version=first, reason="自己启用", actor=steward, now=NOW))
    refused("MODEL-C07", lambda: deciding.promote(version=first, reason="", actor=approver, now=NOW))
    deciding.promote(version=first, reason="各项都好", actor=approver, now=NOW)
    assert (state_of(first), compute.in_force()) == (ModelState.IN_FORCE, (first.model_id, None))
    assert out_of_step() == []


def test_promotion_retires_and_rollback_restores(drafts: list[ModelVersion], steward: Any, approver: Any) -> None:
    first, second = drafts
    promoted(first, steward, approver)
    promoted(second, steward, approver)
    assert (state_of(first), state_of(second)) == (ModelState.RETIRED, ModelState.IN_FORCE)
    refused("MODEL-C07", lambda: deciding.roll_back(reason="", actor=approver, now=NOW))
    assert deciding.roll_back(reason="误报太多", actor=approver, now=NOW + timedelta(days=1)) == first
    assert (state_of(first), state_of(second)) == (ModelState.IN_FORCE, ModelState.RETIRED)
    assert compute.in_force() == (first.model_id, None)
    assert deciding.roll_back(reason="也不如规则", actor=approver, now=NOW + timedelta(days=2)) is None
    assert (state_of(first), compute.in_force()) == (ModelState.RETIRED, (None, None))
    refused("MODEL-C09", lambda: deciding.roll_back(reason="再退一步", actor=approver, now=NOW))
    told = AccessRecord.objects.filter(target=f"model:{second.model_id}").order_by("pk").values_list("verb", flat=True)
    assert list(told) == ["model.register", "model.submit", "model.approve", "model.promote", "model.roll-back"]


def test_one_shadow_at_a_time_and_withdrawal_ends_it(drafts: list[ModelVersion], steward: Any, approver: Any) -> None:
    first, second = drafts
    in_shadow(first, steward, approver)
    reviewing.submit(version=second, note="再来一版", actor=steward, now=NOW)
    refused("MODEL-C06", lambda: reviewing.approve(version=second, note="", actor=approver, now=NOW))
    deciding.withdraw(version=first, reason="不如在用", actor=approver, now=NOW)
    assert (state_of(first), compute.in_force()) == (ModelState.RETIRED, (None, None))
    reviewing.approve(version=second, note="", actor=approver, now=NOW)
    assert compute.in_force() == (None, second.model_id)


def test_a_rejected_model_never_scores(drafts: list[ModelVersion], steward: Any, approver: Any) -> None:
    first, _ = drafts
    reviewing.submit(version=first, note="先试一期", actor=steward, now=NOW)
    refused("MODEL-C07", lambda: reviewing.reject(version=first, note="", actor=approver, now=NOW))
    reviewing.reject(version=first, note="误报集中在小户", actor=approver, now=NOW)
    assert state_of(first) == ModelState.REJECTED
    refused("MODEL-C04", lambda: deciding.promote(version=first, reason="还是启用", actor=approver, now=NOW))


def test_a_changed_file_stops_every_step(home: Home, drafts: list[ModelVersion], steward: Any, approver: Any) -> None:
    first, _ = drafts
    file = home.models / first.model_id / "head-all.txt"
    kept = file.read_bytes()
    file.write_bytes(kept + b" ")
    assert not registering.is_whole(first)
    refused("MODEL-C08", lambda: reviewing.submit(version=first, note="首个模型", actor=steward, now=NOW))
    file.write_bytes(kept)
    in_shadow(first, steward, approver)
    file.write_bytes(kept + b" ")
    refused("MODEL-C08", lambda: deciding.promote(version=first, reason="各项都好", actor=approver, now=NOW))
    assert compute.in_force() == (None, first.model_id)


def test_reviewers_have_a_to_do_until_it_is_decided(
    drafts: list[ModelVersion], steward: Any, approver: Any, cast: dict[StandardDuty, Any]
) -> None:
    first, _ = drafts
    reviewing.submit(version=first, note="首个模型", actor=steward, now=NOW)
    with as_system("测试"):
        (todo,) = Todo.objects.filter(source__code="modelhub")
    assert (todo.receiver, todo.state) == (approver, "PENDING")
    reviewing.approve(version=first, note="同意", actor=approver, now=NOW)
    with as_system("测试"):
        todo.refresh_from_db()
    assert todo.state == "DONE"


def test_postgresql_itself_refuses_one_person_and_two_champions(
    drafts: list[ModelVersion], steward: Any, approver: Any
) -> None:
    first, second = drafts
    reviewing.submit(version=first, note="首个模型", actor=steward, now=NOW)
    for change in (
        f"reviewed_by = {steward.pk}, state = 'SHADOW'",
        f"reviewed_by = {approver.pk}, decided_by = {steward.pk}, state = 'IN_FORCE'",
        "state = 'IN_FORCE'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE modelhub_modelversion SET {change} WHERE id = %s", [first.pk])
    promoted_now = f"reviewed_by = {approver.pk}, state = 'IN_FORCE'"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE modelhub_modelversion SET {promoted_now}")
    for change in ("card_digest = 'x'", "card = '{}'", "trained_by = NULL", f"submitted_by = {approver.pk}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE modelhub_modelversion SET {change} WHERE id = %s", [first.pk])
    with pytest.raises(DatabaseError), transaction.atomic():
        ModelVersion.objects.filter(pk=second.pk).delete()


def test_what_commands_trained_comes_in_once_as_a_draft(home: Home, db: None) -> None:
    made = registering.take_in_found(now=NOW)
    assert [version.state for version in made] == [ModelState.DRAFT, ModelState.DRAFT]
    assert registering.take_in_found(now=NOW) == []
    assert {version.trained_by for version in made} == {None}


def test_what_was_put_in_force_past_the_house_is_seen(home: Home, drafts: list[ModelVersion]) -> None:
    put_in_force(home, drafts[0].model_id, by="root", at=NOW)
    (told,) = out_of_step()
    assert drafts[0].model_id in told
