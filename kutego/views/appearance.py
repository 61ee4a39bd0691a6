"""The company's colour as a stylesheet, its logo, and the theme each person works in."""

import colorsys

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response as AnyResponse

from kutego.channels import files
from kutego.models.company import company
from kutego.operations.appearance import choose_theme
from kutego.views.security import YEAR, own_path

appearance = Blueprint("appearance", __name__)

Rgb = tuple[float, float, float]
ENOUGH = 4.6  # WCAG 2.2 AA asks for 4.5:1; the rest is for rounding to eight bits
PAPER, NIGHT = "#f4f5f6", "#22262b"  # the least favourable surfaces of the two themes


def luminance(colour: Rgb) -> float:
    """The relative luminance of WCAG 2.2, from 0 to 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def rgb(code: str) -> Rgb:
    """`#1f6f54` as three parts from 0 to 1."""
    digits = code.lstrip("#")
    return tuple(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))  # type: ignore[return-value]


def hex_code(colour: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


def readable(code: str, *, on: tuple[str, ...], lighter: bool = False) -> str:
    """The shade of `code` nearest to it that can be read on every colour of `on`."""
    hue, light, saturation = colorsys.rgb_to_hls(*rgb(code))
    for step in range(101):
        shade = light + (1 - light) * step / 100 if lighter else light * (1 - step / 100)
        colour = rgb(hex_code(colorsys.hls_to_rgb(hue, shade, saturation)))
        if all(contrast(colour, rgb(ground)) >= ENOUGH for ground in on):
            return hex_code(colour)
    return "#ffffff" if lighter else "#000000"


def mixed(code: str, ground: str, share: float) -> str:
    """`share` of one colour laid over another."""
    pairs = zip(rgb(code), rgb(ground), strict=True)
    return hex_code(tuple(a * share + b * (1 - share) for a, b in pairs))  # type: ignore[arg-type]


def variables(accent: str) -> tuple[str, str]:
    """The accent's CSS variables for light and dark, legible whatever the company chose."""
    light = readable(accent, on=("#ffffff", PAPER, mixed(accent, "#ffffff", 0.1)))
    fill = readable(accent, on=("#ffffff",))
    soft = mixed(accent, "#181b1e", 0.22)
    dark = readable(accent, on=(NIGHT, soft), lighter=True)
    line = "--accent:{};--accent-text:{};--accent-soft:{};--on-accent:#fff"
    return (
        line.format(light, light, mixed(accent, "#ffffff", 0.1)),
        line.format(fill, dark, soft),
    )


def kept(response: Response) -> Response:
    """For what never changes under its address."""
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


@appearance.get("/stil-<accent>.css")
def accent_css(accent: str) -> Response:
    """The accent's variables; made from the address alone, so it may be kept for ever."""
    if len(accent) != 6 or set(accent) - set("0123456789abcdef"):
        abort(404)
    light, dark = variables(accent)
    css = (
        f":root{{{light}}}[data-theme=dark]{{{dark}}}"
        f"@media screen and (prefers-color-scheme:dark){{[data-theme=auto]{{{dark}}}}}"
        f"@media print{{:root{{{light}}}}}\n"
    )
    response = Response(css, mimetype="text/css")
    return kept(response)


@appearance.get("/logo.png")
def logo() -> Response:
    """The company's logo; the address carries its hash as a version."""
    name = company().logo_sha256 or abort(404)
    response = Response(files.read(name), mimetype="image/png")
    return kept(response)


@appearance.post("/buero/erscheinungsbild")
@login_required
def theme() -> AnyResponse:
    """Keep the theme this person works in."""
    choose_theme(current_user._get_current_object(), theme=request.form.get("theme", ""))
    if request.accept_mimetypes.best == "application/json":
        return Response(status=204)
    return redirect(own_path() or url_for("office.index"))
