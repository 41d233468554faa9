import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files import errors
from files.inspection import file_inspect
from files.tests import documents


def inspect(content, name="offer.bin"):
    return file_inspect(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(
    ("content", "content_type", "pages"),
    [
        (documents.pdf(pages=3), "application/pdf", 3),
        (documents.picture("JPEG"), "image/jpeg", None),
        (documents.picture("PNG"), "image/png", None),
        (documents.picture("WEBP"), "image/webp", None),
        (documents.csv(), "text/csv", None),
        (documents.csv("utf-8-sig"), "text/csv", None),
        (documents.csv("utf-16"), "text/csv", None),
        (documents.csv("windows-1256"), "text/csv", None),
        (
            documents.xlsx(),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            None,
        ),
    ],
)
def test_type_is_decided_by_content_and_not_by_name(content, content_type, pages):
    inspected = inspect(content, name="misleading.exe")
    assert (inspected.content_type, inspected.pages) == (content_type, pages)
    assert inspected.name == "misleading.exe"
    assert len(inspected.sha256) == 64


@pytest.mark.real_data
def test_old_excel_files_are_known(shared_data):
    content = (shared_data / "offers" / "stroka_price_list.xls").read_bytes()
    assert inspect(content).content_type == "application/vnd.ms-excel"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", errors.FileEmpty),
        (documents.executable(), errors.FileTypeNotSupported),
        (b"just a sentence without any table", errors.FileTypeNotSupported),
        (b"<!DOCTYPE html><script>a,b</script>", errors.FileTypeNotSupported),
        (b"GIF89a" + bytes(50), errors.FileTypeNotSupported),
        (documents.pdf(password="secret"), errors.FileEncrypted),
        (documents.pdf()[:-200], errors.FileUnreadable),
        (b"%PDF-1.7\n%%EOF", errors.FileUnreadable),
        (documents.picture("PNG")[:-30], errors.FileUnreadable),
        (documents.picture("JPEG", (400, 400))[:-300], errors.FileUnreadable),
        (documents.xlsx()[:-100], errors.FileUnreadable),
        (documents.pdf(pages=201), errors.FileHasTooManyPages),
        (documents.png_bomb(60_000, 60_000), errors.ImageHasTooManyPixels),
        (documents.png_bomb(8_000, 7_000), errors.ImageHasTooManyPixels),
        (documents.pdf_with_image(60_000, 60_000), errors.ImageHasTooManyPixels),
        (documents.pdf_bomb(210 * 1024 * 1024), errors.FileUnpacksTooLarge),
        (documents.xlsx_bomb(210 * 1024 * 1024), errors.FileUnpacksTooLarge),
        (documents.csv() + bytes(11 * 1024 * 1024), errors.FileTooLarge),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_bad_file_is_refused_with_its_own_error_on_the_field(content, error):
    with pytest.raises(error) as caught:
        inspect(content, name="offer.pdf")
    (problem,) = caught.value.errors
    assert (problem.field, problem.code) == ("file", error.code)
    assert str(problem.detail)


@pytest.mark.slow
def test_pdf_of_ten_thousand_pages_is_refused():
    with pytest.raises(errors.FileHasTooManyPages, match="10000"):
        inspect(documents.pdf(pages=10_000))


def test_picture_of_ordinary_size_inside_a_pdf_is_fine():
    assert inspect(documents.pdf_with_image(2000, 3000)).pages == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/b/passwd"])
def test_name_loses_its_folders(name):
    assert inspect(documents.csv(), name=name).name == "passwd"


TWICE = documents.packed(2, 50 * 1024 * 1024)
ONCE_LARGE = documents.packed(1, 210 * 1024 * 1024)


@pytest.mark.parametrize(
    "content",
    [
        documents.pdf_with_content(TWICE, b"[/FlateDecode/FlateDecode]"),
        documents.pdf_with_content(TWICE, b"[/Fl /Fl]"),
        documents.pdf_with_content(TWICE, b"[/#46lateDecode /Flate#44ecode]"),
        documents.pdf_with_content(TWICE, b" 9 0 R"),
        documents.pdf_with_content(TWICE, b"/FlateDecode"),
        documents.pdf_with_content(
            base64.a85encode(TWICE) + b"~>", b"[/ASCII85Decode/FlateDecode/FlateDecode]"
        ),
        documents.pdf_with_content(
            base64.a85encode(ONCE_LARGE) + b"~>", b"[/ASCII85Decode/FlateDecode]"
        ),
        documents.pdf_with_content(
            ONCE_LARGE.hex().encode() + b">", b"[/ASCIIHexDecode/FlateDecode]"
        ),
        documents.pdf_with_content(bytes(100_000), b"/LZWDecode"),
    ],
    ids=[
        "twice", "twice, short names", "twice, written otherwise", "said elsewhere",
        "twice, said once", "twice, as text", "large, as text", "large, as hex", "LZW",
    ],
)  # fmt: skip
def test_pdf_packed_to_explode_is_refused_however_it_is_packed(content):
    with pytest.raises(errors.FileUnpacksTooLarge):
        inspect(content)


@pytest.mark.parametrize(
    "content",
    [
        documents.pdf_with_content(documents.packed(1), b"/FlateDecode"),
        documents.pdf_with_content(
            base64.a85encode(documents.packed(1)) + b"~>", b"[/ASCII85Decode/FlateDecode]"
        ),
        documents.pdf_with_content(bytes(1000), b"/RunLengthDecode"),
    ],
    ids=["once", "once, as text", "run lengths"],
)
def test_pdf_packed_as_programs_pack_is_taken(content):
    assert inspect(content).pages == 1
