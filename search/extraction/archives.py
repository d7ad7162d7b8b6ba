"""The bounded way into Word and PowerPoint files: a ZIP archive of XML, neither of which is trusted."""

from __future__ import annotations

import re
import zipfile
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from search.extraction.parts import DAMAGED, PASSWORD, TOO_LARGE, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_MEMBERS = 5_000
MAX_UNPACKED = 400 * 1024 * 1024  # of a whole archive: pictures count, though nobody unpacks them
MAX_XML = 30 * 1024 * 1024  # of one member that is read
CHUNK = 256 * 1024


def opened(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive, once its table of contents looks sane. Raises UnreadableError."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableError(_what(file)) from error
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise UnreadableError(TOO_LARGE)
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableError(PASSWORD)
    return archive


def _what(file: IO[bytes]) -> str:
    file.seek(0)
    # Office keeps a file with a password in the container of its old formats.
    return PASSWORD if file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" else DAMAGED


def numbered(archive: zipfile.ZipFile, pattern: str) -> list[tuple[int, str]]:
    """The members whose whole name matches, by the number in their name: `ppt/slides/slide([0-9]+)\\.xml`."""
    found = [(re.fullmatch(pattern, name), name) for name in archive.namelist()]
    return sorted((int(match[1]), name) for match, name in found if match)


def read_xml(
    archive: zipfile.ZipFile,
    name: str,
    *,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Run through the XML of a member as it unpacks. Names are without their namespace.

    Raises UnreadableError for what is malformed, declares entities, or goes on for too long.
    """
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*args: object) -> None:
        raise UnreadableError("It declares entities, as no office program does.")

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda tag, values: start(
        tag.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in values.items()}
    )
    parser.EndElementHandler = lambda tag: end(tag.rpartition(" ")[2])
    parser.CharacterDataHandler = text
    unpacked = 0
    try:
        with archive.open(name) as member:
            while chunk := member.read(CHUNK):
                unpacked += len(chunk)
                if unpacked > MAX_XML:
                    raise UnreadableError(TOO_LARGE)
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, zipfile.BadZipFile, EOFError, KeyError, NotImplementedError) as error:
        raise UnreadableError(DAMAGED) from error
