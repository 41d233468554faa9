"""A little report on which the manners of exports are tested."""

from django.urls import path

from core.api import PUBLIC, InputSerializer
from files.public import ExportableView
from files.tests.reports import report


class NoFilter(InputSerializer):
    pass


class BalancesView(ExportableView):
    permissions = {"get": PUBLIC}

    def get(self, request):
        self.query(NoFilter)
        return self.report(body=lambda: {"title": str(report().title)}, table=report)


urlpatterns = [path("api/v1/balances/", BalancesView.as_view())]
