"""Paths of the catalogue beyond products themselves: what they are sorted, named and found by."""

from django.urls import URLPattern, path

from inventory.api.views import classification, descriptions, lookup

# Below one product.
OF_PRODUCT: list[URLPattern] = [
    path("aliases/", descriptions.AliasListView.as_view(), name="inventory-aliases"),
    path("aliases/<id:alias_id>/", descriptions.AliasView.as_view(), name="inventory-alias"),
    path("attachments/", descriptions.AttachmentListView.as_view(), name="inventory-attachments"),
    path(
        "attachments/<id:attachment_id>/",
        descriptions.AttachmentView.as_view(),
        name="inventory-attachment",
    ),
    path(
        "attachments/<id:attachment_id>/link/",
        descriptions.AttachmentLinkView.as_view(),
        name="inventory-attachment-link",
    ),
    path("substitutes/", lookup.SubstituteListView.as_view(), name="inventory-substitutes"),
    path("merge/", lookup.MergeView.as_view(), name="inventory-merge"),
]

OF_CATALOGUE: list[URLPattern] = [
    path("search/", lookup.SuggestView.as_view(), name="inventory-search"),
    path("scan/", lookup.ScanView.as_view(), name="inventory-scan"),
    path("categories/", classification.CategoryListView.as_view(), name="inventory-categories"),
    path(
        "categories/<id:category_id>/",
        classification.CategoryView.as_view(),
        name="inventory-category",
    ),
    path(
        "tax-categories/",
        classification.TaxCategoryListView.as_view(),
        name="inventory-tax-categories",
    ),
    path(
        "tax-categories/<id:tax_category_id>/",
        classification.TaxCategoryView.as_view(),
        name="inventory-tax-category",
    ),
    path("ingredients/", classification.IngredientListView.as_view(), name="inventory-ingredients"),
    path(
        "ingredients/<id:ingredient_id>/",
        classification.IngredientView.as_view(),
        name="inventory-ingredient",
    ),
]
