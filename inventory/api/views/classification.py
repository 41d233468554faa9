"""Endpoints of categories, tax categories and generics."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from core.api import ApiView
from core.pagination import page_of
from inventory.api.serializers.classification import (
    CategoryIn,
    CategoryOut,
    CategoryPatch,
    GenericOut,
    IngredientFilter,
    IngredientNamesIn,
    TaxCategoryIn,
    TaxCategoryOut,
    TaxCategoryPatch,
)
from inventory.api.views.catalogue import READ, WRITE, example
from inventory.selectors import classification as selectors
from inventory.services import classification, composition


class CategoryListView(ApiView):
    permissions = {"get": READ, "post": WRITE}

    @extend_schema(operation_id="inventory_categories_list", responses=page_of(CategoryOut))
    def get(self, request: Request) -> Response:
        """All categories, flat: `parent_id` makes the tree."""
        return self.page(selectors.categories_list(), CategoryOut)

    @extend_schema(
        operation_id="inventory_categories_create",
        request=CategoryIn,
        responses={201: CategoryOut},
        examples=example("A subcategory", name_ar="مسكنات", name_en="Analgesics", parent_id=3),
    )
    def post(self, request: Request) -> Response:
        """Add a category.

        409 `category_refused` for a name that is taken there, or more than six levels.
        """
        category_id = classification.category_create(actor=self.actor, **self.parse(CategoryIn))
        return _category(category_id, status=HTTP_201_CREATED)


class CategoryView(ApiView):
    permissions = {"patch": WRITE, "delete": WRITE}

    @extend_schema(
        operation_id="inventory_categories_update",
        request=CategoryPatch,
        responses=CategoryOut,
        examples=example("Move it to the top", parent_id=None),
    )
    def patch(self, request: Request, category_id: int) -> Response:
        """Rename a category or move it with all below it; never into itself."""
        classification.category_update(
            actor=self.actor, category_id=category_id, changes=self.parse(CategoryPatch)
        )
        return _category(category_id)

    @extend_schema(operation_id="inventory_categories_delete", responses={204: None})
    def delete(self, request: Request, category_id: int) -> Response:
        """Remove a category that has no subcategories and no products."""
        classification.category_delete(actor=self.actor, category_id=category_id)
        return Response(status=HTTP_204_NO_CONTENT)


class TaxCategoryListView(ApiView):
    permissions = {"get": READ, "post": WRITE}

    @extend_schema(operation_id="inventory_tax_categories_list", responses=page_of(TaxCategoryOut))
    def get(self, request: Request) -> Response:
        """The rates of tax products fall under."""
        return self.page(selectors.tax_categories_list(), TaxCategoryOut)

    @extend_schema(
        operation_id="inventory_tax_categories_create",
        request=TaxCategoryIn,
        responses={201: TaxCategoryOut},
        examples=example("Medicines", code="reduced", name_ar="أدوية", rate_percent="5"),
    )
    def post(self, request: Request) -> Response:
        """Add a tax category; 409 `tax_category_refused` where its code is taken."""
        pk = classification.tax_category_create(actor=self.actor, **self.parse(TaxCategoryIn))
        row = TaxCategoryOut(selectors.tax_categories_list().get(pk=pk))
        return Response(row.data, status=HTTP_201_CREATED)


class TaxCategoryView(ApiView):
    permissions = {"patch": WRITE}

    @extend_schema(
        operation_id="inventory_tax_categories_update",
        request=TaxCategoryPatch,
        responses=TaxCategoryOut,
        examples=example("A new rate", rate_percent="7.5"),
    )
    def patch(self, request: Request, tax_category_id: int) -> Response:
        """Change a name, or the rate from now on."""
        classification.tax_category_update(
            actor=self.actor, tax_category_id=tax_category_id, changes=self.parse(TaxCategoryPatch)
        )
        return Response(
            TaxCategoryOut(selectors.tax_categories_list().get(pk=tax_category_id)).data
        )


class IngredientListView(ApiView):
    permissions = {"get": READ}

    @extend_schema(
        operation_id="inventory_ingredients_list",
        parameters=[IngredientFilter],
        responses=page_of(GenericOut),
    )
    def get(self, request: Request) -> Response:
        """Generic names known so far; products add theirs as they are written."""
        return self.page(selectors.ingredients_list(**self.query(IngredientFilter)), GenericOut)


class IngredientView(ApiView):
    permissions = {"put": WRITE}

    @extend_schema(
        operation_id="inventory_ingredients_rename",
        request=IngredientNamesIn,
        responses=GenericOut,
        examples=example("Correct names", name_ar="باراسيتامول", name_en="Paracetamol"),
    )
    def put(self, request: Request, ingredient_id: int) -> Response:
        """Correct a generic's names, for all products that hold it."""
        composition.ingredient_rename(
            actor=self.actor, ingredient_id=ingredient_id, **self.parse(IngredientNamesIn)
        )
        return Response(GenericOut(selectors.ingredients_list().get(pk=ingredient_id)).data)


def _category(category_id: int, status: int = 200) -> Response:
    row = selectors.categories_list().get(pk=category_id)
    return Response(CategoryOut(row).data, status=status)
