"""One of every row of the organisation in an office, so that the matrix can ask whose rows a duty reaches."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from yihu.hub.centres.exchange.tests.rows import exchange_rows_of
from yihu.hub.centres.tasks.models import Source, Todo
from yihu.hub.centres.tasks.tests.reports import report_of
from yihu.hub.centres.workflow.tests.rows import process_rows_of
from yihu.hub.foundation.org.models import (
    Appointment,
    Department,
    Duty,
    Grid,
    GridMember,
    GridTaxpayer,
    Leave,
    Office,
    Post,
    PostDuty,
    User,
)

# What the table calls an object, and the part of the address that names it.
PLACEHOLDERS = {
    "office": "<str:code>",
    "department": "<str:code>",
    "post": "<str:code>",
    "grid": "<str:code>",
    "account": "<str:username>",
    "appointment": "<int:appointment_id>",
    "post-duty": "<int:row_id>",
    "grid-member": "<int:row_id>",
    "grid-taxpayer": "<int:row_id>",
    "leave": "<int:leave_id>",
    "todo": "<int:todo_id>",
    "outside-system": "<str:code>",
    "outside-key": "<int:key_id>",
    "proposal": "<int:proposal_id>",
    "passage": "<int:passage_id>",
    "dead-letter": "<int:letter_id>",
    "delivery": "<int:delivery_id>",
    "reconciliation": "<int:report_id>",
    "process": "<int:pk>",
    "place": "<int:pk>",
    "incident": "<int:pk>",
}


def organisation_of(office: Office, number: str) -> dict[str, Any]:
    """Object kind to the code, account or id of a row of it in the office; `number` is a taxpayer of the office."""
    today, now, code = timezone.localdate(), timezone.now(), office.code
    begun = {"valid_from": today - timedelta(days=10)}
    department = Department.objects.create(code=f"{code}-D", name="一科", office=office, **begun)
    post = Post.objects.create(code=f"{code}-P", name="岗", office=office, department=department, **begun)
    given = PostDuty.objects.create(post=post, duty=Duty.objects.get(code="OFFICER"), **begun)
    person = User.objects.create_user(f"person-{code}".lower(), "x", display_name="丙", office=office)
    Appointment.objects.create(
        user=person, post=post, is_primary=True, appointed_at=now, confirmed_at=now, **begun
    )  # fmt: skip
    other = User.objects.create_user(f"newcomer-{code}".lower(), "x", display_name="丁", office=office)
    waiting = Appointment.objects.create(user=other, post=post, is_primary=True, appointed_at=now, **begun)
    grid = Grid.objects.create(code=f"{code}-G", name="网格", office=office, **begun)
    source, _ = Source.objects.get_or_create(code="matrix", defaults={"name": "矩阵"})
    work = {"source": source, "key": code, "receiver": person, "title": "事项", "state": "PENDING", "stamp": 1}
    return {
        "office": code,
        "department": department.code,
        "post": post.code,
        "grid": grid.code,
        "account": person.username,
        "appointment": waiting.pk,
        "post-duty": given.pk,
        "grid-member": GridMember.objects.create(grid=grid, user=person, **begun).pk,
        "grid-taxpayer": GridTaxpayer.objects.create(grid=grid, number=number, **begun).pk,
        "leave": Leave.objects.create(
            user=person, made_at=now, valid_from=today, valid_to=today + timedelta(days=5)
        ).pk,
        "todo": Todo.objects.create(**work, arrived_at=now, order_at=now).pk,
        **exchange_rows_of(office, person),
        "reconciliation": report_of(office).pk,
        **process_rows_of(office, person),
    }
