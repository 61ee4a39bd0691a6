"""Rendering in processes of its own, so that a run uses every core and the office stays quick.

The processes come from a fork server: it has never held a database connection or a thread, has
fonts and templates loaded, and starts a worker in milliseconds. They live as long as the program:
each watches the pipe to it and ends when it breaks, also after a `kill -9`.
"""

import multiprocessing
import os
import sys
import threading
import types
from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import context, popen_forkserver, util
from multiprocessing.process import BaseProcess

from kutego.rendering import Format, render

__all__ = ["Item", "RenderingFailed", "render", "render_many", "shut_down"]

AHEAD = 2  # documents waiting per process: enough to keep it busy, little to hold in memory


class RenderingFailed(Exception):
    """The process that rendered a document died, twice, on this document alone."""


@dataclass(frozen=True)
class Item:
    """One file to be rendered. `key` comes back with the result."""

    key: Hashable
    snapshot: dict = field(repr=False)
    format: Format = "pdf"
    logo: bytes | None = field(default=None, repr=False)
    accept_url: str | None = None


def render_many(
    items: Iterable[Item], *, size: int | None = None
) -> Iterator[tuple[Hashable, bytes | Exception]]:
    """Render in `size` processes (default: one per core) and yield key and file as they are done.

    What cannot be rendered comes as its exception; the others go on. Only a few documents per
    process are in memory at a time, however long `items` is. A process that dies costs nothing:
    what was under way is rendered again, one by one, and only what kills its process a second
    time is given up as `RenderingFailed`.
    """
    size = size or os.cpu_count() or 1
    waiting = iter(items)
    under_way: deque[tuple[Item, Future]] = deque()
    try:
        while True:
            while len(under_way) < size * AHEAD and (item := next(waiting, None)) is not None:
                under_way.append((item, _submit(item, size)))
            if not under_way:
                return
            item, future = under_way.popleft()
            yield item.key, _outcome(item, future)
    finally:
        for _item, future in under_way:
            future.cancel()


def shut_down() -> None:
    """End the processes once they are done with their document. The next one starts new ones."""
    with _lock:
        ending = list(_pools.values())
        _pools.clear()
    for pool in ending:
        pool.shutdown(cancel_futures=True)


_lock = threading.Lock()
_pools: dict[int, ProcessPoolExecutor] = {}


def _submit(item: Item, size: int) -> Future:
    with _lock:
        if size not in _pools:
            _pools[size] = _new_pool(size)
        try:
            return _pools[size].submit(_work, item)
        except BrokenProcessPool:
            _pools[size] = _new_pool(size)
            return _pools[size].submit(_work, item)


def _outcome(item: Item, future: Future) -> bytes | Exception:
    """The file or why there is none; where a process died, from a second try."""
    try:
        return future.result()
    except BrokenProcessPool:
        return _alone(item)
    except Exception as error:  # reported to the caller, record by record
        return error


def _alone(item: Item) -> bytes | Exception:
    """Render one document in a process of its own, so that a death can be blamed on it."""
    with _new_pool(1) as pool:
        try:
            return pool.submit(_work, item).result()
        except BrokenProcessPool:
            return RenderingFailed(f"rendering {item.key!r} killed its process twice")
        except Exception as error:  # reported to the caller, record by record
            return error


def _new_pool(size: int) -> ProcessPoolExecutor:
    # Not atexit: a process that multiprocessing has started waits for its workers before that,
    # and closes the queue that tells them to end: ours must come first.
    util.Finalize(None, shut_down, exitpriority=100)
    processes = _Context()
    processes.set_forkserver_preload(["kutego.rendering.preload"])
    return ProcessPoolExecutor(size, processes, initializer=_begin)


def _begin() -> None:
    """In a new worker: end when the program ends."""
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(item: Item) -> bytes:
    return render(item.snapshot, item.format, logo=item.logo, accept_url=item.accept_url)


class _Process(context.ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: BaseProcess) -> popen_forkserver.Popen:  # noqa: N802
        with _without_main():
            return popen_forkserver.Popen(process_obj)


class _Context(context.ForkServerContext):
    Process = _Process


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the program's own file: a worker would run it again, and build a second application."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
