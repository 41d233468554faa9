"""A decision about one line speaks for similar ones, and can be forgotten."""

from decimal import Decimal

import pytest

from core.audit import SYSTEM
from core.models import AuditEntry
from inventory.public import product_create
from purchases.drafts import OfferDraft, OfferLineDraft
from purchases.errors import LearntNameNotFound, OfferLineInUse
from purchases.models import OfferLine, ProductAlias
from purchases.services.offers.learning import learnt_name_forget
from purchases.services.offers.offers import offer_create
from purchases.services.offers.review import offer_line_correct
from purchases.tests.factories import SupplierFactory, draft_proposal
from purchases.tests.snapshots import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(now):
    """name -> product id: two strengths of one brand, and others around them."""
    names = [
        ("كونكور 5 مجم 30 قرص", "CONCOR 5 MG 30 TAB", "54"),
        ("كونكور 10 مجم 30 قرص", "CONCOR 10 MG 30 TAB", "81"),
        ("سيتال شراب 120 مل", "CETAL SYRUP 120 ML", "31"),
        ("بانادول 500 مجم 24 قرص", "PANADOL 500 MG 24 TAB", "40"),
        ("فيوسيدرم كريم 15 جم", "FUSIDERM CREAM 15 GM", "44"),
        ("زيثرون 500 مجم 3 قرص", "XITHRONE 500 MG 3 TAB", "65"),
    ]
    return {
        english: product_create(
            actor=SYSTEM, now=now, name_ar=arabic, name_en=english, public_price=Decimal(price)
        )
        for arabic, english, price in names
    }


def offered(supplier, *names, now, price=None):
    """Lines of a new offer of the supplier."""
    offer_id = offer_create(
        actor=SYSTEM,
        now=now,
        draft=OfferDraft(
            supplier_id=supplier.pk,
            source_type="tests.document",
            source_id=f"{supplier.pk}-{OfferLine.objects.count()}",
            lines=tuple(OfferLineDraft(name=name, list_price=price) for name in names),
        ),
    )
    return list(OfferLine.objects.filter(offer_id=offer_id).order_by("position"))


def correct(line, product_id, actor, now):
    offer_line_correct(actor=actor, now=now, line_id=line.pk, product_id=product_id)
    return ProductAlias.objects.get(learnt_from=line)


def first(line):
    return line.product_id or (line.candidates[0]["product_id"] if line.candidates else None)


def codes(line):
    return {reason[0] for reason in line.candidates[0]["reasons"]}


class TestSimilarLines:
    def test_a_word_of_the_supplier_finds_its_brand_in_another_strength(
        self, catalogue, buyer, now
    ):
        supplier = SupplierFactory()
        [taught] = offered(supplier, "ضغطاوى 5 مجم 30 قرص", now=now)
        [before] = offered(supplier, "ضغطاوى 10 مجم 30 قرص", now=now)
        ten = catalogue["CONCOR 10 MG 30 TAB"]
        assert first(before) != ten
        correct(taught, catalogue["CONCOR 5 MG 30 TAB"], buyer, now)
        [after] = offered(supplier, "ضغطاوى 10 مجم 30 قرص", now=now)
        assert first(after) == ten
        assert "supplier_word" in codes(after)

    def test_another_suppliers_word_means_nothing(self, catalogue, buyer, now):
        supplier, other = SupplierFactory(), SupplierFactory()
        [taught] = offered(supplier, "ضغطاوى 5 مجم 30 قرص", now=now)
        correct(taught, catalogue["CONCOR 5 MG 30 TAB"], buyer, now)
        [line] = offered(other, "ضغطاوى 10 مجم 30 قرص", now=now)
        assert first(line) != catalogue["CONCOR 10 MG 30 TAB"]

    def test_nearly_the_same_name_speaks_for_the_product(self, catalogue, buyer, now):
        supplier = SupplierFactory()
        cetal = catalogue["CETAL SYRUP 120 ML"]
        [taught] = offered(supplier, "مسكن الاطفال الاحمر شراب", now=now)
        correct(taught, cetal, buyer, now)
        [line] = offered(supplier, "مسكن الاطفال الاحمرر شراب", now=now)
        assert first(line) == cetal
        assert "supplier_history" in codes(line)

    def test_of_two_entries_alike_the_one_the_supplier_offered_before_comes_first(
        self, catalogue, buyer, now
    ):
        twins = [
            product_create(
                actor=SYSTEM, now=now, name_ar="ازموراب 40 مجم 14 كبسول", name_en=f"ESMORAP {n}"
            )
            for n in ("A", "B")
        ]
        supplier = SupplierFactory()
        [before] = offered(supplier, "ازموراب 40 كبسول جديد", now=now)
        wrong_first = next(twin for twin in twins if twin != first(before))
        [taught] = offered(supplier, "اسم اخر تماما", now=now)
        correct(taught, wrong_first, buyer, now)
        [after] = offered(supplier, "ازموراب 40 كبسول جديد", now=now)
        assert first(after) == wrong_first
        assert "offered_before" in codes(after)


class TestForgetting:
    def test_the_lines_a_name_decided_wait_for_review_again(self, catalogue, buyer, now):
        supplier = SupplierFactory()
        name = "ضغطاوى 5 مجم 30 قرص"
        [taught] = offered(supplier, name, now=now)
        alias = correct(taught, catalogue["CONCOR 5 MG 30 TAB"], buyer, now)
        [same] = offered(supplier, name, now=now)
        assert (same.status, same.decision, same.alias_id) == ("matched", "alias", alias.pk)
        learnt_name_forget(actor=buyer, now=now, alias_id=alias.pk)
        for line in (taught, same):
            line.refresh_from_db()
            assert (line.status, line.product_id, line.alias_id) == ("needs_review", None, None)
        assert not ProductAlias.objects.exists()
        entry = AuditEntry.objects.get(action="purchases.learnt_name_forgotten")
        assert entry.changes["reopened"] == sorted([taught.pk, same.pk])

    def test_a_similar_line_that_rests_on_the_name_waits_too(self, catalogue, buyer, now):
        supplier = SupplierFactory()
        [taught] = offered(supplier, "ضغطاوى 5 مجم 30 قرص", now=now)
        alias = correct(taught, catalogue["CONCOR 5 MG 30 TAB"], buyer, now)
        [similar] = offered(supplier, "ضغطاوى 10 مجم 30 قرص", now=now)
        OfferLine.objects.filter(pk=similar.pk).update(
            status="matched",
            product_id=catalogue["CONCOR 10 MG 30 TAB"],
            suggested_product_id=None,
            decision="matcher",
            decided_at=now,
            alias=alias,
        )
        learnt_name_forget(actor=buyer, now=now, alias_id=alias.pk)
        similar.refresh_from_db()
        assert (similar.status, similar.product_id) == ("needs_review", None)

    def test_what_it_taught_about_similar_lines_is_forgotten_with_it(self, catalogue, buyer, now):
        supplier = SupplierFactory()
        [taught] = offered(supplier, "ضغطاوى 5 مجم 30 قرص", now=now)
        alias = correct(taught, catalogue["CONCOR 5 MG 30 TAB"], buyer, now)
        learnt_name_forget(actor=buyer, now=now, alias_id=alias.pk)
        [line] = offered(supplier, "ضغطاوى 10 مجم 30 قرص", now=now)
        assert first(line) != catalogue["CONCOR 10 MG 30 TAB"]

    def test_a_name_whose_line_is_in_an_open_proposal_stays(self, buyer, now):
        proposal = draft_proposal()
        line = proposal.lines.get().offer_line
        OfferLine.objects.filter(pk=line.pk).update(decision="corrected", decided_by_id=buyer.id)
        alias = ProductAlias.objects.create(
            supplier_id=line.offer.supplier_id,
            key=line.match_key,
            product_id=line.product_id,
            learnt_from=line,
            learnt_at=now,
        )
        before = everything()
        with pytest.raises(OfferLineInUse):
            learnt_name_forget(actor=buyer, now=now, alias_id=alias.pk)
        assert everything() == before
        assert ProductAlias.objects.filter(pk=alias.pk).exists()

    def test_an_unknown_name_is_said_to_be_unknown(self, buyer, now):
        with pytest.raises(LearntNameNotFound):
            learnt_name_forget(actor=buyer, now=now, alias_id=1)

    def test_over_the_wire(self, client_as, catalogue, buyer, now):
        supplier = SupplierFactory()
        [taught] = offered(supplier, "ضغطاوى 5 مجم 30 قرص", now=now)
        alias = correct(taught, catalogue["CONCOR 5 MG 30 TAB"], buyer, now)
        client = client_as("purchasing")
        listed = client.get("/api/v1/learnt-names/", {"supplier_id": supplier.pk}).json()["results"]
        assert [row["id"] for row in listed] == [alias.pk]
        assert listed[0]["product"]["name_en"] == "CONCOR 5 MG 30 TAB"
        path = f"/api/v1/learnt-names/{alias.pk}/"
        assert client_as("accountant").delete(path).status_code == 403
        assert client.delete(path).status_code == 204
        assert client.delete(path).status_code == 404
        taught.refresh_from_db()
        assert taught.status == "needs_review"
