"""Importing this loads what every document needs: modules, fonts, templates.

The fork server imports it once, so that each worker starts with all of it in memory, shared.
"""

import gc

from kutego.rendering import documents, layout, pdf, pictures

pdf.prepare()
pictures.qr_uri("")
for name in documents.TEMPLATES:
    layout.environment().get_template(name)

# What is loaded stays loaded: the collector need not look at it again for every document.
gc.collect()
gc.freeze()
