#!/usr/bin/env python
"""The Arabic translations, without GNU gettext (which is not on every machine).

    translations.py update    collect the texts of the code into locale/ar/LC_MESSAGES/django.po
    translations.py compile   compile it into django.mo, which is committed
    translations.py check     exit 1 unless both are complete, consistent and fresh

English is the language of the code and needs no catalogue.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "ar"
PO_FILE = ROOT / "locale" / LOCALE / "LC_MESSAGES" / "django.po"
MO_FILE = PO_FILE.with_suffix(".mo")

APPS = (
    *("core", "users", "rbac", "files", "capital", "inventory"),
    *("sales", "purchases", "ai_integration", "notifications", "config"),
)
METHODS = [("**/tests/**", "ignore"), ("**/migrations/**", "ignore"), ("**.py", "python")]
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def texts_of_the_code() -> Catalog:
    """Every text marked for translation, with the modules it stands in."""
    catalog = Catalog(locale=LOCALE, charset="utf-8")
    for app in APPS:
        found = extract_from_dir(str(ROOT / app), method_map=METHODS, keywords=KEYWORDS)
        for filename, _line, message, comments, context in found:
            # No line numbers: they would change the catalogue with every edit of a module.
            place = f"{app}/{Path(filename).as_posix()}"
            catalog.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    return catalog


def translations() -> Catalog:
    if not PO_FILE.exists():
        return Catalog(
            locale=LOCALE,
            project="Pharmacio",
            version="1",
            header_comment="# Arabic translations of Pharmacio.",
            charset="utf-8",
            fuzzy=False,
        )
    with PO_FILE.open("rb") as handle:
        return read_po(handle, locale=LOCALE)


def updated() -> Catalog:
    """The translations with the texts of today: new ones blank, unused ones gone."""
    catalog = translations()
    created_at = catalog.creation_date
    catalog.update(texts_of_the_code(), no_fuzzy_matching=True)
    catalog.creation_date = created_at  # else every run would be a change
    catalog.obsolete.clear()
    return catalog


def compiled(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def as_po(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalog, sort_output=True, omit_header=False, include_lineno=False, width=100)
    return buffer.getvalue()


def forms(value: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def faults_of(message: Message) -> Iterator[str]:
    sources, targets = forms(message.id), forms(message.string)
    if not all(targets):
        yield f"not translated: {sources[0]!r} ({message.locations[0][0]})"
    elif message.fuzzy:
        yield f"marked fuzzy: {sources[0]!r}"
    # A form for one or two may say the number in words; no form may invent a placeholder.
    allowed = set().union(*(placeholders(source) for source in sources))
    required = allowed if len(targets) == 1 else set()
    for target in filter(None, targets):
        if not required <= placeholders(target) <= allowed:
            yield f"placeholders differ: {sources[0]!r} -> {target!r}"


def faults() -> Iterator[str]:
    """What is wrong with the translations, a line each."""
    written = translations()
    known = {(message.context, message.id) for message in written if message.id}
    today = {(message.context, message.id) for message in texts_of_the_code() if message.id}
    for _context, text in sorted(today - known, key=str):
        yield f"missing: {forms(text)[0]!r}; run `make messages` and translate it"
    for _context, text in sorted(known - today, key=str):
        yield f"no longer used: {forms(text)[0]!r}; run `make messages`"
    for message in written:
        if message.id:
            yield from faults_of(message)
    if not MO_FILE.exists() or MO_FILE.read_bytes() != compiled(written):
        yield f"{MO_FILE.relative_to(ROOT)} is not fresh; run `make messages`"


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            PO_FILE.parent.mkdir(parents=True, exist_ok=True)
            PO_FILE.write_bytes(as_po(updated()))
        case ["compile"]:
            MO_FILE.write_bytes(compiled(translations()))
        case ["check"]:
            found = list(faults())
            for fault in found:
                print(fault)
            print(f"translations: {len(found)} faults" if found else "translations: complete")
            return 1 if found else 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
