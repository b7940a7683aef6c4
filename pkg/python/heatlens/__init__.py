"""Explains the decisions of neural networks with heatmaps: as arrays, as pages, and inside notebooks.

>>> import heatlens
>>> heatlens.page(net, x, out="why.html", method="lrp")             # one file that opens anywhere and still computes
>>> heatlens.explain(net, x, method="lrp", target=3).relevance      # a numpy array
>>> heatlens.show(net, x, method="lrp,occlusion")                   # the page in a notebook cell

A model is a path to an ONNX file, its bytes, or a ``torch.nn.Module``, which torch itself exports. An input is an array or
tensor of one example, a path (.npy, .png, .txt …) or, for models that read texts, a text. The numbers are those of the
program ``heatlens``, which is installed with this module.
"""

from ._explain import Explanation, Prediction, explain, methods
from ._page import Page, page, show
from ._program import HeatlensError, HeatlensWarning, program

__all__ = [
    "Explanation",
    "HeatlensError",
    "HeatlensWarning",
    "Page",
    "Prediction",
    "explain",
    "methods",
    "page",
    "program",
    "show",
]
