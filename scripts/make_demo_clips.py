"""Makes what stands for the recordings of the demonstration's webinars: `library/demo_media/clip-<minutes>.mp4`, posters.

Nobody spoke at these webinars, so the clips are silent and say so in the picture; captions and transcript carry the words.
Needs ffmpeg (Debian's package) and Pillow. The results are kept in the repository: run only when the pictures change,
`.venv/bin/python scripts/make_demo_clips.py`.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

TARGET = Path(__file__).resolve().parent.parent / "library" / "demo_media"
PAPER, INK, TEAL = "#ffffff", "#171716", "#0e4f5c"
MINUTES = (25, 40, 62)
STEP = 5  # minutes that one picture stands
SIZE = (640, 360)
LENS = "#ffbe2e"
POSTERS = {"teal": ("#0e4f5c", "#99deea"), "light": ("#e7f6f8", "#0e4f5c"), "plum": ("#4c2c69", "#e7f6f8")}


def run(*command: str | Path) -> None:
    """Run a program; raises CalledProcessError when it fails."""
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def picture(minute: int, minutes: int, path: Path) -> None:
    """What is seen from one minute on: where the clip is, and what it is."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 40, SIZE[0] - 40, 42), fill=INK)
    pen.text((40, 54), "Demonstration: a clip without sound", font=ImageFont.load_default(18), fill=INK)
    pen.text((40, 130), f"From minute {minute}", font=ImageFont.load_default(44), fill=TEAL)
    pen.text((40, 200), "The captions say what would be heard.", font=ImageFont.load_default(20), fill=INK)
    pen.rectangle((40, 300, SIZE[0] - 40, 306), fill="#e6e6e2")
    pen.rectangle((40, 300, 40 + (SIZE[0] - 80) * minute // minutes, 306), fill=TEAL)
    image.save(path)


def clip(minutes: int) -> None:
    """One clip: a new picture every few minutes, one frame a second, a key frame a minute so that jumping works."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = []
        for minute in range(0, minutes, STEP):
            path = folder / f"{minute:02}.png"
            picture(minute, minutes, path)
            lines += [f"file '{path}'", f"duration {min(STEP, minutes - minute) * 60}"]
        lines.append(lines[-2])  # ffmpeg's list wants the last picture twice
        (folder / "list.txt").write_text("\n".join(lines), encoding="utf-8")
        run(
            *("ffmpeg", "-y", "-f", "concat", "-safe", "0", "-i", folder / "list.txt"),
            *("-r", "1", "-t", str(minutes * 60)),
            *("-c:v", "libx264", "-preset", "veryslow", "-tune", "stillimage", "-crf", "32", "-pix_fmt", "yuv420p"),
            *("-g", "60", "-movflags", "+faststart", "-map_metadata", "-1", TARGET / f"clip-{minutes}.mp4"),
        )


def poster(ground: str, rings: str, path: Path) -> None:
    """The mark, large: two rings, and the lens that they share."""
    scale = 2
    image = Image.new("RGB", (1280 * scale, 720 * scale), ground)
    lens = Image.new("L", image.size, 0)
    left, right = Image.new("L", image.size, 0), Image.new("L", image.size, 0)
    boxes = [tuple(scale * side for side in box) for box in ((390, 180, 750, 540), (530, 180, 890, 540))]
    for mask, box in zip((left, right), boxes, strict=True):
        ImageDraw.Draw(mask).ellipse(box, fill=255)
    lens.paste(right, (0, 0), left)
    image.paste(LENS, (0, 0), lens)
    for box in boxes:
        ImageDraw.Draw(image).ellipse(box, outline=rings, width=22 * scale)
    image.resize((1280, 720), Image.Resampling.LANCZOS).quantize(32).save(path, optimize=True)


def main() -> None:
    """Make all of them."""
    for minutes in MINUTES:
        clip(minutes)
    for name, (ground, rings) in POSTERS.items():
        poster(ground, rings, TARGET / f"poster-{name}.png")


if __name__ == "__main__":
    main()
