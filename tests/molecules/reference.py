"""Makes the reference values beside this file: the two networks on molecules with random weights, run
and explained by PyTorch in double precision.

    python tests/molecules/reference.py

LRP and DeepLIFT are written as gradients of networks in which parts are held constant:
LRP-0 is x ⊙ gradient if every unit is y = z·[y/z] and every product ½(a·[b] + [a]·b) (rules: pass at
units, equal split at products whose factors both depend on x); DeepLIFT's multipliers are the gradient
if units are z·[Δy/Δz] and products a·[mean of b and b₀], b alike; [ ] is held constant. `noise/…` is
how far the same in single precision is off.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "training" / "molecules"))
from energy import CENTRES, FAR, SIGMA, TensorNetwork
from energy import to_onnx as energy_onnx
from graph_network import BONDS, SUM, GraphNetwork, tensors
from graph_network import to_onnx as graph_onnx

# Nitroethane with an odd triple bond and an aromatic one: all kinds of bonds.
MOLECULE = {
    "atoms": [[0, 1, 13, 24], [0, 1, 12, 25], [0, 2, 14, 26], [0, 3, 22, 24], [0, 3, 15, 24]],
    "bonds": [[0, 1, 0], [1, 2, 2], [2, 3, 1], [2, 4, 3]],
}
CHARGES = [[6, 8, 7, 1, 1, 16]]


class Plain:
    """The network as it is."""

    def unit(self, function, z):
        return function(z)

    def product(self, a, b, multiply, both):
        return multiply(a, b)

    def maximum(self, x):
        """Over the atoms; the first one wins a tie."""
        return x.gather(1, x.argmax(1, keepdim=True))[:, 0]


class Relevance(Plain):
    """LRP-0 as gradient × input."""

    def unit(self, function, z):
        y = function(z)
        return z * torch.where(z == 0, torch.zeros_like(z), y / z).detach()

    def product(self, a, b, multiply, both):
        if not both:
            return multiply(a, b)
        y = multiply(a, b.detach()) + multiply(a.detach(), b)
        return 0.5 * y


class Recorder(Plain):
    """Notes what DeepLIFT needs of the reference input."""

    def __init__(self):
        self.seen = []

    def unit(self, function, z):
        self.seen.append((z.detach(), function(z).detach()))
        return function(z)

    def product(self, a, b, multiply, both):
        self.seen.append((a.detach(), b.detach()))
        return multiply(a, b)

    def maximum(self, x):
        self.seen.append(x.detach())
        return super().maximum(x)


class Rescale(Plain):
    """DeepLIFT's multipliers as a gradient; values stay those of the input."""

    def __init__(self, seen):
        self.seen = iter(seen)

    def unit(self, function, z):
        z0, y0 = next(self.seen)
        y, step = function(z), z - z0
        own = torch.autograd.functional.jvp(function, z.detach(), torch.ones_like(z))[1]
        slope = torch.where(step.abs() < 1e-10, own, (y - y0) / step)
        return y.detach() + (z - z.detach()) * slope.detach()

    def product(self, a, b, multiply, both):
        a0, b0 = next(self.seen)
        mean = lambda u, v: ((u + v) / 2).detach()
        change = multiply(a - a.detach(), mean(b, b0)) + multiply(mean(a, a0), b - b.detach())
        return multiply(a, b).detach() + change

    def maximum(self, x):
        """y − y₀ in two steps, over the larger of both: the first by this input's winner, the second
        by the reference's (as Captum has it)."""
        x0 = next(self.seen)
        y, y0 = super().maximum(x), super().maximum(x0)
        total = y.detach()
        for winner, step in ((x, torch.maximum(y, y0) - y0), (x0, y - torch.maximum(y, y0))):
            at = winner.argmax(1, keepdim=True)
            own, own0 = x.gather(1, at)[:, 0], x0.gather(1, at)[:, 0]
            slope = torch.where((own - own0).abs() < 1e-10, torch.ones_like(own) * (winner is x), step / (own - own0))
            total = total + (own - own.detach()) * slope.detach()
        return total


def graph_network(net, x, a, present, way, both):
    """The forward pass of GraphNetwork with all atoms present; `both`: explained by the adjacency."""
    n, h = x.shape[1], x @ net.embed.weight.T
    rows = a.flatten(1, 2)
    for t, layer in enumerate(net.layers):
        near = way.product(rows, h, torch.matmul, both and t > 0)
        near = near.unflatten(1, (BONDS, n)).transpose(1, 2).flatten(2)
        h = h + way.unit(torch.relu, torch.cat([h, near], 2) @ layer.weight.T)
    r = way.unit(torch.relu, h @ net.read.weight.T)
    g = torch.cat([r.sum(1) * SUM, way.maximum(r)], 1)
    return net.out(way.unit(torch.relu, net.hidden(g)))


def tensor_network(net, z, d, way, both):
    """The forward pass of TensorNetwork; `both`: the factors of the first product depend on the same."""
    centres = torch.as_tensor(CENTRES, dtype=d.dtype)
    square = way.unit(torch.square, d[..., None] - centres)
    gaussians = way.unit(torch.exp, square * np.float32(-1 / (2 * SIGMA**2)))
    filters, x = net.from_distance(gaussians), net.table[z]
    for t in range(net.refinements):
        atoms = net.from_atom(x)[:, None].expand(filters.shape)
        factors = way.product(atoms, filters, torch.mul, both and t > 0)
        x = x + way.unit(torch.tanh, net.to_atom(factors)).sum(2)
    own = net.out(way.unit(torch.tanh, net.hidden(x)))[..., 0] * net.scale + net.offsets[z]
    return own.sum(1, keepdim=True)


def from_positions(net, z, r, apart, way, both):
    """The same from positions."""
    between = r[:, :, None] - r[:, None]
    squares = way.unit(torch.square, between).sum(3) + apart
    return tensor_network(net, z, way.unit(torch.sqrt, squares), way, both)


def explain(forward, inputs, source, baseline):
    """Output, gradient, LRP-0 and (Σ-complete) DeepLIFT by one input."""
    def run(way, value):
        value = value.detach().clone().requires_grad_()
        y = forward([value if i == source else x for i, x in enumerate(inputs)], way)
        return y, torch.autograd.grad(y.sum(), value)[0]

    x, x0 = inputs[source], torch.full_like(inputs[source], baseline)
    recorder = Recorder()
    y, gradient = run(Plain(), x)
    reference = run(recorder, x0)[0]
    deep_lift = (x - x0) * run(Rescale(recorder.seen), x)[1]
    assert abs((y - reference).item() - deep_lift.sum().item()) < 1e-5 * max(1, abs(y.item()))
    return {"output": y, "gradient": gradient, "lrp": x * run(Relevance(), x)[1], "deeplift": deep_lift}


def save(path, tensors):
    header, body = {}, b""
    for name, value in tensors.items():
        raw = np.ascontiguousarray(value.detach().numpy(), dtype="<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def write(name, net, inputs, cases, proto):
    """`cases`: (node explained, forward pass, its inputs, index of the explained one, baseline)."""
    kept = {f"input/{i}": x.float() for i, x in enumerate(inputs)}
    for case, forward, inputs, source, baseline in cases:
        both = source == 1
        pair = []
        for dtype in (torch.float64, torch.float32):
            net.to(dtype)
            typed = [x.to(dtype) if x.is_floating_point() else x for x in inputs]
            pair.append(explain(lambda xs, way: forward(net, *xs, way, both), typed, source, baseline))
        for key, value in pair[0].items():
            kept[f"{case}/{key}"] = value
            kept[f"noise/{case}/{key}"] = (pair[1][key].double() - value).abs().max().reshape(1)
    save(HERE / f"{name}.safetensors", kept)
    (HERE / f"{name}.onnx").write_bytes(proto.SerializeToString())
    for key, value in kept.items():
        print(name, key, tuple(value.shape), f"{value.float().abs().max().item():.3g}")


def main():
    torch.manual_seed(5)
    net = GraphNetwork(28, 8, 3, 0.0)
    for parameter in net.parameters():  # large enough to matter, and as the file stores them
        parameter.data = (2.5 * parameter.data).half().float()
    inputs = [*tensors([MOLECULE], 28), torch.ones(1, len(MOLECULE["atoms"]))]
    cases = [("features", graph_network, inputs, 0, 0.3), ("adjacency", graph_network, inputs, 1, 0.0)]
    write("graph_network", net, inputs, cases, graph_onnx(net, {}))

    net = TensorNetwork(np.linspace(-1, 1, 17), 2.0, 6, 8, 2, 5)
    z = torch.tensor(CHARGES)
    r = 3 * torch.rand(1, z.shape[1], 3)
    apart = FAR**2 * torch.eye(z.shape[1])[None]
    d = ((r[:, :, None] - r[:, None]).double().square().sum(3) + apart).sqrt()
    cases = [
        ("positions", from_positions, [z, r, apart], 1, 0.3),
        ("distances", tensor_network, [z, d], 1, 1.5),
    ]
    write("tensor_network", net, [z, r, apart], cases, energy_onnx(net, {}))


if __name__ == "__main__":
    main()
