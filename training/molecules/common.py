"""What the molecule models share: a network's weights in ONNX, metadata, averaging, the command line.

`Graph.weight` stores weights as float16, each followed by a Cast to float32. Axes of one molecule's atoms are
dynamic and called "atoms": a program binds them to the molecule's size, or pads. All layers on atoms
keep zero at zero, so a padded atom (features, bonds, charge: all zero) changes nothing.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "www" / "models"
DATA = ROOT / "../shared/data"
HELD_OUT = ROOT / "tests" / "molecules" / "held_out.json"


def options(description, **defaults):
    """The command line: seed, epochs, threads, folders."""
    parser = argparse.ArgumentParser(description=description)
    for name, value in {"seed": 1, "threads": 1, "out": MODELS, **defaults}.items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    args = parser.parse_args()
    args.out = Path(args.out)
    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(True)
    return args


class Graph:
    """An ONNX graph in the making: `node` returns the name of its output."""

    def __init__(self, inputs):
        self.nodes, self.initializers = [], []
        self.inputs = [helper.make_tensor_value_info(*info) for info in inputs]

    def weight(self, name, values):
        """A matrix or vector of weights, float32 in use."""
        array = torch.as_tensor(values).detach().numpy().astype(np.float16)
        self.initializers.append(numpy_helper.from_array(array, f"{name}.f16"))
        return self.node("Cast", f"{name}.f16", name=name, to=TensorProto.FLOAT)

    def constant(self, name, values, dtype=np.int64):
        self.initializers.append(numpy_helper.from_array(np.asarray(values, dtype=dtype), name))
        return name

    def node(self, kind, *inputs, name, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def model(self, outputs, metadata):
        graph = helper.make_graph(
            self.nodes, "molecules", self.inputs,
            [helper.make_tensor_value_info(*info) for info in outputs], self.initializers,
        )
        proto = helper.make_model(graph, ir_version=8, producer_name="heatlens training",
                                  opset_imports=[helper.make_opsetid("", 17)])
        helper.set_model_props(proto, metadata)
        onnx.checker.check_model(proto, full_check=True)
        return proto


def write(path, proto):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(proto.SerializeToString())
    print(f"{path.name}: {path.stat().st_size} bytes", flush=True)


def record_held_out(name, molecules):
    """Notes which rows of the readable ones were held out, for the tests that measure the shipped file."""
    rows = json.loads(HELD_OUT.read_text()) if HELD_OUT.exists() else {}
    rows[name] = sorted(molecule["row"] for molecule in molecules)
    HELD_OUT.write_text(json.dumps(rows) + "\n")


def session(proto):
    """The exported file as onnxruntime runs it."""
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        proto.SerializeToString(), settings, providers=["CPUExecutionProvider"]
    )


class Clock:
    """Seconds since it was made, for the log."""

    def __init__(self):
        self.start = time.time()

    def __str__(self):
        return f"{time.time() - self.start:.0f} s"
