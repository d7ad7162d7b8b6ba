"""Makes the short captioned video of the demonstration: `library/demo_media/opening.mp4` and `opening.vtt`.

Needs ffmpeg and espeak-ng (Debian packages of these names) and Pillow. Its results are kept in the repository, so it is
run only when the words below change: `.venv/bin/python scripts/make_demo_video.py`. Everything shown is also said.
"""

from __future__ import annotations

import subprocess
import tempfile
import wave
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

TARGET = Path(__file__).resolve().parent.parent / "library" / "demo_media"
SIZE = (960, 540)
PAPER, INK, TEAL = "#ffffff", "#171716", "#0e4f5c"
PAUSE = 0.45

# What a slide shows, and what is said while it is shown.
SLIDES = [
    (
        ["Welcome"],
        [
            "Welcome to this webinar of the learning community.",
            (
                "We are people in State agencies, and peers, who make care work for people who live with both a mental "
                "health condition and a substance use disorder."
            ),
        ],
    ),
    (
        ["One team", "One plan", "One door"],
        [
            "Integrated care comes down to three things.",
            "One team that treats both conditions at the same time.",
            "One plan, written with the person.",
            "And one door: nobody is sent away because they came to the wrong place.",
        ],
    ),
    (
        ["Captions are on", "Slides are on the page", "The discussion is not recorded"],
        [
            "Captions are on for this recording, and the slides are on the page.",
            "We record the talk. The discussion afterwards is not recorded, so that people can speak freely.",
        ],
    ),
    (
        ["Tell us what you tried"],
        ["When you have tried something from this webinar, tell us how it went. That is how the next State learns."],
    ),
]


def run(*command: str | Path) -> None:
    """Run a program; raises CalledProcessError when it fails."""
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def draw(lines: list[str], path: Path) -> None:
    """One slide as a PNG."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((64, 64, SIZE[0] - 64, 68), fill=INK)
    pen.text((64, 84), "Learning Community for Co-Occurring Integration", font=ImageFont.load_default(22), fill=INK)
    top = SIZE[1] // 2 - 34 * len(lines)
    for line in lines:
        pen.text((64, top), line, font=ImageFont.load_default(52), fill=TEAL)
        top += 78
    image.save(path)


def stamp(seconds: float) -> str:
    """A WebVTT time."""
    return f"{int(seconds // 3600):02}:{int(seconds // 60 % 60):02}:{seconds % 60:06.3f}"


def cues(sentence: str, begin: float, end: float) -> list[tuple[float, float, str]]:
    """A sentence as captions of at most two lines of 40 characters, each shown for its share of the time."""
    lines, line = [], ""
    for word in sentence.split():
        if len(f"{line} {word}") > 40:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    lines.append(line)
    pairs = ["\n".join(lines[number : number + 2]) for number in range(0, len(lines), 2)]
    found, total = [], sum(map(len, pairs))
    for text in pairs:
        after = begin + (end - begin) * len(text) / total
        found.append((begin, after, text))
        begin, total = after, total - len(text)
    return found


def main() -> None:
    """Draw, speak, put together, write the captions."""
    TARGET.mkdir(exist_ok=True)
    captions = ["WEBVTT", ""]
    clock = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = []
        for number, (lines, sentences) in enumerate(SLIDES):
            draw(lines, folder / f"{number}.png")
            frames = b""
            for sentence in sentences:
                run("espeak-ng", "-v", "en-us", "-s", "155", "-w", folder / "said.wav", sentence)
                with wave.open(str(folder / "said.wav")) as said:
                    rate, frames_said = said.getframerate(), said.readframes(said.getnframes())
                seconds = len(frames_said) / 2 / rate
                for begin, end, text in cues(sentence, clock, clock + seconds):
                    captions += [f"{stamp(begin)} --> {stamp(end)}", text, ""]
                frames += frames_said + bytes(2 * int(PAUSE * rate))
                clock += seconds + int(PAUSE * rate) / rate
            with wave.open(str(folder / f"{number}.wav"), "wb") as sound:
                sound.setparams((1, 2, rate, 0, "NONE", ""))
                sound.writeframes(frames)
            part = folder / f"{number}.mp4"
            run(
                *("ffmpeg", "-y", "-loop", "1", "-framerate", "5", "-i", folder / f"{number}.png"),
                *("-i", folder / f"{number}.wav", "-shortest", "-fflags", "+shortest"),
                *("-c:v", "libx264", "-preset", "veryslow", "-tune", "stillimage", "-crf", "30", "-pix_fmt", "yuv420p"),
                *("-c:a", "aac", "-ac", "1", "-ar", "16000", "-b:a", "24k", part),
            )
            parts.append(part)
        (folder / "list.txt").write_text("".join(f"file '{part}'\n" for part in parts), encoding="utf-8")
        run(
            *("ffmpeg", "-y", "-f", "concat", "-safe", "0", "-i", folder / "list.txt", "-c", "copy"),
            *("-movflags", "+faststart", "-map_metadata", "-1", TARGET / "opening.mp4"),
        )
    (TARGET / "opening.vtt").write_text("\n".join(captions), encoding="utf-8")


if __name__ == "__main__":
    main()
