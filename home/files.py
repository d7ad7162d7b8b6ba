"""What a file is called, how its size is said, and how a part of it is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.http import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from django.http import FileResponse, HttpRequest

    from home.models import SiteDocument

TYPE_NAMES = {
    "pdf": "PDF",
    "docx": "Word",
    "xlsx": "Excel",
    "pptx": "PowerPoint",
    "csv": "CSV",
    "txt": "Text",
    "vtt": "Captions",
    "mp4": "Video",
    "webm": "Video",
    "mp3": "Audio",
}
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]+')
CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def type_name(document: SiteDocument) -> str:
    """What people call a file of this type: "PDF", "Word"."""
    extension = document.file_extension.lower()
    return TYPE_NAMES.get(extension, extension.upper())


def size_text(size: int) -> str:
    """A size in words: "38 bytes", "412 KB", "1.2 MB"; the unit never stands on a line of its own."""
    if size < 1024:
        return f"{size}\u00a0byte{'' if size == 1 else 's'}"
    amount, unit = size / 1024, "KB"
    for larger in ("MB", "GB"):
        if amount >= 1000:
            amount, unit = amount / 1024, larger
    number = f"{amount:.1f}".removesuffix(".0") if amount < 10 else f"{amount:.0f}"
    return f"{number}\u00a0{unit}"


def describe(document: SiteDocument) -> str:
    """A file's type and size: "PDF, 412 KB"; the type alone where the size is not known."""
    size = document.get_file_size()
    return f"{type_name(document)}, {size_text(size)}" if size else type_name(document)


def download_name(document: SiteDocument) -> str:
    """What a file is called on the reader's disk: its title and its own extension, without what a disk refuses."""
    extension = document.file_extension.lower()
    title = " ".join(_NOT_IN_NAMES.sub(" ", document.title).split()).removesuffix(f".{extension}")[:120].strip(" .")
    return f"{title or 'file'}.{extension}" if extension else title or "file"


def in_part(request: HttpRequest, response: HttpResponse | FileResponse) -> HttpResponse | FileResponse:
    """The part of a file that was asked for (RFC 9110 section 14): players need it to jump ahead.

    Takes the whole answer, and gives it back where nothing, or something that we do not take (several ranges, another
    unit, an outdated `If-Range`), was asked for; else 206 with the part, or 416 where the file has no such part.
    """
    opened = getattr(response, "file_to_stream", None)
    if opened is None or response.status_code != 200:
        return response
    response.headers["Accept-Ranges"] = "bytes"
    wanted = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    condition = request.headers.get("If-Range")
    if request.method != "GET" or not wanted or wanted.groups() == ("", ""):
        return response
    if condition and condition not in (response.headers.get("ETag"), response.headers.get("Last-Modified")):
        return response
    size = int(response.headers["Content-Length"])
    first, last = (int(number) if number else None for number in wanted.groups())
    if first is None:
        first, last = max(size - (last or 0), 0), None
    elif last is not None and last < first:
        return response
    end = size - 1 if last is None else min(last, size - 1)
    if first > end:
        opened.close()  # not the response: closing that tells Django that the request is over
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    opened.seek(first)
    response.status_code = 206
    response.streaming_content = _chunks(opened, end - first + 1)  # type: ignore[union-attr]
    response.headers["Content-Length"] = str(end - first + 1)
    response.headers["Content-Range"] = f"bytes {first}-{end}/{size}"
    return response


def _chunks(opened: IO[bytes], left: int) -> Iterator[bytes]:
    while left and (data := opened.read(min(left, CHUNK))):
        left -= len(data)
        yield data
