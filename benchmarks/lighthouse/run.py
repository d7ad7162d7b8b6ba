"""Lighthouse (mobile) on five pages of the demonstration, served as production would.

    make lighthouse                     # or: .venv/bin/python benchmarks/lighthouse/run.py --runs 3 home section

Needs Node with npm, and Chromium (CHROME_PATH, else the one on the path). Each page is measured several times, the median
counts: a busy machine makes a page look slow. Reports are kept in var/served/lighthouse/. Ends with 1 where a page has
less than 100 in a category, or the home page weighs more than 80 kB or takes more than ten requests.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from benchmarks.served import FOLDER, pages, served  # noqa: E402

PAGES = ("home", "section", "library", "resource", "event")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
MOST_BYTES, MOST_REQUESTS = 80 * 1024, 10


def main() -> None:
    """Measure, print a Markdown table and what cost points."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("pages", nargs="*", default=PAGES)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--fresh", action="store_true", help="make the demonstration anew")
    chosen = options.parse_args()
    if not shutil.which("npm"):
        sys.exit("This needs Node with npm.")
    if not (HERE / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=HERE, check=True)  # noqa: S607
    reports = FOLDER / "lighthouse"
    wanting = []
    with served(fresh=chosen.fresh) as origin:
        reports.mkdir(exist_ok=True)
        addresses = pages()
        print(f"| page | {' | '.join(CATEGORIES)} | bytes | requests |")  # noqa: T201
        print(f"| --- |{' ---: |' * (len(CATEGORIES) + 2)}")  # noqa: T201
        for name in chosen.pages:
            runs = [measure(origin + addresses[name], reports / f"{name}-{run}.json") for run in range(chosen.runs)]
            scores = [statistics.median(run["scores"][category] for run in runs) for category in CATEGORIES]
            size, requests = runs[0]["bytes"], runs[0]["requests"]
            print(f"| {name} | {' | '.join(f'{score:.0f}' for score in scores)} | {size:,} | {requests} |", flush=True)  # noqa: T201
            wanting += [f"{name}: {audit}" for audit in runs[-1]["wanting"]] if min(scores) < 100 else []
            if name == "home" and (size > MOST_BYTES or requests > MOST_REQUESTS):
                wanting.append("home: more than 80 kB or ten requests")
    if wanting:
        print("\n" + "\n".join(wanting))  # noqa: T201
        sys.exit(1)


def measure(address: str, report: Path) -> dict:
    """One run: the scores, what cost points, and what went over the wire."""
    command = [str(HERE / "node_modules" / ".bin" / "lighthouse"), address, "--quiet", "--output=json"]
    command += [f"--output-path={report}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
    environment = {"CHROME_PATH": shutil.which("chromium") or "", **os.environ}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    found = json.loads(report.read_text(encoding="utf-8"))
    audits = found["audits"]
    requests = audits["network-requests"]["details"]["items"]
    scored = {
        part["id"] for category in CATEGORIES for part in found["categories"][category]["auditRefs"] if part["weight"]
    }
    return {
        "scores": {category: 100 * found["categories"][category]["score"] for category in CATEGORIES},
        "bytes": sum(item.get("transferSize", 0) for item in requests),
        "requests": len(requests),
        "wanting": [
            f"{audit['title']} ({audit.get('displayValue') or 'failed'})"
            for name, audit in audits.items()
            if name in scored and audit["score"] is not None and audit["score"] < 0.9
        ],
    }


if __name__ == "__main__":
    main()
