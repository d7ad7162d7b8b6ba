"""Rows a second and peak memory of the resource import, from CSV and from XLSX.

    .venv/bin/python benchmarks/import_resources.py                      # 10,000 and 30,000 rows
    .venv/bin/python benchmarks/import_resources.py --sizes 2000

Each file is imported by the command, in a process of its own, into Ohio's library of a SQLite database that holds the
sections and nothing else. The memory is the most that the process held; the row "start" is what it holds before it
imports anything.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl

ROOT = Path(__file__).resolve().parent.parent
SEED = 42
HEADER = ["Title", "Summary", "Topics", "Authors", "Publisher", "Year", "Web address", "Kind"]
WORDS = [
    "care",
    "treatment",
    "recovery",
    "integrated",
    "screening",
    "assessment",
    "housing",
    "crisis",
    "peer",
    "support",
    "community",
    "behavioral",
    "health",
    "substance",
    "use",
    "mental",
    "disorder",
    "program",
    "county",
    "clinic",
    "training",
    "outcome",
    "measure",
    "review",
    "plan",
    "family",
    "adult",
    "young",
    "court",
    "jail",
    "rural",
    "telehealth",
    "medication",
    "trauma",
    "prevention",
    "service",
    "team",
    "pilot",
    "guide",
    "report",
    "evaluation",
    "workforce",
]
TOPICS = ["Care planning", "Crisis services", "Housing", "Peer workforce", "Screening and assessment", "Training"]
KINDS = ["Guide", "Report", "Policy", "Article", "Slides"]
# The process tells its own peak at its end: kilobytes on Linux.
COMMAND = """
import resource, sys, time
import django
django.setup()
from django.core.management import call_command
began = time.monotonic()
if len(sys.argv) > 1:
    call_command("import_resources", sys.argv[1], "--section", "OH", verbosity=0, stdout=sys.stderr)
print(time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def main() -> None:
    """Make the files, import each into a fresh copy of the database, print a Markdown table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 30_000])
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="worksite-import-") as name:
        folder = Path(name)
        empty = folder / "empty.sqlite3"
        for command in ("migrate", "setup_community"):
            run(["manage.py", command, "--verbosity=0"], empty)
        print("| file | rows | size | seconds | rows/s | peak memory |")  # noqa: T201
        print("| --- | ---: | ---: | ---: | ---: | ---: |")  # noqa: T201
        _, memory = measured(empty)
        print(f"| start | | | | | {memory:.0f} MB |", flush=True)  # noqa: T201
        for size in chosen.sizes:
            for file in write(folder, size):
                database = Path(shutil.copy(empty, folder / "scratch.sqlite3"))
                seconds, memory = measured(database, file)
                cells = [file.suffix[1:].upper(), f"{size:,}", f"{file.stat().st_size / 1024**2:.1f} MB"]
                cells += [f"{seconds:.1f}", f"{size / seconds:.0f}", f"{memory:.0f} MB"]
                print(f"| {' | '.join(cells)} |", flush=True)  # noqa: T201
                for leftover in folder.glob("scratch.sqlite3*"):
                    leftover.unlink()


def run(arguments: list[str], database: Path) -> str:
    """Run Python in a process of its own, on this database; give what it printed."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(  # noqa: S603 - a fixed command line
        [sys.executable, *arguments], cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def measured(database: Path, *files: Path) -> tuple[float, float]:
    """Seconds and megabytes that the import of a file took; of no file, what the process takes to start."""
    seconds, kilobytes = run(["-c", COMMAND, *map(str, files)], database).split()
    return float(seconds), int(kilobytes) / 1024


def write(folder: Path, size: int) -> tuple[Path, Path]:
    """The same rows as CSV and as XLSX."""
    rows = records(size)
    text, workbook = folder / f"{size}.csv", folder / f"{size}.xlsx"
    with text.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(workbook)
    return text, workbook


def records(size: int) -> list[list]:
    """Headings and rows like those of a literature database: a summary of some 200 words, two topics, an address."""
    chance = random.Random(SEED)  # noqa: S311
    return [
        HEADER,
        *(
            [
                f"{' '.join(chance.choices(WORDS, k=12)).capitalize()} {number}",
                f"{' '.join(chance.choices(WORDS, k=200)).capitalize()}.",
                "; ".join(chance.sample(TOPICS, 2)),
                "Ortiz, M; Chen, L; Okafor, A",
                f"Agency {number % 200}",
                1990 + number % 35,
                f"https://example.org/resources/{number}",
                KINDS[number % len(KINDS)],
            ]
            for number in range(size)
        ),
    ]


if __name__ == "__main__":
    began = time.monotonic()
    main()
    print(f"{time.monotonic() - began:.0f} s in all", file=sys.stderr)  # noqa: T201
