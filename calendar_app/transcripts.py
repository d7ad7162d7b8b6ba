"""From captions to a transcript that people read: sentences, paragraphs of about half a minute, chapters. Pure.

A paragraph is what one person says for 30 to 60 seconds, shorter where another begins to speak or a chapter ends; it is
never broken inside a sentence, unless nobody set a full stop for half a minute.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from home.webvtt import Cue

SHORTEST, LONGEST = 30.0, 60.0
# Editors type chapters in whole seconds.
TOLERANCE = 1.0

_SENTENCE_END = re.compile(r"[.?!…][\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9])")
_NOT_AN_END = re.compile(r"(?:^|[\s(])(?:[A-Z]|(?:[A-Za-z]\.)+[A-Za-z]|Dr|Mr|Mrs|Ms|St|Jr|Sr|No|vs|Inc|approx|etc)\.$")


@dataclass(frozen=True)
class Sentence:
    """One sentence, with the seconds at which it begins and ends."""

    start: float
    end: float
    voice: str
    text: str


@dataclass
class Paragraph:
    """What one person says in a row. `sentences` are (second, text), for a search that leads to the sentence."""

    start: float
    end: float
    voice: str
    sentences: list[tuple[float, str]] = field(default_factory=list)


@dataclass
class Part:
    """A chapter, or (without a title) what stands before the first."""

    start: float
    title: str
    paragraphs: list[Paragraph] = field(default_factory=list)


def transcript(cues: Sequence[Cue], chapters: Iterable[tuple[float, str]] = ()) -> list[dict[str, Any]]:
    """The transcript as plain lists and dictionaries (`Part`), for a JSON column.

    Takes the captions in the order of time, and the chapters as (second, title). Every word of the captions is in it
    once, in order; a chapter in which nobody speaks has no paragraphs.
    """
    starts = sorted(chapters)
    parts = [Part(0.0, ""), *(Part(start, title) for start, title in starts)]
    runs: list[list[Sentence]] = [[] for _ in parts]
    for sentence in _sentences(cues):
        number = sum(start <= sentence.start + TOLERANCE for start, _ in starts)
        runs[number].append(sentence)
    for part, run in zip(parts, runs, strict=True):
        part.paragraphs = _paragraphs(run)
    return [asdict(part) for part in parts if part.title or part.paragraphs]


def _sentences(cues: Sequence[Cue]) -> list[Sentence]:
    """The captions joined and cut again at the ends of sentences. Who speaks holds until the file names another."""
    found: list[Sentence] = []
    words: list[str] = []
    voice = ""
    start = end = 0.0

    def close() -> None:
        if words:
            begin = max(start, found[-1].start) if found else start  # captions may overlap, sentences go forward
            found.append(Sentence(round(begin, 1), round(max(begin, end), 1), voice, " ".join(words)))
            words.clear()

    for cue in cues:
        if cue.voice and cue.voice != voice:
            close()
            voice = cue.voice
        at = 0
        for stop in [*_ends(" ".join([*words, cue.text]), len(" ".join([*words, ""]))), len(cue.text)]:
            piece = cue.text[at:stop].strip()
            if not piece:
                continue
            if not words:
                start = cue.start + (cue.end - cue.start) * at / len(cue.text)
            words.append(piece)
            end = cue.start + (cue.end - cue.start) * stop / len(cue.text)
            at = stop
            if stop < len(cue.text):
                close()
        text = words[-1] if words else ""
        if (re.search(r"[.?!…][\"'”’)\]]*$", text) and not _NOT_AN_END.search(text)) or (
            words and end - start >= SHORTEST
        ):
            close()
    close()
    return found


def _ends(text: str, offset: int) -> list[int]:
    """Where sentences end inside the last caption, which begins at `offset` of the text."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if not _NOT_AN_END.search(text[: match.end()])]
    return [end - offset for end in ends if end > offset]


def _paragraphs(sentences: list[Sentence]) -> list[Paragraph]:
    found: list[Paragraph] = []
    for sentence in sentences:
        last = found[-1] if found else None
        if (
            last is None
            or last.voice != sentence.voice
            or last.end - last.start >= SHORTEST
            or sentence.end - last.start > LONGEST
        ):
            last = Paragraph(sentence.start, sentence.end, sentence.voice)
            found.append(last)
        last.end = max(last.end, sentence.end)
        last.sentences.append((sentence.start, sentence.text))
    return _joined(found)


def _joined(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """The same, with what is left over at the end of a turn put to the paragraph before it."""
    found: list[Paragraph] = []
    for number, paragraph in enumerate(paragraphs):
        last = found[-1] if found and found[-1].voice == paragraph.voice else None
        is_rest = number + 1 == len(paragraphs) or paragraphs[number + 1].voice != paragraph.voice
        if last and is_rest and paragraph.end - last.start <= LONGEST:
            last.end = paragraph.end
            last.sentences += paragraph.sentences
        else:
            found.append(paragraph)
    return found
