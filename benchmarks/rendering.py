"""How long a document takes, stage by stage, and how many a second on one and two processes.

python -m benchmarks.rendering [documents]
"""

import cProfile
import pstats
import time
from collections.abc import Callable

from facturx import generate_from_binary

from kutego.rendering import documents, pdf
from kutego.rendering.archive import make_archivable
from kutego.rendering.frozen import moment
from kutego.rendering.invoice_pdf import invoice_html
from kutego.rendering.invoice_xml import to_cii
from kutego.workers import Item, render_many
from tests.rendering.snapshots import Line, snapshot

COUNT = 200
STAGES = {
    "parse the HTML (html5lib)": "html5parser.py:262(parse)",
    "parse the CSS": "context.py:1166(parseCSS)",
    "walk the elements": "parser.py:1378(pisaLoop)",
    "lay out and draw, write": "doctemplate.py:1047(build)",
    "  of this, write the file": "canvas.py:1297(save)",
}


def per_document(work: Callable[[], object], times: int = 40) -> tuple[float, float]:
    """Least and median processor time in milliseconds."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1000)
    taken.sort()
    return taken[0], taken[times // 2]


def stages(frozen: dict) -> None:
    issued = moment(frozen)
    html, xml = invoice_html(frozen, 1), to_cii(frozen)
    drawn = pdf.draw(html)

    def embed() -> bytes:
        return generate_from_binary(
            drawn, xml, flavor="factur-x", level="en16931", check_xsd=False, pdf_metadata={}
        )

    hybrid = embed()
    for name, work in {
        "html (jinja2, QR code)": lambda: invoice_html(frozen, 1),
        "xhtml2pdf": lambda: pdf.draw(html),
        "xml": lambda: to_cii(frozen),
        "embed (factur-x)": embed,
        "PDF/A (pikepdf)": lambda: make_archivable(hybrid, moment=issued),
        "complete": lambda: documents.pdf(frozen),
    }.items():
        least, median = per_document(work)
        print(f"{name:28} {least:7.1f} ms  (median {median:.1f})")


def inside_xhtml2pdf(frozen: dict) -> None:
    html = invoice_html(frozen, 1)
    profile = cProfile.Profile()
    profile.runcall(lambda: [pdf.draw(html) for _ in range(20)])
    found = {
        f"{key[0].rsplit('/', 1)[-1]}:{key[1]}({key[2]})": value[3]
        for key, value in pstats.Stats(profile).stats.items()
    }
    whole = next(taken for name, taken in found.items() if name.endswith("(pisaDocument)"))
    for name, function in STAGES.items():
        print(f"{name:28} {found.get(function, 0) / whole:7.0%} of xhtml2pdf")


def throughput(frozen: dict, count: int) -> None:
    for size in (1, 2):
        list(render_many([Item(0, frozen)] * size, size=size))
        start = time.perf_counter()
        for _key, file in render_many((Item(n, frozen) for n in range(count)), size=size):
            assert isinstance(file, bytes)
        print(f"{size} process(es) {count / (time.perf_counter() - start):17.1f} documents/s")


def main() -> None:
    one = snapshot(credit="50.00")
    stages(one)
    inside_xhtml2pdf(one)
    long = snapshot(lines=[Line(f"Stunde {number}") for number in range(62)])
    least, median = per_document(lambda: documents.pdf(long), 5)
    print(f"{'62 positions, complete':28} {least:7.1f} ms  (median {median:.1f})")
    throughput(one, COUNT)


if __name__ == "__main__":
    main()
