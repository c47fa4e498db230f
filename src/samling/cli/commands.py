"""Every command: its words, what it is for, and where it is defined."""

from __future__ import annotations

from samling.cli.areas import define_division
from samling.cli.installing import define_demo, define_setup
from samling.cli.mailing import define_bounce
from samling.cli.running import define_invite, define_scheduled, define_worker
from samling.cli.studying import define_check, define_import, define_publish

COMMANDS = [
    ("setup", "make or renew the database, areas and static files", define_setup),
    ("demo", "publish the studies of the repository and serve them", define_demo),
    ("data import", "say what is in a file of microdata, and keep it", define_import),
    ("study check", "say everything that is wrong with a study", define_check),
    ("study publish", "publish a study as a release", define_publish),
    ("invite", "invite the first administrator", define_invite),
    ("worker", "do the queued work, send the mail, do what is scheduled", define_worker),
    ("scheduled", "do all scheduled work once", define_scheduled),
    ("mail bounce", "read a report of mail that was not delivered", define_bounce),
    ("places load", "load a division of areas from a file", define_division),
]
