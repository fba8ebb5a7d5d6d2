"""Several writers at once, some killed in the middle: what was acknowledged is in the tree, which has no gap."""

import random
import subprocess
import sys
import threading
import time

import pytest
from django.db import Error as DatabaseFault
from django.db import connection
from django.utils import timezone

from yihu.hub.foundation.audit.models import AccessRecord, Leaf, Pending
from yihu.hub.foundation.audit.services.sequencing import integrate, integrate_all
from yihu.hub.foundation.audit.services.verifying import verify_log

WRITERS, RECORDS, MOST_SECONDS = 5, 150, 120.0
# Each transaction writes one to three records, dawdles, and commits or gives up; what is committed is printed.
WRITER = """
import random, sys, time, psycopg
rng = random.Random(sys.argv[2])
insert = '''INSERT INTO audit_accessrecord (at, actor_username, actor_name, post, office_code, office_name, verb,
  target, target_name, purpose, detail, channel, address, request_number)
  VALUES (clock_timestamp(), %s, '', '', '', '', 'household.view', 'household:H1', '', '', '{}', 'WEB', '', '')
  RETURNING id'''
with psycopg.connect(sys.argv[1]) as connection:
    while True:
        numbers = [connection.execute(insert, [sys.argv[2]]).fetchone()[0] for _ in range(rng.randint(1, 3))]
        time.sleep(rng.random() ** 4 * 0.2)
        if rng.random() < 0.15:
            connection.rollback()
            continue
        connection.commit()
        print(*numbers, flush=True)
"""


def conninfo():
    settings = connection.settings_dict
    return f"host={settings['HOST']} user={settings['USER']} dbname={settings['NAME']}"


def keep_integrating(stop, backends):
    while not stop.is_set():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                backends.append(cursor.fetchone()[0])
            integrate(now=timezone.now(), limit=20)
        except DatabaseFault:
            connection.close()
        time.sleep(0.01)
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_nothing_acknowledged_is_lost_and_no_place_is_skipped():
    stop, backends = threading.Event(), []
    integrator = threading.Thread(target=keep_integrating, args=(stop, backends))
    integrator.start()
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, conninfo(), str(i)], stdout=subprocess.PIPE, text=True)
        for i in range(WRITERS)
    ]
    rng, until = random.Random(7), time.monotonic() + MOST_SECONDS
    victims = writers[:-1]
    while time.monotonic() < until and AccessRecord.objects.count() < RECORDS:
        time.sleep(0.5)
        if backends:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [backends[-1]])
        if victims and rng.random() < 0.7:
            victims.pop().kill()
    for writer in writers:
        writer.kill()
    acknowledged = {int(n) for w in writers for n in w.communicate()[0].rpartition("\n")[0].split()}
    stop.set()
    integrator.join()
    integrate_all(now=timezone.now())
    places = dict(Leaf.objects.values_list("record_id", "position"))
    assert len(acknowledged) > RECORDS / 3
    assert acknowledged <= set(places) == set(AccessRecord.objects.values_list("pk", flat=True))
    assert sorted(places.values()) == list(range(len(places)))
    assert not Pending.objects.exists()
    assert verify_log().ok
