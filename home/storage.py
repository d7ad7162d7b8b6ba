"""Where files live: plain files for images that may be public, a private place for everything else."""

from django.core.files.storage import FileSystemStorage, Storage, default_storage, storages
from django.urls import reverse
from django.utils.deconstruct import deconstructible

RESTRICTED = "restricted/"


class PrivateStorage(FileSystemStorage):
    """A folder that no web server serves: files in it have no address, only views hand them out."""

    def url(self, name):
        raise NotImplementedError("A private file has no address of its own.")


@deconstructible
class ImageStorage(Storage):
    """Sends every name that starts with `restricted/` to the private storage, all others to the default one.

    A restricted file has no address of its own: its `url` is a view that asks `home.access`.
    """

    def _storage_of(self, name: str) -> Storage:
        return storages["private"] if str(name).startswith(RESTRICTED) else default_storage

    def _open(self, name, mode="rb"):
        return self._storage_of(name).open(name, mode)

    def _save(self, name, content):
        return self._storage_of(name).save(name, content)

    def delete(self, name):
        self._storage_of(name).delete(name)

    def exists(self, name):
        return self._storage_of(name).exists(name)

    def size(self, name):
        return self._storage_of(name).size(name)

    def path(self, name):
        return self._storage_of(name).path(name)

    def url(self, name):
        if str(name).startswith(RESTRICTED):
            return reverse("restricted_image", args=[str(name).removeprefix(RESTRICTED)])
        return default_storage.url(name)

    def get_modified_time(self, name):
        return self._storage_of(name).get_modified_time(name)
