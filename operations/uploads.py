"""Files that are too large are not stored: their bytes are let go as they come, and the answer names the file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class FileTooLarge(RequestDataTooBig):
    """A file of a request is over the limit."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__(f"A file of {size} bytes is over the limit.")
        self.name, self.size = name, size


class FileLimit(FileUploadHandler):
    """Stands before Django's own handlers. Reads to the end, so that the browser comes to see the answer.

    Raises FileTooLarge for the first file over `LARGEST_UPLOAD`. Forms have lower limits of their own, and words for them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sizes: list[tuple[str, int]] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self._sizes.append((self.file_name or "", 0))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Pass on what is within the limit."""
        name, size = self._sizes[-1]
        self._sizes[-1] = (name, size + len(raw_data))
        return raw_data if size + len(raw_data) <= settings.LARGEST_UPLOAD else None

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that store it."""

    def upload_complete(self) -> None:
        """Refuse, once everything has been read."""
        for name, size in self._sizes:
            if size > settings.LARGEST_UPLOAD:
                raise FileTooLarge(name, size)
