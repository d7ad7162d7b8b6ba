"""Makes "my data": a ZIP archive with everything as JSON, the same to read as HTML, and the files."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone

from members.privacy.parts import parts_of

if TYPE_CHECKING:
    from members.privacy.parts import Part


def archive(user: Any) -> IO[bytes]:
    """A temporary file, at its beginning, with the archive. Files are packed as they are: most are compressed already."""
    parts = parts_of(user)
    stream = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it, and with that it is gone
    with zipfile.ZipFile(stream, "w") as packed:
        missing = [attached.path for part in parts for attached in part.files if not _pack(packed, attached)]
        made = timezone.now()
        packed.writestr("data.json", _json(parts, made, missing), zipfile.ZIP_DEFLATED)
        context = {"parts": parts, "made": made, "site": settings.SITE_URL, "missing": missing}
        page = render_to_string("members/privacy/export.html", context)
        packed.writestr("data.html", page, zipfile.ZIP_DEFLATED)
    stream.seek(0)
    return stream


def _pack(packed: zipfile.ZipFile, attached: Any) -> bool:
    try:
        with attached.open() as source, packed.open(attached.path, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target)
    except FileNotFoundError:
        return False
    return True


def _json(parts: list[Part], made: Any, missing: list[str]) -> str:
    data = {"made": made, "site": settings.SITE_URL, "missing_files": missing}
    data |= {part.key: part.rows for part in parts}
    return json.dumps(data, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False)
