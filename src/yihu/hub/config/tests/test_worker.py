"""A deferred job is run by the worker, on the queue of the real database."""

import pytest
from procrastinate.contrib.django import app

ran: list[int] = []


@pytest.fixture
def job():
    task = app.task(name="test.note", queue="test")(lambda number: ran.append(number))
    yield task
    app.tasks.pop("test.note")
    ran.clear()


@pytest.mark.django_db(transaction=True)
def test_a_deferred_job_is_run_once(job) -> None:
    job.defer(number=7)
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(queues=["test"], wait=False, install_signal_handlers=False)
        working.run_worker(queues=["test"], wait=False, install_signal_handlers=False)
    assert ran == [7]
