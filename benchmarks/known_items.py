"""Two judged collections out of a table of titles and summaries, in BEIR's layout, for `manage.py search evaluate`.

    .venv/bin/python benchmarks/known_items.py TABLE.csv FOLDER

`titles`: a title asks for its summary, which has no title. `halves`: the first two sentences of a summary ask for its second
half, under its title. Either way one document is right, and most words of the question are in it by chance: long questions,
as nobody asks them of a site, but as collections do.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
from pathlib import Path

QUESTIONS = 300
LEAST_WORDS = {"title": 6, "summary": 61}
LONGEST = 400  # characters of a question
SENTENCE = re.compile(r"(?<=[.?!])\s+")


def main() -> None:
    """Write both collections."""
    table, folder = asked_for(__doc__)
    rows = [
        (row["title"].strip(), row["summary"].strip())
        for row in table
        if all(len(row[name].split()) >= least for name, least in LEAST_WORDS.items())
    ]
    asked = random.Random(4).sample(range(len(rows)), min(QUESTIONS, len(rows)))  # noqa: S311
    itself = {number: {number: 1} for number in asked}
    write(
        folder / "titles",
        {number: ("", summary) for number, (_, summary) in enumerate(rows)},
        {number: rows[number][0] for number in asked},
        itself,
    )
    sentences = [SENTENCE.split(summary) for _, summary in rows]
    write(
        folder / "halves",
        {number: (rows[number][0], " ".join(parts[len(parts) // 2 :])) for number, parts in enumerate(sentences)},
        {number: " ".join(sentences[number][:2])[:LONGEST] for number in asked if len(sentences[number]) > 1},
        itself,
    )


def asked_for(description: str | None) -> tuple[list[dict[str, str]], Path]:
    """The rows of the table and the folder that the command line names."""
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("table", type=Path)
    options.add_argument("folder", type=Path)
    chosen = options.parse_args()
    with chosen.table.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file)), chosen.folder


def write(
    folder: Path, documents: dict[int, tuple[str, str]], questions: dict[int, str], judged: dict[int, dict[int, int]]
) -> None:
    """A collection of (title, text), with questions, and by question which documents answer it, and how well."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    lines(
        folder / "corpus.jsonl",
        [{"_id": f"d{number}", "title": title, "text": text} for number, (title, text) in documents.items()],
    )
    lines(folder / "queries.jsonl", [{"_id": f"q{number}", "text": text} for number, text in questions.items()])
    pairs = ((one, other, score) for one in questions for other, score in judged[one].items())
    scores = "".join(f"q{one}\td{other}\t{score}\n" for one, other, score in pairs)
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{scores}", encoding="utf-8")


def lines(file: Path, values: list[dict[str, str]]) -> None:
    """One JSON object a line."""
    file.write_text("".join(f"{json.dumps(value)}\n" for value in values), encoding="utf-8")


if __name__ == "__main__":
    main()
