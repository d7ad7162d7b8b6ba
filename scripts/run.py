"""What `make` does: prepares the environment and runs the worksite. Standard library only.

    scripts/run.py environment    .venv/ with everything that requirements-dev.txt pins
    scripts/run.py serve          the same, then database, demonstration community, clock and server

The syntax stays that of Python 3.6, so that an old Python gets a sentence rather than a syntax error.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"
REQUIREMENTS = ROOT / "requirements-dev.txt"
DONE = VENV / "worksite-requirements"  # says for which requirements this environment is complete
BEGUN = VENV / "worksite-installing"  # is there while an installation runs, and after one was interrupted
OLDEST = (3, 11)


def stop(sentence):
    """End with one sentence."""
    sys.stderr.write(sentence + "\n")
    raise SystemExit(1)


def say(text):
    """Print a line now."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def check_python():
    """Stop unless this Python can make the environment."""
    if sys.version_info < OLDEST:
        stop(
            "Worksite needs Python {}.{} or newer, and this is {}. Try `make run PYTHON=python3.13`.".format(
                *OLDEST, sys.version.split()[0]
            )
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("This Python has no `venv` module. On Debian and Ubuntu: apt-get install python3-venv")


def environment():
    """Make .venv/ or bring it up to date. One that was interrupted is made anew."""
    check_python()
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if DONE.exists() and DONE.read_text() == wanted and not BEGUN.exists() and _works():
        return
    say("Preparing the environment in .venv/ (a minute or two, the first time) …")
    if BEGUN.exists() or not _works():
        shutil.rmtree(VENV, ignore_errors=True)
        VENV.mkdir()
        BEGUN.touch()
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    BEGUN.touch()
    install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--only-binary=:all:",
    ]
    if subprocess.run([str(PYTHON), *install, "-r", str(REQUIREMENTS)], check=False).returncode:
        stop("The packages could not be installed; what pip says stands above. `make` again goes on from here.")
    DONE.write_text(wanted)
    BEGUN.unlink()


def _works():
    if not PYTHON.exists():
        return False
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    same = "import pip, sys; sys.exit(sys.version_info[:2] != ({}, {}))".format(*sys.version_info[:2])
    return subprocess.run([str(PYTHON), "-c", same], check=False, **quiet).returncode == 0


def check_address(host, port):
    """Stop unless a server can listen there."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        stop("PORT={} is not a port: give a number from 1 to 65535.".format(port))
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        stop("HOST={} is not an address of this machine.".format(host))
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            stop("Port {} on {} cannot be used ({}). Try `make run PORT=8001`.".format(port, host, error.strerror))


def serve():
    """Everything from nothing to a running site. Ctrl-C stops the server and the clock."""
    host, port = os.environ.get("HOST") or "localhost", os.environ.get("PORT") or "8000"
    check_python()
    check_address(host, port)
    environment()
    os.environ["DJANGO_SETTINGS_MODULE"] = "worksite.settings.dev"
    os.environ["DJANGO_RUNSERVER_HIDE_WARNING"] = "true"
    shown = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104
    os.environ.setdefault("SITE_URL", "http://{}:{}".format(shown, port))
    for command in (["migrate", "--verbosity", "0"], ["demo"]):
        if _manage(*command).wait():
            stop("`manage.py {}` failed; what it says stands above.".format(command[0]))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    running = [_manage("clock"), _manage("runserver", "--noreload", "{}:{}".format(host, port))]
    try:
        _wait_for(host, int(port), running)
        say("\nWorksite runs at {} – stop it with Ctrl-C.\n".format(os.environ["SITE_URL"]))
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
    except KeyboardInterrupt:
        return
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
    stop("The server or the clock has ended; its last words stand above.")


def _wait_for(host, port, running):
    while all(process.poll() is None for process in running):
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return


def _manage(*arguments):
    return subprocess.Popen([str(PYTHON), str(ROOT / "manage.py"), *arguments], cwd=str(ROOT))


if __name__ == "__main__":
    {"environment": environment, "serve": serve}[sys.argv[1]]()
