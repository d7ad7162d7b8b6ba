"""A judged collection of subjects out of a table with titles, summaries and topics, for `manage.py search evaluate`.

    .venv/bin/python benchmarks/same_subjects.py TABLE.csv FOLDER

A record that is taken out of the table asks for those left in it that librarians gave the same topics: the closest twenty,
by the cosine of topics weighed by how rare they are. It asks with its title (`titles`), with the first two sentences of its
summary (`sentences`), or with all of it (`summaries`): questions of about 13, 50 and 200 words. Unlike with
`known_items.py`, what is right need not have the words of the question.
"""

from __future__ import annotations

import math
import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.known_items import LONGEST, SENTENCE, asked_for, write

QUESTIONS = 250  # records that are taken out
LEAST = 300  # characters of a summary that asks
CLOSEST, ALIKE, MUCH_ALIKE, FEWEST = 20, 0.25, 0.45, 3
EVERYWHERE = 0.25  # a topic of more records than this part says nothing ("Humans", "Female")

Vector = dict[str, float]


def main() -> None:
    """Write the three collections."""
    table, folder = asked_for(__doc__)
    rows = list({row["title"].strip(): row for row in table}.values())
    vectors = weighed([{topic.strip() for topic in row["topics"].split(";") if topic.strip()} for row in rows])
    able = [number for number, row in enumerate(rows) if vectors[number] and len(row["summary"]) >= LEAST]
    asking = set(random.Random(7).sample(able, min(QUESTIONS, len(able) // 2)))  # noqa: S311
    left = [number for number in range(len(rows)) if number not in asking]
    judged = {number: found for number in sorted(asking) if len(found := close(number, left, vectors)) >= FEWEST}
    documents = {number: (rows[number]["title"], rows[number]["summary"]) for number in left}
    for name, question in {
        "titles": {number: rows[number]["title"] for number in judged},
        "sentences": {number: " ".join(SENTENCE.split(rows[number]["summary"])[:2])[:LONGEST] for number in judged},
        "summaries": {number: rows[number]["summary"] for number in judged},
    }.items():
        write(folder / name, documents, question, judged)


def weighed(topics: list[set[str]]) -> list[Vector]:
    """The topics of each record, each as heavy as it is rare, together of length 1."""
    held = Counter(topic for of_one in topics for topic in of_one)
    with_topics = sum(map(bool, topics))
    vectors = []
    for of_one in topics:
        vector = {t: math.log(with_topics / held[t]) for t in of_one if held[t] <= with_topics * EVERYWHERE}
        length = math.hypot(*vector.values()) or 1
        vectors.append({topic: weight / length for topic, weight in vector.items()})
    return vectors


def close(number: int, others: list[int], vectors: list[Vector]) -> dict[int, int]:
    """Which of the others are alike, the closest of them, and how much: 1 or 2."""
    own = vectors[number]
    cosines = ((sum(weight * vectors[other].get(topic, 0) for topic, weight in own.items()), other) for other in others)
    return {
        other: 1 + (alike > MUCH_ALIKE) for alike, other in sorted(cosines, reverse=True)[:CLOSEST] if alike > ALIKE
    }


if __name__ == "__main__":
    main()
