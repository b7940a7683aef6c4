"""Models and inputs as the files that the program reads."""

from __future__ import annotations

import inspect
import io
import json
import os
import re
import sys
import warnings
from pathlib import Path
from typing import Any, Sequence, Union

import numpy as np

from ._program import HeatlensError, run

#: A path to an ONNX file, its bytes, or a ``torch.nn.Module``.
Model = Union[str, "os.PathLike[str]", bytes, bytearray, Any]
#: One example: an array or tensor, a path, or for models that read texts a text.
Input = Union[np.ndarray, str, "os.PathLike[str]", Any]

#: ONNX version of what torch exports.
OPSET = 17


def _is_torch(value: Any, kind: str) -> bool:
    """Whether it is of torch, which nobody has imported if there is no such thing."""
    torch = sys.modules.get("torch")
    if torch is None:
        return False
    return isinstance(value, torch.nn.Module if kind == "module" else torch.Tensor)


def _array(x: Any) -> np.ndarray:
    """The example as an array the program reads: f4, f8, i8, or u1, whose 0 to 255 are the model's range."""
    if _is_torch(x, "tensor"):
        x = x.detach().cpu().numpy()
    array = np.asarray(x)
    if array.dtype.kind not in "fiub":
        raise HeatlensError("E_INPUT", f"an input of numbers is needed, not {array.dtype}")
    if array.dtype != np.uint8:
        array = array.astype(np.int64 if array.dtype.kind in "iu" else np.float32)
    return np.ascontiguousarray(array)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def with_metadata(model: bytes, entries: dict[str, str]) -> bytes:
    """An ONNX file with more ``metadata_props``.

    Fields of protobuf messages may be appended: field 14 of ModelProto is a StringStringEntryProto, whose fields 1 and 2
    are key and value.
    """

    def field(number: int, content: bytes) -> bytes:
        return _varint(number << 3 | 2) + _varint(len(content)) + content

    for key, value in entries.items():
        model += field(14, field(1, key.encode()) + field(2, value.encode()))
    return model


def _example(module: Any, x: Any) -> Any:
    """The input as the module takes it, with a batch axis: as it is given, or with one in front."""
    torch = sys.modules["torch"]
    given = x.detach().cpu() if _is_torch(x, "tensor") else torch.from_numpy(_array(x))
    if given.dtype not in (torch.int64, torch.int32):
        given = given.to(torch.float32)
    if given.ndim == 0:
        raise HeatlensError("E_INPUT", "an input of a torch module has at least one axis")
    forms = [given, given[None]] if given.shape[0] == 1 else [given[None], given]
    failed = None
    for form in forms:
        try:
            with torch.no_grad():
                module(form)
            return form
        except Exception as error:  # noqa: BLE001, whatever a module says of a shape
            failed = failed or error
    shape = tuple(given.shape)
    raise HeatlensError("E_INPUT", f"the module takes no input of shape {shape}: {failed}") from failed


def _exported(module: Any, x: Any) -> bytes:
    """The module as torch exports it, on the processor, in evaluation mode; what it was is restored."""
    import torch

    modes = [(part, part.training) for part in module.modules()]
    first = next(module.parameters(), torch.empty(0))
    if first.device.type != "cpu":
        raise HeatlensError("E_MODEL", f"the module is on {first.device}: move it with .cpu() first")
    module.eval()
    try:
        example = _example(module, x)
        how: dict[str, Any] = {
            "input_names": ["input"],
            "output_names": ["output"],
            "dynamic_axes": {"input": {0: "batch"}, "output": {0: "batch"}},
            "opset_version": OPSET,
        }
        # The exporter by tracing writes one plain file; from torch 2.9 on it has to be asked for.
        if "dynamo" in inspect.signature(torch.onnx.export).parameters:
            how["dynamo"] = False
        file = io.BytesIO()
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            torch.onnx.export(module, (example,), file, **how)
        return file.getvalue()
    except HeatlensError:
        raise
    except Exception as error:  # noqa: BLE001, whatever torch says
        first_line = next(iter(str(error).splitlines()), type(error).__name__)
        raise HeatlensError("E_EXPORT", f"torch cannot export the module: {first_line}") from error
    finally:
        for part, training in modes:
            part.training = training


def model_file(
    model: Model,
    x: Input,
    folder: Path,
    labels: Sequence[str] | None = None,
    activation: str | None = None,
) -> Path:
    """The model as an ONNX file: where it is, or in ``folder``."""
    entries: dict[str, str] = {}
    if labels is not None:
        if any("\n" in label or "\r" in label for label in labels):
            raise HeatlensError("E_REQUEST", "a label is one line")
        entries["heatlens.labels"] = "\n".join(labels)
    if activation is not None:
        entries["heatlens.output-activation"] = activation
    name = "model"
    if isinstance(model, (bytes, bytearray, memoryview)):
        data = bytes(model)
    elif _is_torch(model, "module"):
        name = type(model).__name__
        data = _exported(model, x)
    elif isinstance(model, (str, os.PathLike)):
        path = Path(model)
        if not entries:
            return path
        name = path.stem
        try:
            data = path.read_bytes()
        except OSError as error:
            raise HeatlensError("E_IO", f"cannot read '{path}': {error.strerror}") from error
    else:
        raise HeatlensError("E_REQUEST", f"a model is a path, bytes or a torch module, not {type(model).__name__}")
    file = folder / (re.sub(r"[^\w.-]", "_", name)[:80] + ".onnx")
    file.write_bytes(with_metadata(data, entries))
    return file


def reads_texts(model: Path) -> bool:
    """Whether the model takes texts: its metadata have a vocabulary."""
    return "heatlens.text" in json.loads(run(["inspect", str(model), "--json"]))["metadata"]


def input_file(x: Input, folder: Path, text: bool) -> Path:
    """The input as a file: where it is, or in ``folder``. A ``str`` is a text for models that read texts, else a path."""
    if isinstance(x, os.PathLike) or (isinstance(x, str) and not text):
        return Path(x)
    if isinstance(x, str):
        file = folder / "text.txt"
        file.write_bytes(x.encode("utf-8", "replace"))
        return file
    file = folder / "input.npy"
    np.save(file, _array(x), allow_pickle=False)
    return file


#: Options of how a picture is read.
PICTURE = ("index", "range", "invert", "transpose", "resize", "background")


def words(folder: Path, options: dict[str, Any], prefix: str = "") -> list[str]:
    """Options as words of the command line: those of pictures, and parameters of methods as ``--set``.

    A dictionary holds the parameters of the method of its name; an array becomes a file.
    """
    out: list[str] = []
    for key, value in options.items():
        name = key.replace("_", "-")
        if not prefix and name in PICTURE:
            if value is True:
                out.append(f"--{name}")
            elif value is not None and value is not False:
                pair = isinstance(value, (tuple, list))
                out.append(f"--{name}=" + (",".join(map(str, value)) if pair else str(value)))
        elif isinstance(value, dict):
            out += words(folder, value, f"{name}.")
        else:
            if isinstance(value, np.ndarray) or _is_torch(value, "tensor"):
                file = folder / f"{prefix}{name}.npy"
                np.save(file, _array(value).astype(np.float32), allow_pickle=False)
                value = f"@{file}"
            out.append(f"--set={prefix}{name}={value}")
    return out


def chosen(target: Any, against: Any) -> list[str]:
    """Which class is explained, against which."""
    out = [] if target is None else [f"--target={target}"]
    return out if against is None else [*out, f"--against={against}"]
