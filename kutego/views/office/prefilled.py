"""Forms of master data that are opened with something in them, from the address."""

from flask import request


def prefilled(form, *names):
    """The form with these fields as the address says; what cannot be understood is left empty."""
    if request.method != "GET":
        return form
    for name in names:
        if text := request.args.get(name, "")[:40]:
            field = form[name]
            try:
                field.process_formdata([text])
            except ValueError:
                field.process(None)
    return form
