"""Moments that are sent are of a year a pharmacy may have; then any JSON date-time can say them."""

from importlib import import_module

import pytest
from django.conf import settings
from rest_framework.serializers import DateTimeField

from core.api import InputSerializer, MomentIn


def every_subclass(one):
    for other in one.__subclasses__():
        yield other
        yield from every_subclass(other)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "capital/reports/balance-sheet/?known_at=1247-03-24T13:42:12-05:14",
        "capital/reports/trial-balance/?known_at=1979-12-31T23:59:59Z",
        "inventory/reports/valuation/?known_at=1247-03-24",
        "inventory/reports/valuation/?known_at=3000-01-01T00:00:00Z",
    ],
)
def test_a_moment_of_another_age_is_refused(path, client_as):
    answer = client_as("owner").get(f"/api/v1/{path}")
    assert answer.status_code == 400
    [problem] = answer.json()["errors"]
    assert (problem["field"], problem["code"]) == ("known_at", "out_of_range")
    assert "1980" in problem["detail"]
    assert "2999" in problem["detail"]


@pytest.mark.django_db
def test_the_first_moment_is_told_as_it_was_sent(client_as):
    answer = client_as("owner").get(
        "/api/v1/capital/reports/balance-sheet/?known_at=1980-01-01T00:00:00Z"
    )
    assert answer.json()["known_at"] == "1980-01-01T02:00:00+02:00"


def test_no_input_takes_moments_of_any_age():
    import_module(settings.ROOT_URLCONF)
    careless = [
        f"{input_.__module__}.{input_.__name__}.{name}"
        for input_ in every_subclass(InputSerializer)
        for name, field in input_().fields.items()
        if isinstance(field, DateTimeField) and not isinstance(field, MomentIn)
        and not field.read_only
    ]  # fmt: skip
    assert careless == []
