"""Requests a second and queries a page, signed out and in, with few and with many content pages.

    .venv/bin/python benchmarks/pages.py                    # 2,000 and 20,000 pages on SQLite; about fifteen minutes
    .venv/bin/python benchmarks/pages.py --sizes 2000 --seconds 3
    DATABASE_URL=postgres://... .venv/bin/python benchmarks/pages.py     # an empty PostgreSQL database, one size a run

Needs `wrk` (Debian: apt-get install wrk). Two gunicorn workers, no page cache. Machines differ, so each figure is also
a share of a bare text view that the same workers answer in the same run, measured right before the page.
Databases are kept in var/benchmarks/ and used again.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PORT = 8199
ADMIN_ONLY = ("admin home", "explorer")


def main() -> None:
    """Fill, count queries, measure, print a Markdown table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=int, nargs="+", default=[2000, 20000])
    options.add_argument("--seconds", type=int, default=5, help="how long each page is asked for")
    options.add_argument("--child", choices=["fill", "count"], help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        child(chosen.child, chosen.sizes[0])
        return
    if not shutil.which("wrk"):
        sys.exit("This needs wrk, a load generator. On Debian: apt-get install wrk")
    for size in chosen.sizes:
        environment = environment_for(size)
        run_child("fill", size, environment)
        report(size, json.loads(run_child("count", size, environment)), environment, chosen.seconds)


def environment_for(size: int) -> dict[str, str]:
    """The environment of the site under test: a database of its own for each size."""
    folder = ROOT / "var" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "DATABASE_URL": f"sqlite:///{folder / f'{size}.sqlite3'}",
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "PYTHONPATH": str(ROOT),
    }


def run_child(what: str, size: int, environment: dict[str, str]) -> str:
    """Run a part in a process with the environment of the site under test; give what it printed."""
    command = [sys.executable, __file__, "--child", what, "--sizes", str(size)]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


def child(what: str, size: int) -> None:
    """In a process of its own: fill the database, or count queries and print them as JSON."""
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks import content
    from home.models import ContentPage

    if what == "fill":
        call_command("migrate", verbosity=0)
        if not ContentPage.objects.exists():
            began = time.monotonic()
            content.fill(size)
            seconds = time.monotonic() - began
            print(f"{size} pages in {seconds:.0f} s, {size / seconds:.0f} a second", file=sys.stderr)  # noqa: T201
        return
    print(json.dumps(count_queries(content.addresses())))  # noqa: T201


def count_queries(addresses: dict[str, str]) -> dict[str, dict]:
    """For each page: its address, the queries signed out and in, and a session for signed-in requests."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.signed_in import signed_in
    from members.models import User

    pages = {}
    for name, address in addresses.items():
        pages[name] = {"address": address}
        people = {"in": User.objects.get(email=f"{'editor' if name in ADMIN_ONLY else 'member'}@benchmark.example")}
        if name not in ADMIN_ONLY:
            people["out"] = None
        for way, user in people.items():
            client = signed_in(user) if user else Client()
            if user:
                pages[name]["cookie"] = f"sessionid={client.cookies['sessionid'].value}"
            client.get(address)  # fills Wagtail's caches, which a running site has
            with CaptureQueriesContext(connection) as queries:
                response = client.get(address)
            if response.status_code != 200:
                sys.exit(f"{address} answered {response.status_code}")
            pages[name][f"queries_{way}"] = len(queries)
    return pages


def report(size: int, pages: dict[str, dict], environment: dict[str, str], seconds: int) -> None:
    """Serve the site, measure each page after the bare view, print the table."""
    # A fixed command line: the interpreter's own gunicorn.
    server = subprocess.Popen(  # noqa: S603
        [
            *[sys.executable, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()", "--workers", "2"],
            # Of several threads, those of one worker wait for each other, and luck says which one a connection meets.
            *["--threads", "1", "--bind", f"127.0.0.1:{PORT}", "--log-level", "error"],
        ],
        env=environment,
        cwd=ROOT,
    )
    try:
        wait()
        print(f"\n### {size:,} content pages\n")  # noqa: T201
        print("| page | queries out | queries in | req/s out | share of bare | req/s in | share of bare |")  # noqa: T201
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")  # noqa: T201
        for name, page in pages.items():
            cells = [name, page.get("queries_out", ""), page["queries_in"]]
            for way, cookie in (("out", ""), ("in", page["cookie"])):
                if f"queries_{way}" not in page:
                    cells += ["", ""]
                    continue
                bare = rate("/bare", seconds=max(seconds // 2, 2))
                speed = rate(page["address"], cookie, seconds)
                cells += [f"{speed:.0f}", f"{100 * speed / bare:.1f} %"]
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)  # noqa: T201
    finally:
        server.terminate()
        server.wait()


def wait() -> None:
    """Until the server answers."""
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/bare", timeout=1)
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("The server did not start.")


def rate(address: str, cookie: str = "", seconds: int = 5) -> float:
    """Answered requests a second, four connections at once. Stops where an answer was not 200."""
    url = f"http://127.0.0.1:{PORT}{address}"
    header = ["-H", f"Cookie: {cookie}"] if cookie else []
    run = ["wrk", "-t1", "-c4", f"-d{seconds}s", *header, url]
    printed = subprocess.run(run, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603
    if "Non-2xx" in printed:
        sys.exit(f"{address} did not answer 200:\n{printed}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1])


if __name__ == "__main__":
    main()
