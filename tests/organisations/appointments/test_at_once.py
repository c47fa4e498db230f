"""Managers at the same moment, each with a connection of their own, on a separate database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from databases import own_environment

TESTS = Path(__file__).parents[2]
PROGRAM = """
import json, threading
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0, interactive=False)
call_command("createcachetable", verbosity=0)
from organisations.appointments.made_up import County, person
from samling.mail.models import Message
from samling.organisations.actions.appointments import AppointmentError
from samling.organisations.models import Appointment

county = County()
chiefs = [person(f"Chef {n}", "unit-manager", county.solen.scope) for n in range(4)]
successors = [person(f"Ny {n}") for n in range(4)]
told = []

def at_once(each):
    barrier = threading.Barrier(4)
    def work(number):
        barrier.wait()
        try:
            each(number)
            told.append("made")
        except AppointmentError as error:
            told.append(str(error))
        except Exception as error:
            told.append(repr(error))
        finally:
            connection.close()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    found, told[:] = sorted(told), []
    return found

appointed = at_once(lambda number: county.proposed(by=chiefs[number]))
held = county.accepted(person("Eva"), starts=-50)
handed = at_once(lambda n: county.handed_over(held, successors[n], by=chiefs[n]))
print(json.dumps({
    "appointed": appointed,
    "handed": handed,
    "of alva": Appointment.objects.filter(person=county.alva).count(),
    "following": Appointment.objects.filter(follows=held).count(),
    "letters": Message.objects.filter(template="appointment-proposed").count(),
}))
"""


@pytest.mark.django_db
def test_one_appointment_and_a_clear_answer_to_the_others(tmp_path):
    paths = os.pathsep.join([str(TESTS.parent / "src"), str(TESTS)])
    environment = {**os.environ, **own_environment(tmp_path), "PYTHONPATH": paths}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout.splitlines()[-1])
    assert (found["of alva"], found["following"], found["letters"]) == (1, 1, 3)
    assert found["appointed"].count("made") == 1
    assert {text.partition(",")[0] for text in found["appointed"]} == {
        "made",
        "Alva har redan fått uppdraget för enheten",
    }
    assert found["handed"].count("made") == 1
    assert {text.partition(" Ny ")[0] for text in found["handed"]} == {
        "made",
        "Uppdraget lämnas redan över till",
    }
