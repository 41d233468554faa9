"""Strengths that may be mixed, over the wire."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from purchases.models import Proposal
from purchases.services.proposals.building import proposals_build
from purchases.tests.factories import PLENTY, strengths

pytestmark = pytest.mark.django_db


def path(line):
    return f"/api/v1/offer-lines/{line.pk}/mix/"


def asked(*wishes):
    return {"lines": [{"offer_line_id": line.pk, "quantity": n} for line, n in wishes]}


def test_the_lines_that_count_together_are_listed(client_as):
    lines = strengths(6000, 5800, 5700)
    held, ignored = strengths(5000, 5000, offer=lines[0].offer)
    type(held).objects.filter(pk=held.pk).update(name="بيزوكاند 7 ملغ", flags=["low_confidence"])
    type(ignored).objects.filter(pk=ignored.pk).update(
        name="بيزوكاند 8 ملغ",
        status="ignored",
        decision="ignored",
        product=None,
        decided_by=client_as("purchasing").user,
    )
    strengths(5600)  # of another offer
    shown = client_as("purchasing").get(path(lines[1])).json()
    assert [line["offer_line_id"] for line in shown["lines"]] == [line.pk for line in lines]
    assert client_as("purchasing").get(path(held)).json()["code"] == "line_not_mixed"
    assert client_as("cashier").get(path(lines[0])).status_code == 403


def test_the_mix_of_the_flow_over_the_wire(client_as):
    first, second, third = strengths(6000, 5800, 5700)
    answer = client_as("purchasing").post(
        path(first), asked((first, 30), (second, 20), (third, 10)), format="json"
    )
    shown = answer.json()
    assert (shown["packs"], shown["free_packs"], shown["gifts"]) == (50, 10, [])
    assert (shown["amount"], shown["amount_alone"], shown["saving"]) == (
        "293000.00", "353000.00", "60000.00",
    )  # fmt: skip
    assert shown["lines"][0] == {
        "offer_line_id": first.pk,
        "name": first.name,
        "product_id": first.product_id,
        "needed": 30,
        "packs": 20,
        "free_packs": 10,
        "quantity": 30,
        "amount": "120000.00",
        "true_pack_cost": "4000.000000",
        "true_unit_cost": "4000.000000",
        "amount_alone": "180000.00",
    }


def test_need_counts_base_units_and_not_every_strength_need_be_asked_for(client_as):
    first, _second, third = strengths(6000, 5800, 5700, units=10)
    shown = (
        client_as("purchasing")
        .post(path(third), asked((third, 295), (first, 300)), format="json")
        .json()
    )
    assert [(line["packs"], line["free_packs"]) for line in shown["lines"]] == [(30, 0), (20, 10)]
    assert [line["quantity"] for line in shown["lines"]] == [300, 300]


@pytest.mark.parametrize(
    ("fields", "on", "status"),
    [
        pytest.param({}, "2026-03-15", 200, id="the last day"),
        pytest.param({}, "2026-03-16", 422, id="the day after"),
    ],
)
def test_a_mix_lapses_with_its_deal(client_as, fields, on, status):
    line, _other = strengths(6000, 5800, deal="10+50 حتى 15/3/2026 يمكن تشكيل العيارات", **fields)
    answer = client_as("purchasing").get(path(line), {"on": on})
    assert answer.status_code == status


def test_lines_of_no_mix_twice_or_without_price_are_refused(client_as):
    buyer = client_as("purchasing")
    first, second = strengths(6000, 5800)
    (stranger,) = strengths(100, deal="1+5")
    answer = buyer.post(
        path(first), asked((first, 5), (stranger, 5), (first, 5)), format="json"
    ).json()
    assert answer["code"] == "mix_lines_refused"
    assert [(each["field"], each["code"]) for each in answer["errors"]] == [
        ("lines.1.offer_line_id", "unknown"),
        ("lines.2.offer_line_id", "repeated"),
    ]
    alone = buyer.post(path(stranger), asked((stranger, 5)), format="json")
    assert (alone.status_code, alone.json()["code"]) == (422, "line_not_mixed")
    many = buyer.post(path(first), asked((first, 2_000_000_000)), format="json")
    assert (many.status_code, many.json()["code"]) == (422, "quantity_out_of_range")
    type(second).objects.filter(pk=second.pk).update(list_price=None)
    unpriced = buyer.post(path(first), asked((first, 5), (second, 5)), format="json").json()
    assert (unpriced["code"], unpriced["errors"][0]["field"]) == (
        "price_unknown",
        "lines.1.offer_line_id",
    )


def test_queries_do_not_grow_with_the_strengths(client_as):
    buyer = client_as("purchasing")

    def queries(count):
        lines = strengths(*[1000 + n for n in range(count)])
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = buyer.post(
                path(lines[0]), asked(*((line, 5) for line in lines)), format="json"
            )
        assert len(answer.json()["lines"]) == count
        return len(seen)

    queries(2)
    assert queries(2) == queries(40)


def proposed(buyer, now, *lines):
    """The proposal of a basket that buys the lines, as it stands."""
    proposals_build(actor=buyer, now=now, budget=PLENTY)
    proposal = Proposal.objects.latest("pk")
    assert proposal.lines.count() == len(lines)
    return f"/api/v1/purchase-proposals/{proposal.pk}/mixes/", proposal


def test_a_proposal_tells_what_its_strengths_cost_less_together(client_as, buyer, now):
    # Each product is 40 short: 10 + 50 is not reached by one alone.
    lines = strengths(6000, 5800)
    where, proposal = proposed(buyer, now, *lines)
    assert proposal.total == 30 * 6000 + 40 * 5800
    (mix,) = client_as("purchasing").get(where).json()
    # 70 + 10 bring the 80, the free ones of the dearer.
    assert (mix["packs"], mix["free_packs"], mix["saving"]) == (70, 10, "60000.00")
    assert [(line["packs"], line["free_packs"]) for line in mix["lines"]] == [(30, 10), (40, 0)]
    assert mix["amount"] == "412000.00"


def test_a_proposal_without_a_mix_that_saves_tells_of_none(client_as, buyer, now):
    lines = strengths(6000, 5800, deal="10+500 يمكن تشكيل العيارات")
    where, _proposal = proposed(buyer, now, *lines)
    assert client_as("purchasing").get(where).json() == []
    assert client_as("cashier").get(where).status_code == 403
    missing = client_as("purchasing").get("/api/v1/purchase-proposals/999999/mixes/")
    assert missing.status_code == 404


def test_queries_do_not_grow_with_the_lines_of_a_proposal(client_as, buyer, now):
    def queries(count):
        where, _proposal = proposed(buyer, now, *strengths(*[1000 + n for n in range(count)]))
        client = client_as("purchasing")
        client.get(where)
        with CaptureQueriesContext(connection) as seen:
            (mix,) = client.get(where).json()
        assert len(mix["lines"]) == count
        return len(seen)

    assert queries(2) == queries(12)
