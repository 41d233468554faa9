"""Pausing the garbage collector where it can only waste time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collection_paused"]


@contextmanager
def collection_paused() -> Iterator[None]:
    """No cyclic garbage collection in the block.

    An index holds about a million objects that all stay, and matching makes no reference cycles:
    the collector would walk over the whole index again and again and find nothing. Pausing it
    saves a third of the time. Nested and concurrent use is harmless: whoever found it running
    starts it again.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
