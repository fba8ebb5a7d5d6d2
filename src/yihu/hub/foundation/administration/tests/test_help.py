"""Every page with a form explains its terms behind one button."""

from typing import Any

import pytest
from django.utils import timezone

from yihu.hub.foundation.org.models import Appointment, Department, DutyPermission, Office, PostDuty

OFFICES, POST, DUTY = "offices/1440303/", "posts/1440303-OFFICER/", "duties/OFFICER/"


def addresses() -> dict[str, list[str]]:
    """Pages of acts by the duty that may open them."""
    office = Office.objects.get(code="1440303")
    Department.objects.create(code="K1", name="一科", office=office, valid_from="2020-01-01")
    held = Appointment.objects.get(user__username="officer")
    now = timezone.now()
    waiting = Appointment.objects.create(
        user=held.user, post=Appointment.objects.get(user__username="section_chief").post,
        valid_from=timezone.localdate(), appointed_at=now,
    )  # fmt: skip
    carried = DutyPermission.objects.filter(duty__code="OFFICER").first()
    given = PostDuty.objects.get(post=held.post)
    return {
        "SYSTEM_ADMIN": [
            *(f"{OFFICES}{act}/" for act in ("new", "rename", "move", "merge", "close")),
            f"{OFFICES}departments/new/", f"{OFFICES}posts/new/",
            "departments/K1/rename/", "departments/K1/close/", f"{POST}rename/", f"{POST}close/", f"{POST}appoint/",
            f"appointments/{held.pk}/end/", "appointments/", "people/new/", "people/officer/appoint/", "import/",
        ],
        "SECURITY_ADMIN": [
            "duties/new/", f"{DUTY}change/", f"{DUTY}permissions/add/", f"duties/permissions/{carried.pk}/withdraw/",
            f"{POST}duties/give/", f"posts/duties/{given.pk}/withdraw/", "posts/without-duty/",
            f"appointments/{waiting.pk}/", f"appointments/{waiting.pk}/refuse/", "appointments/waiting/",
        ],
        "SECTION_CHIEF": [f"{OFFICES}grids/new/", "mine/delegate/", "mine/leave/"],
    }  # fmt: skip


@pytest.mark.django_db
def test_every_act_has_its_explanations(client_of: Any) -> None:
    for duty, pages in addresses().items():
        for page in pages:
            answer = client_of[duty].get(f"/administration/{page}")
            assert answer.status_code == 200, page
            text = answer.content.decode()
            assert 'data-dialog="page-help"' in text, page
            assert '<dialog class="sheet" id="page-help"' in text, page
