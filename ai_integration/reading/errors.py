"""Why a document could not be read. Pure Python: the application turns `code` into its own error.

`code` is stable and English; `detail` says what was seen and what would help.
"""

from __future__ import annotations


class ReadingError(Exception):
    """Base of everything the readers raise on purpose."""

    code = "document_not_read"

    def __init__(self, detail: str = "") -> None:
        self.detail = detail or (self.__doc__ or self.code).strip().splitlines()[0]
        super().__init__(self.detail)


class DocumentUnreadable(ReadingError):
    """The file is damaged, cut short, or not of the type it claims to be."""

    code = "document_unreadable"


class DocumentEncrypted(ReadingError):
    """The file is protected by a password."""

    code = "document_encrypted"


class DocumentEmpty(ReadingError):
    """The file has no bytes, no pages or no filled cells."""

    code = "document_empty"


class DocumentTooLarge(ReadingError):
    """The file would unpack to more than may be read."""

    code = "document_too_large"


class UnsupportedDocument(ReadingError):
    """No reader exists for this type of file."""

    code = "document_type_unsupported"


class TooManyPages(ReadingError):
    """The document has more pages than may be read."""

    code = "too_many_pages"

    def __init__(self, pages: int, max_pages: int) -> None:
        self.pages = pages
        self.max_pages = max_pages
        super().__init__(f"The document has {pages} pages; at most {max_pages} are read.")


class OcrNotInstalled(ReadingError):
    """Reading a photo or a scan needs Tesseract (languages ara and eng) and OpenCV."""

    code = "ocr_not_installed"


class NoTableFound(ReadingError):
    """No rows with a name and a price were found."""

    code = "no_table_found"


class NameColumnMissing(NoTableFound):
    """The table has no column of product names."""

    code = "name_column_missing"


class PriceColumnMissing(NoTableFound):
    """The table has no column of prices."""

    code = "price_column_missing"


class TextUndecodable(ReadingError):
    """The text is in no encoding that could be recognised."""

    code = "text_undecodable"


class UnusablePayload(ReadingError):
    """An engine's result does not have a shape that can be read.

    `errors` lists each fault as a JSON pointer into the payload and the reason.
    """

    code = "unusable_payload"

    def __init__(self, errors: list[dict[str, str]]) -> None:
        self.errors = errors
        first = errors[0] if errors else {"pointer": "", "reason": "nothing usable"}
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(f"{first['pointer'] or '/'}: {first['reason']}{more}")
