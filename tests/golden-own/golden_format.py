"""A golden case in the making: a chain of PyTorch modules, written in the format of tests/golden."""

import json
from importlib.metadata import version
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from zennit.attribution import Gradient
from zennit.composites import NameMapComposite

FOLDER = Path(__file__).parent
LIBRARIES = {name: version(name) for name in ("torch", "captum", "zennit", "numpy", "onnx")}


class Case:
    """A chain of modules with the nodes that describe it."""

    def __init__(self, name, seed, shape, layers):
        torch.manual_seed(seed)
        self.name, self.seed = name, seed
        self.x = rounded(torch.randn(1, *shape, dtype=torch.float64))
        self.nodes, self.modules, before = [], {}, "input"
        for node, module in layers:
            self.nodes.append({**node, "inputs": [before]})
            self.modules[before := node["name"]] = module
        self.model = nn.Sequential(*self.modules.values()).double().eval()
        for parameter in self.model.parameters():
            parameter.data = rounded(parameter.data)
            parameter.requires_grad = False
        with torch.no_grad():
            self.target = int(self.model(self.x).argmax())
        self.tensors, self.entries = {"input": self.x}, []
        names = {str(k): name for k, name in enumerate(self.modules)}
        self.keys = {name: key for key, name in names.items()}
        for name, module in self.modules.items():
            for part in ("weight", "bias"):
                if getattr(module, part, None) is not None:
                    self.tensors[f"w/{name}.{part}"] = getattr(module, part).data

    def add(self, name, method, compute, library, **more):
        """`compute(model, x)` in double precision is the expected value, in single precision the noise."""
        exact = compute(self.model, self.x)
        single = compute(self.model.float(), self.x.float())
        self.model.double()
        self.tensors[f"attr/{name}"] = exact
        self.entries.append(
            {
                "name": name,
                "method": method,
                "tensor": f"attr/{name}",
                "library": library,
                **more,
                "sum": float(exact.sum()),
                "max_abs": float(exact.abs().max()),
                "f32_noise": float((exact - single.double()).abs().max()),
            }
        )

    def backward(self, rules, start):
        """The signal at the input when these rules hold at these nodes."""

        def compute(model, x):
            composite = NameMapComposite([([self.keys[name]], rule) for name, rule in rules.items()])
            with Gradient(model=model, composite=composite) as attributor:
                return attributor(x, start)[1].detach()

        return compute

    def write(self):
        shapes, values = {"input": list(self.x.shape)}, self.x
        with torch.no_grad():
            for node, module in zip(self.nodes, self.model):
                values = module(values)
                self.tensors[f"act/{node['name']}"] = values
                shapes[node["name"]] = list(values.shape)
        self.tensors["logits"], self.tensors["probs"] = values, values.softmax(1)
        save_file(
            {key: value.float().contiguous().clone() for key, value in self.tensors.items()},
            FOLDER / f"{self.name}.safetensors",
        )
        torch.onnx.export(
            self.model.float(),
            (self.x.float(),),
            FOLDER / f"{self.name}.onnx",
            input_names=["input"],
            output_names=["logits"],
            dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}},
            opset_version=17,
        )
        case = {
            "format": "nn-attribution-golden/1",
            "case": self.name,
            "input": {"name": "input", "shape": shapes["input"]},
            "attribution_input": "input",
            "output": self.nodes[-1]["name"],
            "nodes": self.nodes,
            "node_shapes": shapes,
            "norm_axis": 1,
            "target": self.target,
            "target_logit": float(values[0, self.target]),
            "seed": self.seed,
            "versions": LIBRARIES,
            "attributions": self.entries,
        }
        (FOLDER / f"{self.name}.json").write_text(json.dumps(case, indent=1) + "\n")


def rounded(values):
    """What is left of double precision in a float32."""
    return values.float().double()


def conv(name, inputs, outputs, kernel, padding=0):
    kind = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[len(kernel) - 1]
    each = [padding] * len(kernel)
    node = {
        "name": name,
        "op": "conv",
        "dims": len(kernel),
        "in_channels": inputs,
        "out_channels": outputs,
        "kernel": list(kernel),
        "stride": [1] * len(kernel),
        "padding": each,
        "dilation": [1] * len(kernel),
        "groups": 1,
        "weight": f"w/{name}.weight",
        "bias": f"w/{name}.bias",
    }
    return node, kind(inputs, outputs, tuple(kernel), padding=padding)


def dense(name, inputs, outputs):
    node = {
        "name": name,
        "op": "dense",
        "in_features": inputs,
        "out_features": outputs,
        "weight": f"w/{name}.weight",
        "bias": f"w/{name}.bias",
    }
    return node, nn.Linear(inputs, outputs)


def pool(name, op, kernel):
    kind = {"maxpool": nn.MaxPool2d, "avgpool": nn.AvgPool2d}[op]
    node = {
        "name": name,
        "op": op,
        "dims": 2,
        "kernel": [kernel] * 2,
        "stride": [kernel] * 2,
        "padding": [0, 0],
        "ceil_mode": False,
    }
    if op == "avgpool":
        node["count_include_pad"] = True
    return node, kind(kernel)


def unit(name, op, module, **more):
    return {"name": name, "op": op, **more}, module


def flatten(name):
    return {"name": name, "op": "flatten"}, nn.Flatten()


def first_good(build, seed):
    """The first seed whose maps are there and well conditioned: a denominator near zero makes a map of noise."""
    while True:
        case = build(seed)
        good = (each["f32_noise"] <= 2e-6 * each["max_abs"] for each in case.entries)
        if all(good) and all(each["max_abs"] > 1e-3 for each in case.entries):
            case.write()
            return
        seed += 1
