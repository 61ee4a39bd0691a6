"""Frozen snapshots in, bytes out. No decisions, no writes, no questions to the database.

The same snapshot gives the same bytes, in every process and time zone, for one lock file.
"""

from typing import Literal

Format = Literal["pdf", "xml"]


def render(
    snapshot: dict, format: Format, *, logo: bytes | None = None, accept_url: str | None = None
) -> bytes:
    """An issued document as a file.

    `pdf` is PDF/A-3, for invoices and cancellations with the EN 16931 XML inside (ZUGFeRD);
    `xml` is the XRechnung, or plain EN 16931 where the customer has no e-mail address.
    """
    # xhtml2pdf takes half a second to import: only who draws should wait for it.
    from kutego.rendering import documents

    if format == "xml":
        return documents.xml(snapshot)
    if format == "pdf":
        return documents.pdf(snapshot, logo=logo, accept_url=accept_url)
    raise ValueError(f"no such format: {format!r}")
