"""Held webinars of the demonstration, read from `home/data/demo/webinars/<section>--<slug>.txt`.

A file holds facts in TOML between two lines `+++`, then what was said: `# Chapter`, `Name: words` where somebody begins,
and paragraphs parted by empty lines. From the words come the captions with their times, as a voice speaks them. Pure: no
database. `python -m library.demo_webinars FILE ...` says how long each would be and what is wrong with it.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import sys
import textwrap
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.text import slugify

from home import demo_text
from home.places import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS = DATA / "demo" / "webinars"
REQUIRED = {"title", "summary", "days", "start", "minutes", "topics", "people", "body", "slides"}
ALLOWED = REQUIRED | {"audience", "published", "also_in", "review", "state", "registration_url"}

# How fast people speak on a webinar, and how long they wait: seconds.
WORDS_PER_MINUTE = 138
OPENING, SENTENCE, PARAGRAPH, SPEAKER, CHAPTER = 3.0, 0.4, 1.2, 1.6, 4.0
SHORTEST = 1.0
# Two lines of 42 characters are what a reader takes in at a glance.
LINE = 42
SHORT, LONG = dt.timedelta(minutes=20), dt.timedelta(minutes=60)

HEADING = re.compile(r"^# +(?P<title>.+)$", re.MULTILINE)
SENTENCES = re.compile(r"(?:(?<=[.?!])|(?<=[.?!][\"”]))\s+(?=[\"“¿A-Z0-9ÁÉÍÓÚÑ])")
# How a paragraph begins where somebody else speaks.
SOMEBODY = re.compile(r"[A-ZÁÉÍÓÚÑ][\w.'-]+( [A-ZÁÉÍÓÚÑ][\w.'-]*){1,3}: ")
# A point after these ends no sentence.
ABBREVIATIONS = ("Dr.", "Mr.", "Ms.", "Mrs.", "St.", "a.m.", "p.m.", "U.S.", "No.", "vs.", "e.g.", "i.e.")


class MistakeError(ValueError):
    """A text that does not follow the format; its message says what and where."""


@dataclass(frozen=True)
class Cue:
    """One caption: from when to when, who speaks, one or two lines."""

    start: dt.timedelta
    end: dt.timedelta
    speaker: str
    text: str


@dataclass
class Talk:
    """What was said: captions in order, chapters as (start, title), and the words with their speakers."""

    cues: list[Cue] = field(default_factory=list)
    chapters: list[tuple[dt.timedelta, str]] = field(default_factory=list)
    words: int = 0

    @property
    def length(self) -> dt.timedelta:
        """From the start to the last word."""
        return self.cues[-1].end if self.cues else dt.timedelta()

    def captions(self) -> bytes:
        """The WebVTT file (W3C WebVTT section 4), with a voice on each caption."""
        blocks = ["WEBVTT"]
        for cue in self.cues:
            text = "\n".join(textwrap.wrap(cue.text, LINE, break_long_words=False, break_on_hyphens=False))
            text = text.replace("&", "&amp;").replace("<", "&lt;")
            blocks.append(f"{_clock(cue.start)} --> {_clock(cue.end)}\n<v {cue.speaker}>{text}")
        return ("\n\n".join(blocks) + "\n").encode()


def read(place: str) -> Iterator[tuple[str, dict[str, Any], Talk]]:
    """The webinars of one place: slug, facts, talk. Raises MistakeError."""
    for path in sorted(TEXTS.glob(f"{place}--*.txt")):
        facts, talk = parse(path.read_text(encoding="utf-8"))
        yield path.stem.removeprefix(f"{place}--"), facts, talk


def parse(text: str) -> tuple[dict[str, Any], Talk]:
    """The facts and the talk of one file. Raises MistakeError."""
    try:
        opening, head, spoken = text.split("+++\n", 2)
    except ValueError:
        raise MistakeError("The facts stand between two lines of +++.") from None
    if opening.strip():
        raise MistakeError("The first line is +++.")
    try:
        facts = tomllib.loads(head)
    except tomllib.TOMLDecodeError as error:
        raise MistakeError(f"The facts are no TOML: {error}") from error
    if REQUIRED - facts.keys() or facts.keys() - ALLOWED:
        wrong = sorted(REQUIRED - facts.keys()) + [f"{name} (unknown)" for name in sorted(facts.keys() - ALLOWED)]
        raise MistakeError(f"Facts are missing or unknown: {', '.join(wrong)}.")
    return facts, _talk(spoken, [name for name, _ in facts["people"]])


def _talk(spoken: str, people: list[str]) -> Talk:
    talk, now, speaker = Talk(), OPENING, ""
    names = re.compile(rf"(?P<name>{'|'.join(map(re.escape, people))}):\s+")
    for chunk in re.split(r"\n\s*\n", HEADING.sub(r"\n\g<0>\n", spoken).strip()):
        if heading := HEADING.fullmatch(chunk.strip()):
            now += CHAPTER if talk.cues else 0
            talk.chapters.append((dt.timedelta(seconds=int(now) if talk.chapters else 0), heading["title"]))
            continue
        # Speakers may follow each other line by line; other lines are one paragraph.
        for paragraph in _paragraphs([line.strip() for line in chunk.splitlines()]):
            words = paragraph
            if begins := names.match(paragraph):
                now += SPEAKER - PARAGRAPH if speaker and speaker != begins["name"] else 0
                speaker, words = begins["name"], paragraph[begins.end() :]
            elif not speaker or SOMEBODY.match(paragraph):
                raise MistakeError(f"Somebody speaks who is not in people: {paragraph[:50]}")
            for sentence in sentences(words):
                for piece in _captions(sentence):
                    count = len(piece.split())
                    end = now + max(count * 60 / WORDS_PER_MINUTE, SHORTEST)
                    talk.cues.append(Cue(dt.timedelta(seconds=now), dt.timedelta(seconds=end), speaker, piece))
                    talk.words += count
                    now = end
                now += SENTENCE
            now += PARAGRAPH - SENTENCE
    return talk


def _paragraphs(lines: list[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        if found and not SOMEBODY.match(line):
            found[-1] += f" {line}"
        else:
            found.append(line)
    return found


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph, in order."""
    found: list[str] = []
    for part in SENTENCES.split(paragraph):
        if found and found[-1].endswith(ABBREVIATIONS):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def _captions(sentence: str) -> list[str]:
    """A sentence in as few equal pieces as fit on two lines each, cut after a comma where one is near."""
    pieces = -(-len(sentence) // (2 * LINE - 8))
    words = sentence.split()
    found: list[str] = []
    for left in range(pieces, 0, -1):
        wanted = len(" ".join(words)) / left
        taken, length = 0, 0
        while taken < len(words) and (length + len(words[taken]) <= wanted or not taken):
            length += len(words[taken]) + 1
            taken += 1
        for end in (taken, taken - 1, taken + 1, taken - 2):
            if 0 < end < len(words) and words[end - 1][-1] in ",;:":
                taken = end
                break
        found.append(" ".join(words[: taken if left > 1 else len(words)]))
        words = words[taken:] if left > 1 else []
    return [piece for piece in found if piece]


def _clock(time: dt.timedelta) -> str:
    milliseconds = round(time.total_seconds() * 1000)
    return (
        f"{milliseconds // 3600000:02}:{milliseconds // 60000 % 60:02}:"
        f"{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}"
    )


def problems(path: Path) -> list[str]:
    """What is wrong with a file, in sentences; nothing where it is fine."""
    try:
        facts, talk = parse(path.read_text(encoding="utf-8"))
    except MistakeError as mistake:
        return [str(mistake)]
    found = []
    with (DATA / "vocabularies.csv").open(encoding="utf-8", newline="") as file:
        known = {slugify(row["name"]) for row in csv.DictReader(file) if row["vocabulary"] == "topic"}
    if unknown := sorted(set(facts["topics"]) - known):
        found.append(f"Unknown topics: {', '.join(unknown)}.")
    if facts["days"] >= 0:
        found.append("It is not held yet: days is negative for a held webinar.")
    if not SHORT <= talk.length <= LONG:
        found.append(f"It would last {talk.length}, not 20 to 60 minutes ({talk.words} words).")
    if talk.length > dt.timedelta(minutes=facts["minutes"]):
        found.append(f"It lasts longer ({talk.length}) than was planned ({facts['minutes']} minutes).")
    if not 4 <= len(talk.chapters) <= 9 or talk.cues[0].start < talk.chapters[0][0]:
        found.append("It has four to nine chapters and begins with one.")
    silent = {name for name, _ in facts["people"]} - {cue.speaker for cue in talk.cues}
    if silent:
        found.append(f"They never speak: {', '.join(sorted(silent))}.")
    slides = sum(part.kind == "heading" for part in demo_text.parse(facts["slides"]))
    if not 8 <= slides <= 14:
        found.append(f"It has {slides} slides, not 8 to 14.")
    return found


if __name__ == "__main__":
    faults = 0
    for name in sys.argv[1:]:
        wrong = problems(Path(name))
        faults += len(wrong)
        if not wrong:
            talk = parse(Path(name).read_text(encoding="utf-8"))[1]
            sys.stdout.write(f"{name}: {talk.words} words, {str(talk.length)[:7]}, {len(talk.cues)} captions. Good.\n")
        for problem in wrong:
            sys.stdout.write(f"{name}: {problem}\n")
    sys.exit(1 if faults else 0)
