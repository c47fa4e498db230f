"""Server time of every page kind at the demo's size, uncached and when nothing has changed.

    python benchmarks/pages.py          # with the data of SAMLING_DATA, which `samling demo` loads

Uncached: the process is warm (modules, templates and the release's figures are in memory), but
nothing that was made for a page is kept. Each line is the median of the runs, in milliseconds.
"""

import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samling.web.settings")
django.setup()

from django.test import Client  # noqa: E402

from samling.indicators.presenting import figures  # noqa: E402

STUDY = "liv-och-halsa-ung-demo"
PAGES = (
    "/",
    "/indikatorer/",
    f"/indikatorer/{STUDY}/future_bright/",
    f"/indikatorer/{STUDY}/future_bright/?omrade=0480&grupp=economy",
    "/omraden/",
    "/omraden/0480/",
    "/omraden/04/",
    f"/undersokningar/{STUDY}/",
    "/en/omraden/0480/",
)
RUNS = 15


def milliseconds(client: Client, address: str, **headers: str) -> tuple[float, int]:
    start = time.perf_counter()
    answer = client.get(address, headers=headers)
    return 1000 * (time.perf_counter() - start), answer.status_code


def median(client: Client, address: str, *, kept: bool, **headers: str) -> float:
    times = []
    for _ in range(RUNS):
        if not kept:
            figures.forget()
        times.append(milliseconds(client, address, **headers)[0])
    return statistics.median(times)


def main() -> None:
    client = Client(HTTP_HOST="127.0.0.1")
    print(f"{'page':66} {'uncached':>9} {'figures kept':>13} {'unchanged':>10}")
    for address in PAGES:
        first = client.get(address)
        if first.status_code != 200:
            print(f"{address:66} answers {first.status_code}: load the demo first")
            continue
        tag = {"If-None-Match": first["ETag"]}
        uncached = median(client, address, kept=False)
        kept = median(client, address, kept=True)
        unchanged = median(client, address, kept=True, **tag)
        print(f"{address:66} {uncached:9.1f} {kept:13.1f} {unchanged:10.1f}")


if __name__ == "__main__":
    main()
