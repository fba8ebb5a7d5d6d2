"""The page of labels: security administrators find a taxpayer and label it, with a reason, on record."""

import pytest
from django.test import Client

from yihu.hub.base.access import Label
from yihu.hub.foundation.audit.models import AccessRecord
from yihu.hub.foundation.org.choices import StandardDuty
from yihu.hub.registers.taxpayers.models import Taxpayer
from yihu.hub.screens.testing import ListContract

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def register(offices) -> None:
    for number, office, label in (
        ("E1", "1440303", Label.INTERNAL),
        ("E2", "1440303", Label.IMPORTANT),
        ("W1", "1440305", Label.INTERNAL),
    ):
        Taxpayer.objects.create(
            number=number, household_id=f"H{number}", name=f"{number}公司", office_code=office, label=label
        )


class TestLabels(ListContract):
    address = "/security/labels/"
    holders = frozenset({"SECURITY_ADMIN"})


@pytest.fixture
def guard(client_of) -> Client:
    return client_of[StandardDuty.SECURITY_ADMIN]


def test_the_highest_labels_come_first_and_a_search_narrows(guard) -> None:
    page = guard.get("/security/labels/").content.decode()
    assert page.index("E2公司") < page.index("E1公司")
    assert "重要" in page
    found = guard.get("/security/labels/", {"q": "W1"}).content.decode()
    assert "W1公司" in found
    assert "E1公司" not in found
    assert "E1公司" not in guard.get("/security/labels/", {"label": "3"}).content.decode()


def test_a_label_is_given_with_a_reason_and_leaves_a_record(guard) -> None:
    refused = guard.post("/security/labels/E1/", {"label": "2", "reason": "无"})
    assert refused.status_code == 422
    assert Taxpayer.objects.get(pk="E1").label == Label.INTERNAL
    done = guard.post("/security/labels/E1/", {"label": "2", "reason": "并购重组期间"}, follow=True)
    assert "已将 E1公司 设为“敏感”" in done.content.decode()
    assert Taxpayer.objects.get(pk="E1").label == Label.SENSITIVE
    record = AccessRecord.objects.get(verb="taxpayer.label")
    assert (record.target, record.purpose) == ("taxpayer:E1", "并购重组期间")


def test_it_works_by_the_role_of_the_web_and_within_the_scope(guard, client_of, web_role) -> None:
    assert "W1公司" in guard.get("/security/labels/").content.decode()
    guard.post("/security/labels/W1/", {"label": "3", "reason": "重点企业"})
    assert "重要" in guard.get("/security/labels/", {"q": "W1"}).content.decode()
    assert guard.get("/security/labels/nobody/").status_code == 404
    assert client_of[StandardDuty.OFFICER].get("/security/labels/W1/").status_code == 403
