"""How much the packed streams of a PDF would unpack to, found without keeping any of it."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator

__all__ = ["PackedStreams", "unpacked_sizes"]

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]*\]|/[^\s/<>\[\]()]+|\d+\s+\d+\s+R)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# The dictionary of a stream stands before it; this much is looked back for it.
_LONGEST_DICTIONARY = 16 * 1024
_STEP = 1 << 20
_ZLIB_STARTS = (b"\x78", b"\x48", b"\x68", b"\x58", b"\x38")
_ASCII85, _HEX = {b"ASCII85Decode", b"A85"}, {b"ASCIIHexDecode", b"AHx"}
_FLATE = {b"FlateDecode", b"Fl"}
# Bytes that one packed byte can become at most: 12-bit codes of up to 4,096 bytes; runs of 128.
_WORST = {b"LZWDecode": 2731, b"LZW": 2731, b"RunLengthDecode": 64, b"RL": 64}


class PackedStreams(Exception):
    """A stream is packed in a way that no honest program uses: several times over, or hidden."""


def unpacked_sizes(content: bytes) -> Iterator[int]:
    """Sizes, piece by piece, to be added up and stopped at a limit.

    Streams of LZW and run lengths count as what they could become at worst. Raises PackedStreams.
    """
    for match in _STREAM.finditer(content):
        yield from _sizes_of_stream(content, match.start(), match.end())


def _sizes_of_stream(content: bytes, dictionary_end: int, start: int) -> Iterator[int]:
    filters = _filters(content, dictionary_end)
    if sum(name in _FLATE or name in _WORST for name in filters) > 1:
        raise PackedStreams
    packed: bytes | memoryview = memoryview(content)[start:]
    if filters and (filters[0] in _ASCII85 or filters[0] in _HEX):
        packed = _from_ascii(content[start:], filters.pop(0))
    worst = next((_WORST[name] for name in filters if name in _WORST), 0)
    if worst:
        yield worst * _stored_size(content, start)
    elif bytes(packed[:1]) in _ZLIB_STARTS:
        yield from _inflated_sizes(packed)


def _filters(content: bytes, end: int) -> list[bytes]:
    """The names of a stream's filters, in the order of unpacking; none where it has none."""
    dictionary = content[max(0, end - _LONGEST_DICTIONARY) : end]
    dictionary = dictionary[max(dictionary.rfind(b"endobj"), dictionary.rfind(b"endstream"), 0) :]
    dictionary = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), dictionary)
    found = _FILTER.search(dictionary)
    if found is None:
        return []
    if found[1].endswith(b"R") and found[1][:1].isdigit():
        raise PackedStreams
    return re.findall(rb"/([^\s/<>\[\]()]+)", found[1])


def _from_ascii(encoded: bytes, name: bytes) -> bytes:
    """The bytes a text encoding stands for; what is broken stays unread, here as in a reader."""
    try:
        if name in _HEX:
            return bytes.fromhex(encoded[: encoded.index(b">")].decode("ascii"))
        return base64.a85decode(encoded[: encoded.index(b"~>")])
    except ValueError:
        return b""


def _stored_size(content: bytes, start: int) -> int:
    end = content.find(b"endstream", start)
    return (end if end >= 0 else len(content)) - start


def _inflated_sizes(packed: bytes | memoryview) -> Iterator[int]:
    unpacker = zlib.decompressobj()
    first = True
    try:
        while packed and not unpacker.eof:
            piece = unpacker.decompress(packed, _STEP)
            packed = unpacker.unconsumed_tail
            if first and _is_inflatable(piece):
                raise PackedStreams
            first = False
            yield len(piece)
    except zlib.error:
        return  # not deflated after all


def _is_inflatable(piece: bytes) -> bool:
    """Whether what came out is packed once more: no page, font or picture begins like that."""
    if piece[:1] not in _ZLIB_STARTS or int.from_bytes(piece[:2], "big") % 31:
        return False
    try:
        return len(zlib.decompressobj().decompress(piece, _STEP)) > len(piece)
    except zlib.error:
        return False
