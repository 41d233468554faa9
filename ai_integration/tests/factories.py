import factory
from django.utils import timezone

from ai_integration.models import ExtractionJob
from files.tests.factories import StoredFileFactory
from purchases.tests.factories import SupplierFactory
from users.tests.factories import UserFactory

OFFER_CSV = (
    'الاسم,البونص,السعر\nلوراتيفان 1 ملغ اقراص,دفتر,"4,600"\nكالسيوم كير,1+6,"76,000"\n'
).encode()


class ExtractionJobFactory(factory.django.DjangoModelFactory):
    """A queued job of a small CSV offer."""

    class Meta:
        model = ExtractionJob

    supplier = factory.SubFactory(SupplierFactory)
    file = factory.SubFactory(StoredFileFactory, content=OFFER_CSV)
    file_sha256 = factory.SelfAttribute("file.sha256")
    queued_at = factory.LazyFunction(timezone.now)
    next_attempt_at = factory.SelfAttribute("queued_at")
    uploaded_by = factory.SubFactory(UserFactory)
