"""Has a file read by a child process that can do no harm: see `LIMITS`."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from search.extraction.parts import TOO_LARGE
from search.models import FileText

if TYPE_CHECKING:
    from search.extraction.parts import PartDict

CHILD = Path(__file__).with_name("child.py")
READABLE = ("pdf", "docx", "pptx", "xlsx", "txt", "csv")  # extensions in small letters
SECONDS = 30  # of processor time; twice as much by the clock on the wall
MAX_ANSWER = 16 * 1024 * 1024  # bytes
LIMITS = {
    resource.RLIMIT_AS: 1024 * 1024 * 1024,
    resource.RLIMIT_CPU: SECONDS,
    resource.RLIMIT_FSIZE: MAX_ANSWER,  # it writes to nothing but its answer
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}
DAMAGED = "It is damaged, or made in a way that our reader does not understand."


@dataclass(frozen=True)
class Outcome:
    """How reading went: a status, a sentence if it failed, and what was read."""

    status: FileText.Status
    reason: str = ""
    parts: list[PartDict] = field(default_factory=list)


def extract(file: IO[bytes], extension: str) -> Outcome:
    """Read a file. Takes it open and the extension of its name; any file gives an outcome, never an error.

    Takes up to a minute: never call it in a request.
    """
    extension = extension.lower()
    if extension not in READABLE:
        return Outcome(FileText.Status.NOT_TEXT)
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as answer:
        while chunk := file.read(
            1024 * 1024
        ):  # the storage may be a bucket; the child wants a file that it can seek in
            source.write(chunk)
        source.seek(0)
        try:
            code = subprocess.run(  # noqa: S603  # a fixed command; the extension is one of ours
                [sys.executable, "-I", str(CHILD), extension],
                stdin=source,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env={},
                timeout=2 * SECONDS,
                preexec_fn=_limit,  # the clock and the worker have one thread
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return Outcome(FileText.Status.FAILED, "Reading it took too long.")
        answer.seek(0)
        return _outcome(code, answer.read(MAX_ANSWER + 1))


def _limit() -> None:
    for what, most in LIMITS.items():
        resource.setrlimit(what, (most, most))


def _outcome(code: int, answer: bytes) -> Outcome:
    if code in (-9, -24):  # SIGKILL, SIGXCPU: the processor time is used up
        return Outcome(FileText.Status.FAILED, "Reading it took too long.")
    if len(answer) > MAX_ANSWER or code == -25:  # SIGXFSZ
        return Outcome(FileText.Status.FAILED, TOO_LARGE)
    try:
        told = json.loads(answer)
    except ValueError:
        return Outcome(FileText.Status.FAILED, DAMAGED)
    if "refused" in told:
        return Outcome(FileText.Status.FAILED, told["refused"])
    return Outcome(FileText.Status.READ if told["parts"] else FileText.Status.EMPTY, parts=told["parts"])
