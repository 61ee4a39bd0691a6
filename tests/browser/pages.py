"""The office in a browser: the demo business behind a real server, pages that note what fails."""

import json
import threading
from contextlib import contextmanager
from pathlib import Path

import axe_core_python
from waitress.server import create_server

WIDE = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@contextmanager
def served(app):
    """The address of a server for `app` that runs inside the block."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(10)


@contextmanager
def opened(browser, url, cookie=None, size=WIDE, theme="light", **options):
    """A page at `url`. `page.problems` collects what a person at the console would see."""
    context = browser.new_context(
        base_url=url, viewport=size, color_scheme=theme, locale="de-DE", **options
    )
    if cookie:
        context.add_cookies([{"name": "kutego", "value": cookie, "url": url}])
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "console",
        lambda told: page.problems.append(told.text) if told.type in ("error", "warning") else None,
    )
    page.on("requestfailed", lambda asked: page.problems.extend(_failure(asked)))
    yield page
    context.close()


def _failure(asked):
    """A request that failed; one that a new page or a next key has ended is none."""
    return [] if "ERR_ABORTED" in asked.failure else [f"{asked.url}: {asked.failure}"]


def accessibility(page):
    """What axe-core finds wrong, each as rule and element. Run past the CSP, which forbids it."""
    session = page.context.new_cdp_session(page)
    script = f"axe.run({{runOnly: {json.dumps(RULES)}}}).then(r => JSON.stringify(r.violations))"
    answer = session.send(
        "Runtime.evaluate",
        {"expression": f"{AXE};{script}", "awaitPromise": True, "returnByValue": True},
    )
    found = json.loads(answer["result"]["value"])
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def sticks_out(page):
    """By how many pixels the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")
