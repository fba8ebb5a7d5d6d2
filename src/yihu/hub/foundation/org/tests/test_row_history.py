"""On the real PostgreSQL: however a row changes, an event stays that names who acted and that none can alter."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from yihu.hub.base.access import Label, Scope
from yihu.hub.base.history import acting, kept_models, name_process
from yihu.hub.base.row_scope import as_system, within
from yihu.hub.conftest import LONG_AGO, appointed
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.foundation.org.services.posts import rename_post

pytestmark = pytest.mark.django_db


def model(label):
    return apps.get_model(label)


def events(label, **where):
    return list(model(f"{label}Event").objects.filter(**where).order_by("pgh_id"))


@pytest.fixture
def post(offices):
    return model("org.Post").objects.create(code="P1", name="受理岗", office=offices["east"], valid_from=LONG_AGO)


def test_bulk_changes_leave_an_event_a_row(offices):
    made = model("org.Post").objects.bulk_create(
        model("org.Post")(code=f"B{i}", name="窗口岗", office=offices["east"], valid_from=LONG_AGO) for i in range(3)
    )
    model("org.Post").objects.filter(code__startswith="B").update(name="大厅岗")
    model("org.Post").objects.filter(code="B0").delete()
    found = events("org.Post", pgh_obj__in=[p.pk for p in made])
    assert [(e.pgh_label, e.name) for e in found] == [
        *([("insert", "窗口岗")] * 3),
        *([("update", "大厅岗")] * 3),
        ("delete", "大厅岗"),
    ]


def test_raw_sql_leaves_an_event_and_an_idle_update_none(post):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE org_post SET name = name WHERE code = 'P1'")
        cursor.execute("UPDATE org_post SET name = '审核岗' WHERE code = 'P1'")
    assert [e.name for e in events("org.Post", pgh_obj=post.pk)] == ["受理岗", "审核岗"]


def test_a_service_leaves_an_event_that_names_the_actor(post, cast):
    with acting(name="王芳", post="系统管理员", request="AB12"):
        rename_post(actor=cast[StandardDuty.SYSTEM_ADMIN], now=timezone.now(), post=post, name="咨询岗")
    after = events("org.Post", pgh_obj=post.pk)[-1]
    assert (after.name, after.pgh_context) == ("咨询岗", {"name": "王芳", "post": "系统管理员", "request": "AB12"})


def test_a_job_names_itself_and_what_follows_is_not_its(post):
    with acting(system="到期事项自动执行"):
        model("org.Post").objects.filter(pk=post.pk).update(name="甲岗")
    model("org.Post").objects.filter(pk=post.pk).update(name="乙岗")
    contexts = [e.pgh_context for e in events("org.Post", pgh_obj=post.pk)]
    assert contexts == [None, {"system": "到期事项自动执行"}, None]


def test_a_command_names_its_process(post, monkeypatch):
    monkeypatch.setattr("yihu.hub.base.history._process", {"text": ""})
    name_process("命令行 yihu org")
    model("org.Post").objects.filter(pk=post.pk).update(name="甲岗")
    assert events("org.Post", pgh_obj=post.pk)[-1].pgh_context == {"system": "命令行 yihu org"}
    name_process("")


def test_a_sign_in_leaves_no_event_and_no_password_is_kept(offices):
    user = appointed(StandardDuty.OFFICER, offices["east"])
    before = len(events("org.User", pgh_obj=user.pk))
    user.last_login = timezone.now()
    user.set_password("another-horse-battery")
    user.save()
    assert len(events("org.User", pgh_obj=user.pk)) == before == 1


@pytest.mark.parametrize("statement", [
    "UPDATE org_postevent SET name = 'x'",
    "DELETE FROM org_postevent",
    "TRUNCATE org_postevent",
    "INSERT INTO org_postevent (pgh_created_at, pgh_label, id, code, name, office_id, valid_from, pgh_obj_id)"
    " SELECT pgh_created_at, pgh_label, id, code, name, office_id, valid_from, pgh_obj_id FROM org_postevent",
    "ALTER TABLE org_post DISABLE TRIGGER ALL",
])  # fmt: skip
def test_the_web_can_neither_alter_nor_invent_history(post, web_role, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert [e.name for e in events("org.Post", pgh_obj=post.pk)] == ["受理岗"]


def test_the_owner_alters_no_event_unawares(post):
    for change in (lambda e: e.update(name="x"), lambda e: e.delete()):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
            change(model("org.PostEvent").objects.all())


def test_the_web_changes_rows_and_cannot_silence_the_triggers(post, web_role):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = 'org_post'::regclass AND NOT tgisinternal")
        names = ",".join(name for (name,) in cursor.fetchall())
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + names + "}"])
        cursor.execute("UPDATE org_post SET name = '暗改' WHERE code = 'P1'")
    assert [e.name for e in events("org.Post", pgh_obj=post.pk)] == ["受理岗", "暗改"]


def test_every_event_table_is_closed_to_the_web(web_role):
    with connection.cursor() as cursor:
        for kept in kept_models().values():
            for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
                cursor.execute("SELECT has_table_privilege(%s, %s)", [kept.event._meta.db_table, right])
                assert cursor.fetchone() == (False,), (kept.event, right)
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [kept.event._meta.db_table])
            assert cursor.fetchone() == (True,)


def test_labels_keep_history_within_the_scope_and_a_refresh_leaves_none(web_role):
    taxpayer = model("taxpayers.Taxpayer")
    with as_system("试验"):
        taxpayer.objects.create(number="N1", household_id="H1", name="甲", office_code="1440303")
        taxpayer.objects.create(number="N2", household_id="H2", name="乙", office_code="1440305")
        taxpayer.objects.filter(pk__in=["N1", "N2"]).update(name="改名")
        assert events("taxpayers.Taxpayer") == []
        taxpayer.objects.filter(pk__in=["N1", "N2"]).update(label=Label.SENSITIVE)
    east = Scope(offices=("1440303",), clearance=Label.IMPORTANT)
    with within(east, user_id=1, permission="org.view"):
        found = events("taxpayers.Taxpayer")
    assert [(e.number, e.pgh_label, e.label) for e in found] == [
        ("N1", "snapshot", Label.INTERNAL),
        ("N1", "update", Label.SENSITIVE),
    ]
    assert events("taxpayers.Taxpayer") == []
    with as_system("试验"):
        assert len(events("taxpayers.Taxpayer")) == 4
