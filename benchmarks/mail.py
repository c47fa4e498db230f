"""Ten thousand mails through the outbox to a local SMTP server, and through kills of the worker.

    python benchmarks/mail.py [--mails 10000] [--kills 5] [--postgres URL]

The server and the workers are real processes and real sockets. Prints how many mails were queued,
taken once, taken twice, lost and unsure, and the seconds.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:1] = [str(ROOT / "tests"), str(ROOT / "src")]  # this file's own folder has a "mail" too

from installations import installation, kill, wait_until  # noqa: E402 - our own folders first
from mail.unruly import serving  # noqa: E402

QUEUE = """
import time
from django.db import transaction
from samling.mail.actions import queue
started = time.monotonic()
for first in range(0, {mails}, 100):
    with transaction.atomic():
        for number in range(first, min(first + 100, {mails})):
            queue(key=f"k-{{number}}", template="delivery-test", to=f"m{{number}}@exempel.se",
                  language="sv",
                  context={{"installation": "x", "address": "https://x.se/", "note": ""}})
print(time.monotonic() - started)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--postgres", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mailbench-") as folder, serving() as post:
        url = f"{post.url}?tls=none"
        with installation(Path(folder), postgres=asked.postgres, SAMLING_SMTP_URL=url) as own:
            seconds = float(own.run(QUEUE.format(mails=asked.mails)))
            print(f"queued {asked.mails} mails in {seconds:.1f} s")
            started = time.monotonic()
            for number in range(asked.kills):
                process = own.start("worker")
                taken = asked.mails * (number + 1) // (asked.kills + 1)
                wait_until(lambda taken=taken: sum(post.ids.values()) >= taken, 600)
                kill(process)
            own.start("worker")
            wait_until(
                lambda: (
                    not {"waiting", "sending"} & own.states().keys()
                    and not list((own.folder / "outbox").glob("*"))
                ),
                600,
            )
            seconds = time.monotonic() - started
            states = own.states()
    twice = sum(count > 1 for count in post.ids.values())
    unsure = states.get("unsure", 0)
    lost = max(0, asked.mails - len(post.ids) - unsure)
    speed = asked.mails / seconds
    print(f"sent through {asked.kills} kills in {seconds:.1f} s ({speed:.0f} a second)")
    print(f"states: {states}")
    print(f"taken once {len(post.ids) - twice}, twice {twice}, unsure {unsure}, lost {lost}")


if __name__ == "__main__":
    main()
