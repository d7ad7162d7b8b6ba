"""Makes the design's compiled files in static/ from assets/, and tells whether what is committed still belongs together.

    scripts/static.py build    needs npm and Chromium: style sheet, fonts, pictures, then assets/checksums.txt
    scripts/static.py check    needs neither: compares checksums of sources and outputs

The check fails when a source changed without a build, and when an output was edited by hand.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS, MODULES, STATIC = ROOT / "assets", ROOT / "assets" / "node_modules", ROOT / "static"
CHECKSUMS = "assets/checksums.txt"
SOURCES = [
    "assets/.npmrc",
    "assets/card.html",
    "assets/favicon.svg",
    "assets/mark.svg",
    "assets/package-lock.json",
    "assets/package.json",
    "assets/uswds.scss",
    "scripts/static.py",
]
OUTPUTS = [  # files, and folders that hold nothing else
    "static/css/uswds.css",
    "static/fonts",
    "static/images/uswds",
    "static/images/apple-touch-icon.png",
    "static/images/card.png",
    "static/images/favicon.ico",
    "static/images/favicon.svg",
    "static/images/mark.svg",
]

FONT_FACE = re.compile(r"@font-face\s*{[^}]*}")
PICTURE = re.compile(r"""url\(["']?\.\./images/uswds/([^"')]+)["']?\)""")
# What texts in English need is in one file each; the letters of other languages (the macrons of Hawaiian and Māori among
# them) are in a second one, which a browser fetches only for a page that holds one of them.
FONTS: list[tuple[str, str, dict[str, float | tuple[float, float]]]] = [
    ("public-sans", "public-sans-{}-wght-normal.woff2", {"wght": (400, 700)}),
    ("source-serif-4", "source-serif-4-{}-opsz-normal.woff2", {"wght": 600, "opsz": 36}),
]
LATIN = (
    "U+0020-007E,U+00A0-00FF,U+02BB-02BC,U+2010-2015,U+2018-201A,U+201C-201E,U+2020-2022,U+2026,U+2032-2033,U+2039-203A,"
    "U+20AC,U+2122,U+2190,U+2192,U+2212"
)
LATIN_EXT = "U+0100-0130,U+0132-0151,U+0154-017F,U+1E00-1EFF"


def run(*command: str) -> None:
    """One program, or the end of this one."""
    subprocess.run(command, cwd=ASSETS, check=True)


def build() -> None:
    """Everything from the pinned packages, then the checksums."""
    run("npm", "ci", "--silent")
    style_sheet()
    for folder, pattern, axes in FONTS:
        font(folder, pattern, axes)
    pictures()
    (ROOT / CHECKSUMS).write_text(record())


def style_sheet() -> None:
    """The design system with our theme, without its own fonts, and the pictures that its rules name."""
    packages = MODULES / "@uswds" / "uswds" / "packages"
    target = STATIC / "css" / "uswds.css"
    sass = MODULES / ".bin" / "sass"
    run(
        str(sass),
        "--style=compressed",
        "--no-source-map",
        "--quiet-deps",
        f"--load-path={packages}",
        "uswds.scss",
        str(target),
    )
    text = FONT_FACE.sub("", target.read_text()).removeprefix("\ufeff")
    target.write_text(text)
    shutil.rmtree(STATIC / "images" / "uswds", ignore_errors=True)
    for name in sorted(set(PICTURE.findall(text))):
        copy = STATIC / "images" / "uswds" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / "@uswds" / "uswds" / "dist" / "img" / name, copy)


def font(folder: str, pattern: str, axes: dict[str, float | tuple[float, float]]) -> None:
    """One face at the weights that the pages use: a file for English, and a file for further Latin letters."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    (STATIC / "fonts").mkdir(parents=True, exist_ok=True)
    for part, letters, suffix in (("latin", LATIN, ""), ("latin-ext", LATIN_EXT, "-ext")):
        source = MODULES / "@fontsource-variable" / folder / "files" / pattern.format(part)
        face = instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), axes)
        options = subset.Options()
        options.layout_features = ["kern", "tnum"]
        options.flavor = "woff2"
        options.hinting = False
        options.name_IDs = [1, 2]
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=subset.parse_unicodes(letters))
        subsetter.subset(face)
        subset.save_font(face, STATIC / "fonts" / f"{folder}{suffix}.woff2", options)


def pictures() -> None:
    """The mark, the icons and the card, drawn by a browser."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    images = STATIC / "images"
    for name in ("mark.svg", "favicon.svg"):
        shutil.copyfile(ASSETS / name, images / name)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 630})
        page.goto((ASSETS / "card.html").as_uri())
        page.evaluate("document.fonts.ready")
        page.screenshot(path=images / "card.png")
        icons = {}
        for size in (32, 180):
            page.set_viewport_size({"width": size, "height": size})
            page.goto((ASSETS / "favicon.svg").as_uri())
            icons[size] = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
        browser.close()
    icons[32].save(images / "favicon.ico")
    background = Image.new("RGB", icons[180].size, "#0e4f5c")  # iPhones round the corners themselves
    background.paste(icons[180], mask=icons[180].getchannel("A") if icons[180].mode == "RGBA" else None)
    background.save(images / "apple-touch-icon.png", optimize=True)
    card = Image.open(images / "card.png").convert("RGB").quantize(64)
    card.save(images / "card.png", optimize=True)


def files(names: list[str]) -> list[Path]:
    """These files, and every file in those of them that are folders."""
    found: list[Path] = []
    for name in names:
        path = ROOT / name
        found += sorted(inside for inside in path.rglob("*") if inside.is_file()) if path.is_dir() else [path]
    return found


def record() -> str:
    """What assets/checksums.txt has to say now: the packages' versions, then a line for each source and output."""
    versions = json.loads((ASSETS / "package.json").read_text())["devDependencies"]
    lines = [
        "# Made by `make static`; `make check` compares it with the files.",
        "# " + ", ".join(f"{name} {number}" for name, number in sorted(versions.items())),
    ]
    for heading, names in (("sources", SOURCES), ("outputs", OUTPUTS)):
        lines.append(f"# {heading}")
        lines += [f"{checksum(path)}  {path.relative_to(ROOT).as_posix()}" for path in files(names)]
    return "\n".join(lines) + "\n"


def checksum(path: Path) -> str:
    """The SHA-256 of a file; "missing" where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"


def differences() -> list[str]:
    """Every file that is not as the last build left it, as a sentence."""
    kept = dict(line.split("  ", 1)[::-1] for line in (ROOT / CHECKSUMS).read_text().splitlines() if "  " in line)
    now = dict(line.split("  ", 1)[::-1] for line in record().splitlines() if "  " in line)
    return [
        f"{name} is not as `make static` left it." for name in sorted(kept | now) if kept.get(name) != now.get(name)
    ]


def main(arguments: list[str]) -> int:
    """Build or check; 1 where the check finds something."""
    if arguments == ["build"]:
        build()
        return 0
    found = differences()
    for sentence in found:
        print(sentence, file=sys.stderr)  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
