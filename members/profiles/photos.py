"""Photos: made anew from what was sent, in two sizes, and kept in the private storage.

A photo is called by a random stem, so that a new one has a new address. Its files are `people/<stem>-<size>.webp`.
Nothing of the original file is kept: no place, no camera, no time.
"""

from __future__ import annotations

import datetime as dt
import io
import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image, ImageOps, UnidentifiedImageError

from members.models import Profile

if TYPE_CHECKING:
    from django.core.files.base import File

FOLDER = "people"
SIZES = (480, 96)  # pixels: the person's page, lists
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
UNUSED_FOR = dt.timedelta(hours=1)  # a file younger than this may belong to a form that is being saved
NO_PICTURE = "This is no picture that we can read. Add a JPEG, PNG, WebP or AVIF file."
TOO_LARGE = "This picture is too large. Add one with at most 10 MB and 50 million pixels."


def squares(file: File) -> dict[int, bytes]:
    """The picture that somebody sent as square WebP files, one a size. Raises ValidationError for what is none."""
    if file.size > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        raise ValidationError(TOO_LARGE)
    try:
        picture: Any = Image.open(file, formats=FORMATS)  # reads the head alone
        if picture.width * picture.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
            raise ValidationError(TOO_LARGE)
        picture.draft("RGB", (SIZES[0] * 2, SIZES[0] * 2))  # JPEG: decodes no more than is needed
        picture = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ValidationError(NO_PICTURE) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # what Pillow raises for a file that is cut or broken
        raise ValidationError(NO_PICTURE) from error
    found = {}
    for size in SIZES:
        stream = io.BytesIO()
        ImageOps.fit(picture, (size, size)).save(stream, "WEBP", quality=80)
        found[size] = stream.getvalue()
    return found


def store(pictures: dict[int, bytes]) -> str:
    """Keep the files of a photo; gives its stem."""
    stem = secrets.token_hex(8)
    for size, content in pictures.items():
        storages["private"].save(_path(stem, size), ContentFile(content))
    return stem


def read(stem: str, size: int) -> bytes:
    """One size of a photo. Raises FileNotFoundError where there is none."""
    with storages["private"].open(_path(stem, size)) as file:
        return bytes(file.read())


def remove(stem: str) -> None:
    """Delete the files of a photo. Those that are gone do no harm."""
    for size in SIZES:
        storages["private"].delete(_path(stem, size))


def sweep() -> None:
    """Delete the files that no profile names any more. The clock calls it once a day, for what a crash left behind."""
    storage = storages["private"]
    if not storage.exists(FOLDER):
        return
    used = set(Profile.objects.exclude(photo="").values_list("photo", flat=True))
    for name in storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        old = storage.get_modified_time(path) < timezone.now() - UNUSED_FOR
        if old and name.rpartition("-")[0] not in used:
            storage.delete(path)


def _path(stem: str, size: int) -> str:
    return f"{FOLDER}/{stem}-{size}.webp"
