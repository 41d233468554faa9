"""A program of its own: JSON on standard input, a PDF on standard output.

Typst keeps what it has laid out in memory for the next document; a web process that prints reports
would grow with every one. So each PDF is set in a process that ends with it. Nothing of Django is
loaded here. Arguments: the template's path, the folder of the fonts, seconds since 1970.
"""

import sys
from pathlib import Path

import typst


def main(template: str, fonts: str, moment: str) -> None:
    document = sys.stdin.buffer.read().decode()
    folders = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts]
    )
    content = typst.compile(
        template,
        root=str(Path(template).parent),
        format="pdf",
        font_paths=folders,
        ignore_system_fonts=True,
        sys_inputs={"document": document},
        timestamp=int(moment),
        pdf_tags=False,  # they multiply size and time of long tables
    )
    sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main(*sys.argv[1:])
