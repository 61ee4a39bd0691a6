"""A claim for the collection agency, as CSV and as XML: the same figures from the same data."""

import csv
import io
from typing import Any
from xml.etree import ElementTree as ET

from kutego.rendering.frozen import printable

RISKY = ("=", "+", "-", "@")  # what a spreadsheet would run


def claim_csv(statement: dict[str, Any]) -> bytes:
    """One line of heads and one of values, for an import; UTF-8 with semicolons, as Excel reads."""
    flat = dict(_flat(printable(statement)))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(flat)
    writer.writerow([_safe(value) for value in flat.values()])
    return out.getvalue().encode("utf-8-sig")


def claim_xml(statement: dict[str, Any]) -> bytes:
    """The statement as nested elements; amounts with a point, days as in ISO 8601."""
    root = ET.Element("claim-statement", version="1")
    _fill(root, printable(statement))
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _flat(value: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for key, part in value.items() for pair in _flat(part, f"{path}.{key}"[:80])]
    if isinstance(value, list):
        text = " | ".join(", ".join(str(part) for part in each.values()) for each in value)
        return [(path.strip("."), text)]
    return [(path.strip("."), _text(value))]


def _fill(element: ET.Element, value: dict[str, Any]) -> None:
    for key, part in value.items():
        child = ET.SubElement(element, key.replace("_", "-"))
        if isinstance(part, dict):
            _fill(child, part)
        elif isinstance(part, list):
            for each in part:
                _fill(ET.SubElement(child, key.rstrip("s")), each)
        else:
            child.text = _text(part)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _safe(text: str) -> str:
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(RISKY) and not is_number else text
