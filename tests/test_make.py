"""`make run` and its kin: from nothing to a running site, or one sentence that says why not."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pip
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SCRIPT = ROOT / "scripts" / "run.py"

# Stands for the site: says what it was asked to do, listens where it is told to, ends when it is told to.
MANAGE = """
import http.server, signal, sys, time
command, arguments = sys.argv[1], sys.argv[2:]
print("did", command, *arguments, flush=True)
if command == "clock":
    signal.signal(signal.SIGTERM, lambda *_: (print("clock ended", flush=True), sys.exit(0)))
    signal.signal(signal.SIGINT, signal.getsignal(signal.SIGTERM))
    time.sleep({clock_lives})
if command == "runserver":
    host, port = arguments[-1].split(":")
    http.server.HTTPServer((host, int(port)), http.server.BaseHTTPRequestHandler).serve_forever()
"""


def place(folder: Path, *, clock_lives: float = 60) -> Path:
    """A project of the same shape with nothing in it, and the script that runs it."""
    (folder / "scripts").mkdir()
    (folder / "requirements-dev.txt").write_text("# nothing\n")
    (folder / "manage.py").write_text(MANAGE.format(clock_lives=clock_lives))
    return Path(shutil.copy(SCRIPT, folder / "scripts"))


def command(script: Path, *arguments: str, before: str = "") -> list[str]:
    code = f"import runpy, sys\nsys.argv = {[str(script), *arguments]!r}\n{before}\n"
    return [sys.executable, "-c", code + f"runpy.run_path({str(script)!r}, run_name='__main__')"]


def run(script: Path, *arguments: str, before: str = "", **environment: str) -> subprocess.CompletedProcess:
    """Run the script in a process of its own; `before` is code that runs first."""
    return subprocess.run(
        command(script, *arguments, before=before),
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


# Unpacking pip takes longer than all the rest; environments that tests make borrow ours.
LENT = """
import subprocess
_run = subprocess.run
subprocess.run = lambda command, **options: _run(command + ["--without-pip"] * (command[-2] == "venv"), **options)
"""


def lend_pip(folder: Path) -> dict[str, str]:
    """The environment variable that lets a Python without pip find ours."""
    (folder / "lent").mkdir()
    (folder / "lent" / "pip").symlink_to(Path(pip.__file__).parent)
    return {"PYTHONPATH": str(folder / "lent")}


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_an_old_python_can_read_the_script_and_gets_a_sentence(tmp_path):
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))
    done = run(place(tmp_path), "serve", before="sys.version_info = (3, 9, 2); sys.version = '3.9.2 (old)'")
    assert done.returncode == 1
    assert done.stderr == (
        "Worksite needs Python 3.11 or newer, and this is 3.9.2. Try `make run PYTHON=python3.13`.\n"
    )
    assert not (tmp_path / ".venv").exists()


def test_a_python_without_venv_gets_a_sentence(tmp_path):
    done = run(place(tmp_path), "environment", before="sys.modules['ensurepip'] = None")
    assert done.returncode == 1
    assert done.stderr == "This Python has no `venv` module. On Debian and Ubuntu: apt-get install python3-venv\n"


def test_a_busy_port_is_said_before_anything_is_done(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = run(place(tmp_path), "serve", HOST="127.0.0.1", PORT=port)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert f"Port {port} on 127.0.0.1 cannot be used" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("host", "port", "sentence"),
    [
        ("localhost", "http", "PORT=http is not a port"),
        ("localhost", "70000", "PORT=70000 is not a port"),
        ("no-such-host.invalid", "8000", "HOST=no-such-host.invalid is not an address of this machine"),
    ],
)
def test_an_address_that_is_none_is_a_sentence(tmp_path, host, port, sentence):
    done = run(place(tmp_path), "serve", HOST=host, PORT=port)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert sentence in done.stderr


@pytest.mark.slow
def test_an_environment_is_made_once_kept_and_repaired(tmp_path):
    script, venv, lent = place(tmp_path), tmp_path / ".venv", lend_pip(tmp_path)

    def said() -> str:
        return run(script, "environment", before=LENT, **lent).stdout

    assert "Preparing the environment" in said()
    mark = venv / "mark-of-the-first"
    mark.touch()

    assert said() == ""  # nothing to do

    (tmp_path / "requirements-dev.txt").write_text("# other requirements\n")
    assert "Preparing" in said()
    assert mark.exists()  # brought up to date, not made anew

    (venv / "worksite-installing").touch()  # as an interrupted installation leaves it
    assert "Preparing" in said()
    assert not mark.exists()
    assert said() == ""

    (venv / "bin" / "python").unlink()
    assert "Preparing" in said()
    assert said() == ""


@pytest.mark.slow
def test_packages_that_cannot_be_installed_are_a_sentence_and_the_next_run_tries_again(tmp_path):
    script, lent = place(tmp_path), lend_pip(tmp_path)
    (tmp_path / "requirements-dev.txt").write_text("no-hash-so-refused==1.0\n")
    for _ in range(2):
        done = run(script, "environment", before=LENT, **lent)
        assert done.returncode == 1
        assert done.stderr.endswith("`make` again goes on from here.\n")
        assert "Traceback" not in done.stderr


def start(script: Path, port: str) -> subprocess.Popen:
    return subprocess.Popen(
        command(script, "serve", before=LENT),
        env={"PATH": os.environ["PATH"], "HOST": "127.0.0.1", "PORT": port, **lend_pip(script.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serving_prepares_the_data_then_runs_clock_and_server_until_told_to_stop(tmp_path, stop):
    port = free_port()
    process = start(place(tmp_path), port)
    said = ""
    while not all(words in said for words in ("Worksite runs", "did clock", "did runserver")):  # in any order
        line = process.stdout.readline()
        assert line, said
        said += line
    did = [line for line in said.splitlines() if line.startswith("did")]
    assert did[:2] == ["did migrate --verbosity 0", "did demo"]
    assert sorted(did[2:]) == ["did clock", f"did runserver --noreload 127.0.0.1:{port}"]
    assert f"Worksite runs at http://127.0.0.1:{port} " in said
    if stop == signal.SIGINT:
        os.killpg(process.pid, stop)  # Ctrl-C reaches all of them
    else:
        process.send_signal(stop)
    rest = process.stdout.read()
    assert process.wait(20) == 0
    assert "clock ended" in rest
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(port))) != 0


@pytest.mark.slow
def test_when_the_clock_dies_the_server_does_not_go_on_alone(tmp_path):
    process = start(place(tmp_path, clock_lives=2), free_port())
    said = process.stdout.read()
    assert process.wait(20) == 1
    assert said.endswith("The server or the clock has ended; its last words stand above.\n")


def test_help_names_every_command():
    done = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    named = {line.split()[1] for line in done.stdout.splitlines()}
    assert named >= {"help", "run", "test", "check", "lock"}
    phony = (ROOT / "Makefile").read_text(encoding="utf-8").split(".PHONY:")[1].splitlines()[0].split()
    assert named == set(phony)
