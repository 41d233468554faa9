"""Rows of the rooms below, for looking at what a service of ours did to them."""

from django.apps import apps

Incoming = apps.get_model("inventory", "Incoming")
Product = apps.get_model("inventory", "Product")
ProductStock = apps.get_model("inventory", "ProductStock")
RegisterEntry = apps.get_model("inventory", "RegisterEntry")
StockLevel = apps.get_model("inventory", "StockLevel")
StockMovement = apps.get_model("inventory", "StockMovement")
JournalEntry = apps.get_model("capital", "JournalEntry")
Commitment = apps.get_model("capital", "Commitment")
JournalLine = apps.get_model("capital", "JournalLine")
