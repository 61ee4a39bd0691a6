"""Rendering in other processes: the same files, and no death that costs a document."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from kutego import workers
from kutego.rendering import render
from kutego.workers import Item, RenderingFailed, render_many
from tests.rendering.snapshots import Line, receipt, snapshot

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _fresh_processes():
    yield
    workers.shut_down()


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not collected does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def worker_pids(size: int) -> list[int]:
    return list(workers._pools[size]._processes)


def test_many_documents_come_back_with_their_keys_as_if_rendered_here():
    frozen = {number: snapshot(number=f"R-2026-{number:05}") for number in range(5)}
    items = [Item(number, document) for number, document in frozen.items()]

    files = dict(render_many([*items, Item("xml", frozen[0], "xml")], size=2))

    assert files["xml"] == render(frozen[0], "xml")
    assert files[3] == render(frozen[3], "pdf")
    assert len(files) == 6


def test_what_cannot_be_rendered_is_reported_and_the_rest_goes_on():
    items = [Item(1, receipt()), Item(2, receipt(), "xml"), Item(3, {}), Item(4, receipt())]

    files = dict(render_many(items, size=2))

    assert isinstance(files[2], ValueError)
    assert isinstance(files[3], KeyError)
    assert files[1] == files[4] == render(receipt(), "pdf")


def test_only_a_few_documents_are_in_memory_at_a_time():
    taken = []

    def endless():
        while True:
            taken.append(Item(len(taken), receipt()))
            yield taken[-1]

    run = render_many(endless(), size=1)
    for _ in range(6):
        next(run)

    assert len(taken) <= 6 + workers.AHEAD


def test_killed_processes_lose_nothing():
    items = [Item(number, snapshot(lines=[Line()] * 20)) for number in range(12)]
    files = {}

    for key, file in render_many(items, size=2):
        files[key] = file
        if key in (2, 7):
            for pid in worker_pids(2):
                os.kill(pid, signal.SIGKILL)

    assert sorted(files) == list(range(12))
    assert all(isinstance(file, bytes) for file in files.values())


class Deadly(dict):
    """A snapshot that ends the process which unpacks it, as a crash in a library would."""

    def __reduce__(self):
        return os._exit, (9,)


def test_what_kills_its_process_twice_is_given_up_and_only_that():
    items = [Item(number, receipt()) for number in range(4)]
    items.insert(1, Item("deadly", Deadly()))

    files = dict(render_many(items, size=2))

    assert isinstance(files.pop("deadly"), RenderingFailed)
    assert all(isinstance(file, bytes) for file in files.values())
    assert len(files) == 4


def render_one(results):
    results.put([len(file) for _key, file in render_many([Item(1, receipt())], size=1)])


def test_a_process_that_was_itself_started_by_another_can_render_and_end():
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    process = spawn.Process(target=render_one, args=(results,))

    process.start()
    [size] = results.get(timeout=30)
    process.join(timeout=30)

    alive = process.is_alive()
    if alive:
        process.kill()
    assert not alive
    assert process.exitcode == 0
    assert size == len(render(receipt(), "pdf"))


PROGRAM = """
import sys, time
print("main runs", flush=True)
from kutego import workers
from kutego.workers import Item, render_many
from tests.rendering.snapshots import receipt
if __name__ == "__main__":
    list(render_many([Item(n, receipt()) for n in range(4)], size=2))
    print(*workers._pools[2]._processes, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_the_processes_end_with_the_program_and_do_not_run_it_again(tmp_path, ending):
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    with subprocess.Popen(
        [sys.executable, str(script)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        said = program.stdout.readline()
        pids = [int(pid) for pid in program.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(is_alive, pids))

        program.send_signal(ending)
        program.wait()

    deadline = time.monotonic() + 10
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, pids))
    assert said == "main runs\n"
