import hashlib

import factory
from django.utils import timezone

from files.models import StoredFile


class StoredFileFactory(factory.django.DjangoModelFactory):
    """A file row; ``content`` is laid into the storage."""

    class Meta:
        model = StoredFile

    class Params:
        content = factory.Sequence(lambda n: f"name,price\nproduct {n},100\n".encode())

    sha256 = factory.LazyAttribute(lambda file: hashlib.sha256(file.content).hexdigest())
    byte_size = factory.LazyAttribute(lambda file: len(file.content))
    content_type = "text/csv"
    original_name = "offer.csv"
    created_at = factory.LazyFunction(timezone.now)

    @factory.lazy_attribute
    def storage_key(self):
        from django.core.files.base import ContentFile
        from django.core.files.storage import default_storage

        return default_storage.save(f"offers/test/{self.sha256}", ContentFile(self.content))
