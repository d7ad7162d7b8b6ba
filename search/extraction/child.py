"""The child process: reads one file from its standard input, writes its parts as JSON, ends.

    python -I child.py pdf < file

Run by `search.extraction.run`, which has given it little memory and little time. It knows neither Django nor where the
file came from. Answers `{"parts": […]}` or `{"refused": "sentence"}`; any other end is a failure.
"""

import importlib
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from search.extraction.parts import UnreadableError

READERS = {
    "pdf": ("pdf", "read_pdf"),
    "docx": ("office", "read_docx"),
    "pptx": ("office", "read_pptx"),
    "xlsx": ("sheets", "read_xlsx"),
    "txt": ("plain", "read_txt"),
    "csv": ("plain", "read_csv"),
}


def main() -> None:
    """Read and answer."""
    module, name = READERS[sys.argv[1]]
    read = getattr(importlib.import_module(f"search.extraction.{module}"), name)  # the others' libraries stay away
    try:
        answer: dict[str, object] = {"parts": read(sys.stdin.buffer).found}
    except UnreadableError as error:
        answer = {"refused": str(error)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
