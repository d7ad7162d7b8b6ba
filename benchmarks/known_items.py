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
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("table", type=Path)
    options.add_argument("folder", type=Path)
    chosen = options.parse_args()
    with chosen.table.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            (row["title"].strip(), row["summary"].strip())
            for row in csv.DictReader(file)
            if all(len(row[name].split()) >= least for name, least in LEAST_WORDS.items())
        ]
    asked = random.Random(4).sample(range(len(rows)), min(QUESTIONS, len(rows)))  # noqa: S311
    write(
        chosen.folder / "titles",
        [("", summary) for _, summary in rows],
        {number: rows[number][0] for number in asked},
    )
    sentences = [SENTENCE.split(summary) for _, summary in rows]
    write(
        chosen.folder / "halves",
        [(title, " ".join(parts[len(parts) // 2 :])) for (title, _), parts in zip(rows, sentences, strict=True)],
        {number: " ".join(sentences[number][:2])[:LONGEST] for number in asked if len(sentences[number]) > 1},
    )


def write(folder: Path, documents: list[tuple[str, str]], questions: dict[int, str]) -> None:
    """A collection of (title, text), with the question that is answered by the document of a number alone."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    lines(
        folder / "corpus.jsonl",
        [{"_id": f"d{number}", "title": title, "text": text} for number, (title, text) in enumerate(documents)],
    )
    lines(folder / "queries.jsonl", [{"_id": f"q{number}", "text": text} for number, text in questions.items()])
    judged = "".join(f"q{number}\td{number}\t1\n" for number in questions)
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", encoding="utf-8")


def lines(file: Path, values: list[dict[str, str]]) -> None:
    """One JSON object a line."""
    file.write_text("".join(f"{json.dumps(value)}\n" for value in values), encoding="utf-8")


if __name__ == "__main__":
    main()
