"""Explanations as arrays."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Sequence

import numpy as np

from . import _inputs
from ._program import HeatlensError, run


@lru_cache(maxsize=1)
def _catalogue() -> str:
    return run(["methods", "--json"])


def methods() -> list[dict[str, Any]]:
    """The catalogue: every method with its title, what its numbers mean and sum to, its source and its parameters."""
    return json.loads(_catalogue())


@dataclass(frozen=True)
class Prediction:
    """What the network says of the example."""

    #: Raw outputs of the first result, flat.
    logits: np.ndarray
    #: None where nothing says how raw outputs become probabilities.
    probabilities: np.ndarray | None


@dataclass(frozen=True)
class Explanation:
    """The numbers that explain one decision, and what is known about them."""

    #: One number per element of the input, without the batch axis; of a text one per token.
    relevance: np.ndarray
    #: Name of the method; `facts` has its title.
    method: str
    #: Every parameter with the value that was used.
    parameters: dict[str, Any]
    prediction: Prediction
    #: The explained class: its number and, if it has one, its label.
    target: int
    label: str | None
    against: int | None
    against_label: str | None
    #: What is explained: the target's raw output, or the difference of two.
    score: float
    #: Σ relevance.
    sum: float
    #: What the sum should be, where the method promises something.
    expected: float | None
    #: Whether the numbers are for (+) and against (−).
    signed: bool
    #: What a reader has to know, one sentence each.
    notes: list[str]
    #: The catalogue's entry of the method: title, summary, sums, source …
    facts: dict[str, Any] = field(repr=False)
    #: Of a text: its tokens with their places, and whether the model knows them; else None.
    tokens: list[dict[str, Any]] | None = field(repr=False)
    #: All that the program says, with layers and sets.
    record: dict[str, Any] = field(repr=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the relevance."""
        return self.relevance.shape


def _logits(numbers: Sequence[float]) -> np.ndarray:
    return np.asarray(numbers, dtype=np.float32)


def explain(
    model: _inputs.Model,
    x: _inputs.Input,
    method: str = "lrp",
    *,
    target: int | str | None = None,
    against: int | str | None = None,
    labels: Sequence[str] | None = None,
    activation: str | None = None,
    **options: Any,
) -> Explanation:
    """Explains a decision.

    Args:
        model: a path to an ONNX file, its bytes, or a ``torch.nn.Module`` (on the processor).
        x: one example: an array or tensor with or without a batch axis of 1, a path (.npy, .png, .txt …), or a text where
            the model reads texts. Arrays of ``uint8`` are pictures, whose 0 to 255 are scaled to the model's range.
        method: a name of :func:`methods`.
        target: label or number of the class that is explained; by default the one with the largest raw output.
        against: the class that it is held against.
        labels: names of the classes, where the model has none.
        activation: how raw outputs become probabilities, where the model does not say: ``"softmax"``, ``"sigmoid"`` or
            ``"identity"``.
        options: parameters of the method (``composite="gamma"``; arrays as baselines), and how pictures are read
            (``invert=True``, ``resize=True``, ``range=(-1, 1)`` …).

    Raises:
        HeatlensError: with the program's code and words.
    """
    with tempfile.TemporaryDirectory(prefix="heatlens-") as name:
        folder = Path(name)
        path = _inputs.model_file(model, x, folder, labels, activation)
        text = _inputs.reads_texts(path)
        file = str(_inputs.input_file(x, folder, text))
        asked = _inputs.chosen(target, against) + _inputs.words(folder, options)
        facts = next((entry for entry in methods() if entry["name"] == method), None)
        if facts is None:
            raise HeatlensError("E_REQUEST", f"there is no method '{method}'; see heatlens.methods()")
        if text:
            record = json.loads(run(["read", str(path), file, f"--method={method}", *asked, "--json"]))
            numbers = [np.nan if value is None else value for value in record["relevance"]]
            relevance = _logits(numbers)
            said = record
            tokens = record["tokens"]
        else:
            out, json_file = folder / "relevance.npy", folder / "explanation.json"
            files = [f"--out={out}", f"--out={json_file}"]
            run(["explain", str(path), f"--input={file}", f"--method={method}", *asked, *files])
            record = json.loads(json_file.read_text("utf-8"))
            relevance = np.load(out, allow_pickle=False)
            picture = _inputs.words(folder, {k: v for k, v in options.items() if k in _inputs.PICTURE})
            predicted = run(["predict", str(path), f"--input={file}", *picture, "--json"])
            said = json.loads(predicted)["outputs"][0]
            tokens = None
    probabilities = said["probabilities"]
    prediction = Prediction(
        logits=_logits(said["logits"]),
        probabilities=None if probabilities is None else np.asarray(probabilities, dtype=np.float64),
    )
    return Explanation(
        relevance=relevance,
        method=method,
        parameters=record["parameters"],
        prediction=prediction,
        target=record["target"],
        label=record["label"],
        against=record["against"],
        against_label=record["againstLabel"],
        score=record["score"],
        sum=record["sum"],
        expected=record["expected"],
        signed=record["signed"],
        notes=record["notes"],
        facts=facts,
        tokens=tokens,
        record=record,
    )
