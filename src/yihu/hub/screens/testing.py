"""
What every generic screen must hold to, as classes that a room's tests inherit.

    class TestOffices(ListContract):
        address = "/administration/offices/"
        holders = frozenset({"SYSTEM_ADMIN"})

`client_of` (hub/conftest.py) gives a signed-in client for each standard duty.
"""

import csv
import io
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from yihu.hub.base.access import reads_of

SIGN_IN = "/account/sign-in/"


@pytest.mark.django_db
class OpensForHolders:
    """An address opens for those whose duty carries its permission, and for nobody else."""

    address: str
    holders: frozenset[str]

    def test_a_stranger_is_sent_to_sign_in(self, client: Client) -> None:
        answer = client.get(self.address)
        assert answer.status_code == 302
        assert SIGN_IN in answer["Location"]

    def test_it_opens_for_its_holders_only(self, client_of: dict[str, Client]) -> None:
        answers = {str(duty): one.get(self.address).status_code for duty, one in client_of.items()}
        assert {duty for duty, status in answers.items() if status != 403} == set(self.holders)
        assert set(answers.values()) <= {200, 403}

    def test_a_look_at_somebodys_data_leaves_a_record(self, client_of: dict[str, Client]) -> None:
        if reads_of(resolve(self.address.partition("?")[0]).func):
            number = self.opened(client_of)["X-Request-ID"]
            assert apps.get_model("audit.AccessRecord").objects.filter(request_number=number).exists()

    def opened(self, client_of: dict[str, Client], query: str = "") -> Any:
        """The page as the first holder sees it."""
        return self.client(client_of).get(self.address + query)

    def client(self, client_of: dict[str, Client]) -> Client:
        first = sorted(self.holders)[0]
        return next(one for duty, one in client_of.items() if str(duty) == first)


class ListContract(OpensForHolders):
    """A list survives nonsense in its address, exports what it shows, and asks no more for more rows."""

    queries: int = 30

    def test_nonsense_in_the_address_falls_back(self, client_of: dict[str, Client]) -> None:
        answer = self.opened(client_of, "?page=x&size=7&sort=password&col=nothing&q=%00%27")
        assert answer.status_code == 200

    def test_a_page_beyond_the_last_leads_back(self, client_of: dict[str, Client]) -> None:
        answer = self.opened(client_of, "?page=9999")
        assert answer.status_code == 200
        assert not answer.context["rows"]

    def test_the_file_holds_what_the_page_shows(self, client_of: dict[str, Client]) -> None:
        shown = self.opened(client_of, "?size=200").context
        answer = self.opened(client_of, "?export=csv")
        lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert lines[0] == [column.title for column in shown["asked"].columns]
        assert len(lines) - 1 == shown["total"]

    def test_each_sort_answers(self, client_of: dict[str, Client]) -> None:
        screen = self.opened(client_of).context["screen"]
        for column in screen.columns:
            if column.sort:
                for sign in ("", "-"):
                    answer = self.opened(client_of, f"?sort={sign}{column.key}")
                    assert answer.context["asked"].sort == sign + column.key

    def test_queries_stay_within_the_count(self, client_of: dict[str, Client]) -> None:
        self.opened(client_of)
        with CaptureQueriesContext(connection) as caught:
            self.opened(client_of)
        assert len(caught) <= self.queries, [q["sql"][:200] for q in caught]


class FormContract(OpensForHolders):
    """A form sent empty says what is missing beside the fields, and changes nothing."""

    needed: frozenset[str] = frozenset()

    def test_an_empty_form_says_what_is_missing(self, client_of: dict[str, Client]) -> None:
        answer = self.client(client_of).post(self.address, {})
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == set(self.needed)

    def test_others_cannot_send_it(self, client_of: dict[str, Client]) -> None:
        others = {duty: one for duty, one in client_of.items() if str(duty) not in self.holders}
        assert {one.post(self.address, {}).status_code for one in others.values()} == {403}
