"""JSON as engines write it."""

from rest_framework.parsers import JSONParser


class EngineJSONParser(JSONParser):
    """Takes ``NaN`` and ``Infinity`` too, which Python engines emit; such lines are flagged."""

    strict = False
