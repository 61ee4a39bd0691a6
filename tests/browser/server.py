"""The program as people run it: `python app.py` in a process of its own, which can be killed."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.mailserver import free_port

ROOT = Path(__file__).parents[2]
STARTUP = 60  # seconds; a test machine may be busy


class Server:
    """Serves the business in `instance`; started again after a kill it has the same address."""

    def __init__(self, instance: Path) -> None:
        self.instance, self.port = instance, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "KUTEGO_INSTANCE": str(self.instance),
            "KUTEGO_PORT": str(self.port),
            "KUTEGO_PUBLIC_URL": self.url,
            "KUTEGO_WORKERS": "1",
        }

    def start(self) -> None:
        """Start it and wait until the login page answers."""
        with open(self.instance / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + STARTUP
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/anmelden", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                assert self.process.poll() is None, (self.instance / "server.log").read_text()
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """kill -9, as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Let it come to an end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def command(self, *arguments: str) -> str:
        """`flask kutego …` in another process, while the server runs."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "kutego", *arguments],
            cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True, timeout=300,
        ).stdout  # fmt: skip
