"""Content negotiation for exports."""

from typing import Any

from rest_framework.renderers import BaseRenderer


class CsvRenderer(BaseRenderer):
    """Lets a client ask for ``text/csv``. The view streams the lines; errors stay JSON."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        from rest_framework.renderers import JSONRenderer

        return JSONRenderer().render(data, *args, **kwargs)
