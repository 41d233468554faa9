"""Reading a file of opening stock: bytes -> table -> checked rows. No query is made here."""
