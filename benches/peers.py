"""PyTorch, and with it captum (guided backpropagation) and zennit (LRP), measured as the other systems
are: answers each line of JSON on standard input with one on standard output. run.mjs asks."""

import json
import sys
import time

import torch
from captum.attr import GuidedBackprop
from torch import nn
from zennit.attribution import Gradient
from zennit.composites import EpsilonAlpha2Beta1, EpsilonPlusFlat, LayerMapComposite
from zennit.rules import Epsilon, Pass
from zennit.types import Activation, Convolution
from zennit.types import Linear as Dense

WARM_UP = 300  # ms that are run before anything counts
SAMPLE = 2  # least ms of a group of calls that are timed together

torch.set_num_threads(1)


class Network(nn.Module):
    """A network as networks.mjs describes it."""

    def __init__(self, description, weights):
        super().__init__()
        self.layers = description["layers"]
        self.steps = nn.ModuleList(self.step(layer, weights) for layer in self.layers)

    def step(self, layer, weights):
        op, inputs = layer["op"], layer["inputs"]
        if op == "relu":
            return nn.ReLU()
        if op == "pool":
            return nn.MaxPool2d(layer["kernel"], layer["stride"])
        if op == "flatten":
            return nn.Flatten()
        if op not in ("conv", "dense"):
            return nn.Identity()
        source = self.layers[inputs[0]]["shape"]
        outputs = layer["shape"][0]
        if op == "conv":
            module = nn.Conv2d(source[0], outputs, layer["kernel"], layer["stride"], layer["pad"])
        else:
            module = nn.Linear(source[0], outputs)
        with torch.no_grad():
            for name in ("weight", "bias"):
                start, count = layer[name]
                parameter = getattr(module, name)
                parameter.copy_(weights[start : start + count].view_as(parameter))
        return module.requires_grad_(False)

    def forward(self, x):
        values = [x]
        for layer, step in zip(self.layers[1:], self.steps[1:]):
            inputs = [values[source] for source in layer["inputs"]]
            if layer["op"] == "concat":
                values.append(torch.cat(inputs, 1))
            elif layer["op"] == "average":
                values.append(inputs[0].mean((2, 3)))
            else:
                values.append(step(inputs[0]))
        return values[-1]


def floats(path):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.float32)


def prepare(request):
    """A function that runs the task once, or None."""
    files, task, target = request["files"], request["task"], request["target"]
    with open(files + ".json", encoding="utf-8") as file:
        description = json.load(file)
    model = Network(description, floats(files + ".weights")).eval()
    shape = [request["batch"], *description["layers"][0]["shape"]]
    x = floats(files + ".input")[: torch.Size(shape).numel()].view(shape).clone()
    if task == "forward":
        return torch.inference_mode()(lambda: model(x))
    x.requires_grad_(True)
    if task == "saliency":
        return lambda: torch.autograd.grad(model(x)[:, target].sum(), x)[0].abs()
    if task == "guided":
        guided = GuidedBackprop(model)
        return lambda: guided.attribute(x, target=target)
    composite = {
        "lrp-epsilon": lambda: LayerMapComposite(
            [(Activation, Pass()), (Convolution, Epsilon()), (Dense, Epsilon())]
        ),
        "lrp-plus-flat": EpsilonPlusFlat,
        "lrp-alpha2-beta1": EpsilonAlpha2Beta1,
    }.get(task)
    if composite is None:
        return None
    attributor = Gradient(model, composite())
    attributor.__enter__()
    mask = torch.zeros(request["batch"], description["layers"][-1]["shape"][0])
    mask[:, target] = 1
    return lambda: attributor(x, lambda out: out * mask)[1]


def samples(run, milliseconds):
    """Milliseconds a call, group by group."""
    found, spent = [], 0.0
    while spent < milliseconds or not found:
        start, calls, elapsed = time.perf_counter(), 0, 0.0
        while elapsed < SAMPLE:
            run()
            calls += 1
            elapsed = (time.perf_counter() - start) * 1e3
        found.append(elapsed / calls)
        spent += elapsed
    return found


def main():
    run = None
    for line in sys.stdin:
        request = json.loads(line)
        action, answer = request["action"], None
        if action == "open":
            run = prepare(request)
            answer = run is not None
        elif action == "output":
            answer = run().detach().flatten().tolist()
        elif action == "warm-up":
            answer = len(samples(run, WARM_UP))
        elif action == "time":
            answer = samples(run, request["milliseconds"])
        else:
            run = None
        print(json.dumps(answer), flush=True)


main()
