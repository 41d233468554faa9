"""The whole journey of an offer over HTTP, as the people of a pharmacy live it.

    python -m scripts.demo [--offer FILE] [--exit] [--port 8000]

Usually through `make demo`. Every run starts with an empty database of its own.
"""
