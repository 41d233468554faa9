"""Endpoints of products, packagings, barcodes and locations."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from core.api import ApiView
from core.pagination import KeysFirst, page_of
from inventory.api.serializers.catalogue import (
    BarcodeIn,
    BarcodeOut,
    LifecycleIn,
    LocationIn,
    LocationOut,
    LocationPatch,
    PackagingIn,
    PackagingOut,
    PackagingPatch,
    ProductDetailOut,
    ProductFilter,
    ProductIn,
    ProductOut,
    ProductPatch,
    ShortageOut,
)
from inventory.selectors import catalogue as selectors
from inventory.selectors.search import products_list
from inventory.selectors.stock import shortages_list
from inventory.services import barcodes, catalogue, locations, packagings

READ = "inventory.view"
WRITE = "inventory.manage_catalogue"


def example(title: str, **value: Any) -> list[OpenApiExample]:
    """One example of a request body."""
    return [OpenApiExample(title, value=value, request_only=True)]


class ProductListView(ApiView):
    permissions = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="inventory_products_list",
        parameters=[ProductFilter],
        responses=page_of(ProductOut),
    )
    def get(self, request: Request) -> Response:
        """Products with their stock, by name; search in Arabic, English or by barcode."""
        found = products_list(now=self.now, **self.query(ProductFilter))
        return self.page(KeysFirst(found), ProductOut)

    @extend_schema(
        operation_id="inventory_products_create",
        request=ProductIn,
        responses={201: ProductDetailOut},
        examples=example(
            "A box of 24 tablets",
            name_ar="بانادول",
            name_en="Panadol",
            strength="500 mg",
            form="مضغوطات",
            route="oral",
            manufacturer="GSK",
            ingredients=[{"name_en": "Paracetamol", "strength": "500", "unit": "mg"}],
            atc_code="N02BE01",
            prescription_class="otc",
            base_unit="tablet",
            public_price="500.00",
            min_stock=48,
            reorder_point=96,
            max_stock=240,
            purchase_units=24,
        ),
    )
    def post(self, request: Request) -> Response:
        """Add a product; it is `new` until its first receipt makes it `active`."""
        product_id = catalogue.product_create(
            actor=self.actor, now=self.now, **self.parse(ProductIn)
        )
        return _product(self, product_id, status=HTTP_201_CREATED)


class ProductView(ApiView):
    permissions = {"get": READ, "patch": WRITE}

    @extend_schema(operation_id="inventory_products_read", responses=ProductDetailOut)
    def get(self, request: Request, product_id: int) -> Response:
        """One product with its stock, packagings and barcodes."""
        return _product(self, product_id)

    @extend_schema(
        operation_id="inventory_products_update",
        request=ProductPatch,
        responses=ProductDetailOut,
        examples=example("New limits", min_stock=60, max_stock=300),
    )
    def patch(self, request: Request, product_id: int) -> Response:
        """Change what is sent; everything else stays."""
        changes = self.parse(ProductPatch)
        catalogue.product_update(
            actor=self.actor,
            now=self.now,
            product_id=product_id,
            ingredients=changes.pop("ingredients", None),
            changes=changes,
        )
        return _product(self, product_id)


class ProductLifecycleView(ApiView):
    permissions = {"post": WRITE}

    @extend_schema(
        operation_id="inventory_products_move",
        request=LifecycleIn,
        responses=ProductDetailOut,
        examples=example("Sell what is left", to="phase_out", reason="The maker has stopped it"),
    )
    def post(self, request: Request, product_id: int) -> Response:
        """Move a product through its life: new → active → phase_out → discontinued → archived.

        409 `lifecycle_refused` where there is no such step, or where stock is left of a product
        that is to be discontinued or archived.
        """
        catalogue.product_move(
            actor=self.actor, now=self.now, product_id=product_id, **self.parse(LifecycleIn)
        )
        return _product(self, product_id)


class BarcodeListView(ApiView):
    permissions = {"get": READ, "post": WRITE}

    @extend_schema(operation_id="inventory_barcodes_list", responses=BarcodeOut(many=True))
    def get(self, request: Request, product_id: int) -> Response:
        """The barcodes of a product and of its packagings."""
        return Response(BarcodeOut(selectors.barcodes_of(product_id), many=True).data)

    @extend_schema(
        operation_id="inventory_barcodes_create",
        request=BarcodeIn,
        responses={201: BarcodeOut(many=True)},
        examples=example("EAN-13 of the box", value="6221234567892"),
    )
    def post(self, request: Request, product_id: int) -> Response:
        """Add a barcode; 409 `barcode_taken` names the product that has it already."""
        barcodes.barcode_add(
            actor=self.actor, now=self.now, product_id=product_id, **self.parse(BarcodeIn)
        )
        rows = BarcodeOut(selectors.barcodes_of(product_id), many=True)
        return Response(rows.data, status=HTTP_201_CREATED)


class BarcodeView(ApiView):
    permissions = {"delete": WRITE}

    @extend_schema(operation_id="inventory_barcodes_delete", responses={204: None})
    def delete(self, request: Request, product_id: int, barcode_id: int) -> Response:
        """Take a barcode off a product."""
        barcodes.barcode_remove(actor=self.actor, product_id=product_id, barcode_id=barcode_id)
        return Response(status=HTTP_204_NO_CONTENT)


class PackagingListView(ApiView):
    permissions = {"get": READ, "post": WRITE}

    @extend_schema(operation_id="inventory_packagings_list", responses=PackagingOut(many=True))
    def get(self, request: Request, product_id: int) -> Response:
        """The packs of a product."""
        return Response(PackagingOut(selectors.packagings_of(product_id), many=True).data)

    @extend_schema(
        operation_id="inventory_packagings_create",
        request=PackagingIn,
        responses={201: PackagingOut},
        examples=[
            *example("Strip of ten tablets", name="ظرف", units=10, price="4500.00"),
            *example("Box of three strips", name="علبة", inner_id=7, inner_count=3),
        ],
    )
    def post(self, request: Request, product_id: int) -> Response:
        """Add a pack; as purchase default it takes that from the one before."""
        packaging_id = packagings.packaging_create(
            actor=self.actor, product_id=product_id, **self.parse(PackagingIn)
        )
        return _packaging(product_id, packaging_id, status=HTTP_201_CREATED)


class PackagingView(ApiView):
    permissions = {"patch": WRITE, "delete": WRITE}

    @extend_schema(
        operation_id="inventory_packagings_update",
        request=PackagingPatch,
        responses=PackagingOut,
        examples=example("New price", price="4750.00"),
    )
    def patch(self, request: Request, product_id: int, packaging_id: int) -> Response:
        """Change what is sent; everything else stays."""
        packagings.packaging_update(
            actor=self.actor,
            product_id=product_id,
            packaging_id=packaging_id,
            changes=self.parse(PackagingPatch),
        )
        return _packaging(product_id, packaging_id)

    @extend_schema(operation_id="inventory_packagings_delete", responses={204: None})
    def delete(self, request: Request, product_id: int, packaging_id: int) -> Response:
        """Remove a pack without barcodes."""
        packagings.packaging_delete(
            actor=self.actor, product_id=product_id, packaging_id=packaging_id
        )
        return Response(status=HTTP_204_NO_CONTENT)


class LocationListView(ApiView):
    permissions = {"get": READ, "post": WRITE}

    @extend_schema(operation_id="inventory_locations_list", responses=LocationOut(many=True))
    def get(self, request: Request) -> Response:
        """Places where stock is kept."""
        return Response(LocationOut(selectors.locations_list(), many=True).data)

    @extend_schema(
        operation_id="inventory_locations_create",
        request=LocationIn,
        responses={201: LocationOut},
        examples=example("Fridge", code="fridge", name="البراد", kind="fridge"),
    )
    def post(self, request: Request) -> Response:
        """Add a location."""
        location_id = locations.location_create(actor=self.actor, **self.parse(LocationIn))
        return _location(location_id, status=HTTP_201_CREATED)


class LocationView(ApiView):
    permissions = {"patch": WRITE}

    @extend_schema(
        operation_id="inventory_locations_update",
        request=LocationPatch,
        responses=LocationOut,
        examples=example("Close it", is_active=False),
    )
    def patch(self, request: Request, location_id: int) -> Response:
        """Rename, open or close a location, or make it the default one."""
        locations.location_update(
            actor=self.actor, location_id=location_id, **self.parse(LocationPatch)
        )
        return _location(location_id)


class ShortageListView(ApiView):
    permissions = {"get": READ}

    @extend_schema(operation_id="inventory_shortages_list", responses=page_of(ShortageOut))
    def get(self, request: Request) -> Response:
        """Products to be ordered: stock and incoming are down to the reorder point or minimum."""
        return self.page(shortages_list(now=self.now), ShortageOut)


def _product(view: ApiView, product_id: int, **kwargs: Any) -> Response:
    product = selectors.product_detail(product_id, now=view.now)
    return Response(ProductDetailOut(product).data, **kwargs)


def _packaging(product_id: int, packaging_id: int, **kwargs: Any) -> Response:
    packaging = selectors.packagings_of(product_id).get(pk=packaging_id)
    return Response(PackagingOut(packaging).data, **kwargs)


def _location(location_id: int, **kwargs: Any) -> Response:
    return Response(LocationOut(selectors.locations_list().get(pk=location_id)).data, **kwargs)
