"""Reads captions: WebVTT (https://www.w3.org/TR/webvtt1/). Pure: bytes in, captions out.

Players pass over what they cannot read, and nobody notices the words that are lost. So whatever a player would drop is
refused, with the line and what to do; what makes no difference to a listener (settings, styles, notes) is passed over.
"""

from __future__ import annotations

import codecs
import html
import re
from dataclasses import dataclass

ARROW = "-->"
_TIMES = re.compile(r"[ \t]*(?P<start>\S+?)[ \t]*-->[ \t]*(?P<end>[^\s]+)(?:[ \t].*)?")
_CLOCK = re.compile(r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[^\s.>]*)[^\s>]*(?P<rest>[^>]*)>")
_PASSED_OVER = re.compile(r"(NOTE|STYLE|REGION)([ \t]|$)")


class WebVTTError(ValueError):
    """Captions that a player would not show whole. Its words say where and what to do."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"Line {line}: {problem}")
        self.line = line


@dataclass(frozen=True)
class Cue:
    """What is shown from one second to another, as plain text, and who says it (empty where the file does not say)."""

    start: float
    end: float
    voice: str
    text: str


def parse(data: bytes) -> list[Cue]:
    """The captions of a file in the order of time; a caption of two voices gives two.

    Raises WebVTTError where the file is not WebVTT, or where a player would leave words out.
    """
    lines = _lines(data)
    if not re.match(r"WEBVTT([ \t]|$)", lines[0]):
        if any(re.match(r"\d\d:\d\d:\d\d,\d", line) for line in lines[:5]):
            raise WebVTTError(1, "this is an SRT file. Save the captions as WebVTT (.vtt).")
        raise WebVTTError(1, "a captions file begins with the word WEBVTT. Save the captions as WebVTT (.vtt).")
    cues: list[Cue] = []
    number = 1
    while number < len(lines) and lines[number] and ARROW not in lines[number]:
        number += 1  # what follows the first word describes the file
    while number < len(lines):
        if not lines[number]:
            number += 1
            continue
        end = next((after for after in range(number, len(lines)) if not lines[after]), len(lines))
        if ARROW in "".join(lines[number : number + 2]) or not _PASSED_OVER.match(lines[number]):
            cues += _cues(lines[number:end], number + 1)
        number = end
    return sorted(cues, key=lambda cue: cue.start)


def _lines(data: bytes) -> list[str]:
    """The text as lines, line breaks as WebVTT section 4.1 has them."""
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise WebVTTError(line, "this is not UTF-8 text. Save the file again with the encoding UTF-8.") from error
    text = text.replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


def _cues(block: list[str], first: int) -> list[Cue]:
    """One block of lines, of which the first has that number in the file."""
    at = 0 if ARROW in block[0] else 1
    if len(block) <= at or ARROW not in block[at]:
        raise WebVTTError(first, "no times stand above this text, so it is never shown. Add them, or remove it.")
    start, end = _times(block[at], first + at)
    parts: list[tuple[str, str]] = [("", "")]
    for number, line in enumerate(block[at + 1 :], first + at + 1):
        if ARROW in line:
            raise WebVTTError(number, "leave an empty line before the next caption.")
        parts = _spoken(parts, line, number)
    found = [(voice, " ".join(html.unescape(text).split())) for voice, text in parts]
    return [Cue(start, end, voice, text) for voice, text in found if text]


def _times(line: str, number: int) -> tuple[float, float]:
    match = _TIMES.fullmatch(line)
    if not match:
        raise WebVTTError(number, "two times belong here, for example 00:12.500 --> 00:15.000.")
    start, end = _seconds(match["start"], number), _seconds(match["end"], number)
    if end <= start:
        raise WebVTTError(number, "this caption ends before it begins.")
    return start, end


def _seconds(text: str, number: int) -> float:
    match = _CLOCK.fullmatch(text)
    if not match:
        raise WebVTTError(number, f"“{text[:20]}” is not a time. Write hours, minutes and seconds as 01:02:03.500.")
    hours, minutes, seconds, thousandths = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _spoken(parts: list[tuple[str, str]], line: str, number: int) -> list[tuple[str, str]]:
    """The parts of a caption with one more line: marks taken off, a new part where another voice begins."""
    if "<" in _TAG.sub("", line):
        raise WebVTTError(number, "“<” opens a mark that nothing closes. For the sign itself write &lt;.")
    at = 0
    voice, text = parts.pop()
    text += " "
    for tag in _TAG.finditer(line):
        text += line[at : tag.start()]
        at = tag.end()
        if tag["name"] == "v" and not tag["close"]:
            parts.append((voice, text))
            voice, text = " ".join(html.unescape(tag["rest"]).split()), ""
    return [*parts, (voice, text + line[at:])]
