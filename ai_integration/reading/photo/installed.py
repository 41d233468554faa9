"""Is everything there that reading a photo needs?"""

import importlib.util
import shutil
import subprocess

from ai_integration.reading.errors import OcrNotInstalled

_PYTHON_PACKAGES = {
    "cv2": "opencv-python-headless",
    "numpy": "numpy",
    "pytesseract": "pytesseract",
    "PIL": "pillow",
}
_LANGUAGES = ("ara", "eng")


def missing_packages() -> tuple[list[str], list[str]]:
    """What is missing, as names of PyPI packages and of Debian packages."""
    pypi = [
        package
        for module, package in _PYTHON_PACKAGES.items()
        if importlib.util.find_spec(module) is None
    ]
    return pypi, _missing_debian()


def _missing_debian() -> list[str]:
    program = shutil.which("tesseract")
    if program is None:
        return ["tesseract-ocr", *(f"tesseract-ocr-{language}" for language in _LANGUAGES)]
    listed = subprocess.run(  # noqa: S603  # the program found on PATH, fixed arguments
        [program, "--list-langs"], capture_output=True, text=True, timeout=30, check=False
    )
    known = set(listed.stdout.split())
    return [f"tesseract-ocr-{language}" for language in _LANGUAGES if language not in known]


def require_ocr() -> None:
    """Raises OcrNotInstalled naming exactly what to install; returns where nothing is missing."""
    pypi, debian = missing_packages()
    if not pypi and not debian:
        return
    parts = []
    if debian:
        parts.append("Debian: apt-get install " + " ".join(debian))
    if pypi:
        parts.append("PyPI: pip install " + " ".join(pypi))
    raise OcrNotInstalled("Photos cannot be read here; install " + "; ".join(parts) + ".")
