"""The goods of an order, scanned box by box, and one box looked at twice."""

from __future__ import annotations

from typing import Any

from scripts.demo import printing as out
from scripts.demo.checks import require
from scripts.demo.client import Who, far_expiry

# Any number of fourteen digits whose last one checks the others, as GS1 gives them to packs.
GTIN = "06210000000014"
GROUP_SEPARATOR = "\x1d"


def receive_by_scanning(who: Who, order: dict[str, Any]) -> None:
    """One pack by its DataMatrix, everything else by hand."""
    pharmacist = who("pharmacist")
    who("owner").post(
        "/inventory/locations/", {"code": "QUARANTINE", "name": "Quarantine", "kind": "quarantine"}
    )
    expiry = far_expiry()
    first, *others = order["lines"]
    pharmacist.post(f"/inventory/products/{first['product']['id']}/barcodes/", {"value": GTIN})
    begun = pharmacist.post(
        "/receivings/", {"order_id": order["id"], "delivery_note": f"DN-{order['number']}"}
    )
    path = f"/receivings/{begun['id']}"
    code = f"]d201{GTIN}17{expiry:%y%m%d}10A1{GROUP_SEPARATOR}21S0001"
    pharmacist.post(f"{path}/scans/", {"scans": [{"code": code}]})
    again = pharmacist.refused(f"{path}/scans/", {"scans": [{"code": code}]})
    out.line(f"the same pack scanned twice is refused: {again['errors'][0]['detail']}")
    by_hand = [(first, first["outstanding_quantity"] - 1)]
    by_hand += [(line, line["outstanding_quantity"]) for line in others]
    entered = pharmacist.post(
        f"{path}/scans/",
        {
            "scans": [
                {
                    "product_id": line["product"]["id"],
                    "quantity": quantity,
                    "batch_number": f"B{line['id']:05d}",
                    "expiry_date": expiry.isoformat(),
                }
                for line, quantity in by_hand
                if quantity
            ]
        },
    )
    require(len(entered["scans"]) >= len(others), f"not all was taken in: {entered}")
    pharmacist.post(
        f"{path}/lines/1/", {"packaging_intact": False, "note": "Dented"}, method="PATCH"
    )
    receipt = pharmacist.post(f"{path}/post/")
    waiting = pharmacist.get("/goods-inspections/", state="pending")["results"]
    require(len(waiting) == 1, f"one dented pack should wait for an inspection: {waiting}")
    pharmacist.post(
        "/goods-inspections/decide/",
        {
            "decisions": [
                {
                    "inspection_id": waiting[0]["id"],
                    "accepted_quantity": waiting[0]["quantity"],
                    "note": "The box only",
                }
            ]
        },
    )
    out.done(f"{receipt['number']}: a dented pack waited in quarantine, and was then accepted")
