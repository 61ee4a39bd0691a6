"""A real server in a process of its own, and a browser without a screen that talks to it."""

import http.cookiejar
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

IDLE = 0.05  # seconds of CPU in two seconds


class Client:
    """Keeps cookies, follows redirects, measures."""

    def __init__(self, base: str, process: int) -> None:
        self.base, self.process = base, process
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def worked(self) -> float:
        """Seconds of CPU that the server has used: they tell more than the clock on a busy day."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_for_jobs(self) -> None:
        """Until the server does nothing by itself: on its first day it has jobs to catch up on."""
        before = -1.0
        while self.worked() - before > IDLE:
            before = self.worked()
            time.sleep(2)

    def get(self, path: str) -> str:
        """The page at `path`."""
        address = self.base + urllib.parse.quote(path, safe="/?&=%")
        with self.opener.open(address, timeout=60) as answer:
            return answer.read().decode()

    def post(self, path: str, **fields: str) -> str:
        """Send a form with the token of the page it stands on."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path))
        data = fields | ({"csrf_token": token[1]} if token else {})
        body = urllib.parse.urlencode(data).encode()
        with self.opener.open(self.base + path, body, timeout=60) as answer:
            return answer.read().decode()

    def measure(self, name: str, path: str, goal: float, rounds: int = 40) -> float:
        """Print the median and the 95th percentile of `rounds` requests, in milliseconds."""
        self.get(path)
        times, before = [], self.worked()
        for _round in range(rounds):
            began = time.perf_counter()
            self.get(path)
            times.append((time.perf_counter() - began) * 1000)
        median, late = statistics.median(times), sorted(times)[int(rounds * 0.95)]
        busy = (self.worked() - before) / rounds * 1000
        print(
            f"{name:44} {median:7.1f} ms median {late:7.1f} ms p95 {busy:7.1f} ms CPU   "
            f"goal {goal:g} ms"
        )
        return median


@contextmanager
def serving(instance: Path) -> Iterator[Client]:
    """`python app.py` on a free port; prints how long it took to the first page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {"KUTEGO_INSTANCE": str(instance), "KUTEGO_PORT": str(port)}
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, "app.py"], env=env, stdout=subprocess.DEVNULL) as server:
        client = Client(f"http://127.0.0.1:{port}", server.pid)
        try:
            while True:
                try:
                    client.get("/")
                    break
                except OSError:
                    time.sleep(0.02)
            print(f"{'start to first page':44} {time.perf_counter() - began:7.2f} s   goal 2 s")
            client.wait_for_jobs()
            yield client
        finally:
            server.terminate()
            server.wait(20)
