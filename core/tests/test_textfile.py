import pytest

from core.textfile import UndecodableText, delimiter_of, text_decode

ARABIC = "الاسم;السعر\nباراسيتول;100\n"


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("windows-1256", "windows-1256"),
    ],
)
def test_arabic_text_is_known_in_each_encoding_of_the_trade(encoding, named):
    assert text_decode(ARABIC.encode(encoding)) == (ARABIC, named)


def test_signs_that_are_the_same_in_both_windows_encodings_need_no_arabic():
    assert text_decode("Doliprane® é".encode("windows-1252"))[0] == "Doliprane® é"


@pytest.mark.parametrize(
    "content",
    ["Müller Größe für".encode("windows-1252"), b"\x00\x01\x02", b"a\x01b", b"\xff\xfea"],
    ids=["german", "zeros", "controls", "half a character"],
)
def test_what_could_be_anything_is_refused(content):
    with pytest.raises(UndecodableText):
        text_decode(content)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_what_gives_the_lines_as_many_cells(delimiter):
    rows = ["name", "a, b; c"], ["price", "1"]
    lines = [delimiter.join(f'"{row[n]}"' for row in rows) for n in (0, 1, 1, 1)]
    assert delimiter_of("\n".join(lines)) == delimiter


def test_line_that_excel_writes_for_itself_decides():
    assert delimiter_of("sep=|\na,b,c|d\n1,2,3|4\n") == "|"
