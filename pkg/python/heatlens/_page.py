"""Explanations as pages."""

from __future__ import annotations

import html
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Sequence

from . import _inputs
from ._program import run


def page(
    model: _inputs.Model,
    x: _inputs.Input,
    out: str | os.PathLike[str] = "why.html",
    method: str | Sequence[str] = "lrp",
    *,
    target: int | str | None = None,
    against: int | str | None = None,
    labels: Sequence[str] | None = None,
    activation: str | None = None,
    title: str | None = None,
    palette: str | None = None,
    normalisation: str | None = None,
    template: str | os.PathLike[str] | None = None,
    **options: Any,
) -> Path:
    """Writes one HTML file that shows why a network decides as it does, and still computes where it is opened.

    The file holds engine, network and example; it opens by double click, without a network, and has still pictures for
    viewers that run no script.

    Args:
        model, x, target, against, labels, activation: as in :func:`heatlens.explain`.
        out: the file.
        method: a name of :func:`heatlens.methods`, or several for as many maps.
        title: title of the document.
        palette: ``"red-blue"``, ``"orange-blue"`` or ``"grey"``.
        normalisation: which value gets full colour: ``"max"``, ``"p99"`` or ``"cubic"``.
        template: the page's template, by default the one that is installed.
        options: parameters of every method that has them (``composite="gamma"``), of one (``lrp={"composite": "gamma"}``),
            and how pictures are read (``invert=True`` …).

    Returns:
        The path of the file.

    Raises:
        HeatlensError: with the program's code and words.
    """
    names = method if isinstance(method, str) else ",".join(method)
    with tempfile.TemporaryDirectory(prefix="heatlens-") as name:
        folder = Path(name)
        path = _inputs.model_file(model, x, folder, labels, activation)
        text = isinstance(x, str) and _inputs.reads_texts(path)
        file = _inputs.input_file(x, folder, text)
        look = {"title": title, "palette": palette, "normalisation": normalisation, "template": template}
        words = [f"--{key}={value}" for key, value in look.items() if value is not None]
        words += _inputs.chosen(target, against) + _inputs.words(folder, options)
        run(["page", str(path), f"--input={file}", f"--method={names}", f"--out={Path(out)}", *words])
    return Path(out)


@dataclass(frozen=True)
class Page:
    """A page that a notebook shows, in a frame of its own."""

    #: The whole document.
    html: str = field(repr=False)
    #: Height of the frame in pixels.
    height: int = 620

    def _repr_html_(self) -> str:
        # A frame without an origin: what is in it can reach nothing of the notebook.
        return (
            f'<iframe srcdoc="{html.escape(self.html)}" sandbox="allow-scripts allow-downloads" title="heatlens" '
            f'style="width:100%;height:{int(self.height)}px;border:0"></iframe>'
        )

    def save(self, out: str | os.PathLike[str]) -> Path:
        """Writes the page as a file."""
        Path(out).write_bytes(self.html.encode("utf-8"))
        return Path(out)


def show(
    model: _inputs.Model,
    x: _inputs.Input,
    method: str | Sequence[str] = "lrp",
    *,
    height: int = 620,
    **options: Any,
) -> Page:
    """The page of :func:`heatlens.page` for the output of a notebook cell; takes the same options."""
    with tempfile.TemporaryDirectory(prefix="heatlens-") as name:
        file = page(model, x, Path(name) / "page.html", method, **options)
        return Page(file.read_bytes().decode("utf-8"), height)
