"""Every URL of the backend: probes, admin, the API and its documents."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerView

api_v1: list[URLPattern | URLResolver] = [
    path("", include("users.api.urls")),
    path("", include("rbac.api.urls")),
    path("", include("files.api.urls")),
    path("", include("capital.api.urls")),
    path("", include("inventory.api.urls")),
    path("", include("purchases.api.urls")),
    path("", include("ai_integration.api.urls")),
    path("", include("sales.api.urls")),
    path("", include("notifications.api.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("api/v1/", include(api_v1)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path(
        "api/redoc/",
        SpectacularRedocView.as_view(url_name="schema", template_name="core/redoc.html"),
        name="redoc",
    ),
]

handler400 = "config.errors.bad_request"
