"""The graph network behind `ames.py` and `esol.py`: message passing along bonds of four kinds.

    h⁰ = p ⊙ X·W_in                                        X: 0/1 features of the atoms
    hᵗ⁺¹ = hᵗ + p ⊙ ReLU([hᵗ, A₁hᵗ, A₂hᵗ, A₃hᵗ, A₄hᵗ]·Wᵗ)    A_k: adjacency by bonds of kind k
    g = Σ_i r_i / 16 with r = ReLU(hᵀ·W_r)
    f = W₂·ReLU(W₁·g + b₁) + b₂

p is 1 for every atom. Only the exported file has it: there, p_i = 0 takes atom i out with its bonds,
for layers on atoms have no bias, so a row of zeros sends nothing and adds nothing to the sum. The feature "atom", which is 1 for every atom, stands in for the bias.
"""

import json
import random
from pathlib import Path

import numpy as np
import torch
from onnx import TensorProto
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from common import Graph, Clock

BONDS = 4
SUM = 1 / 16  # brings the sum over atoms near the size of one atom's values


def load(path):
    """Molecules written by graphs.mjs."""
    if not Path(path).exists():
        raise SystemExit(f"{path} is missing: run node training/molecules/graphs.mjs first")
    with open(path, encoding="utf8") as lines:
        return [json.loads(line) for line in lines]


def random_split(molecules, seed, share=0.2):
    """(train, test), drawn at random."""
    order = list(range(len(molecules)))
    random.Random(seed).shuffle(order)
    cut = round(share * len(order))
    return [molecules[i] for i in order[cut:]], [molecules[i] for i in order[:cut]]


def row_split(molecules, seed):
    """The same over the rows of the table, so that one which cannot be read moves no other to another side."""
    rows = {molecule["row"]: molecule for molecule in molecules}
    parts = random_split(range(max(rows) + 1), seed)
    return tuple([rows[row] for row in part if row in rows] for part in parts)


def elements(molecules):
    """Symbols of the elements that molecules have, for the metadata."""
    return " ".join(sorted({symbol for molecule in molecules for symbol in molecule["symbols"]}))


def scaffold_split(molecules, share=0.2):
    """(train, test) without a common scaffold: the largest families train, the rarest test."""
    families = {}
    for molecule in molecules:
        families.setdefault(molecule["scaffold"], []).append(molecule)
    train, test = [], []
    for _, family in sorted(families.items(), key=lambda item: (-len(item[1]), item[0])):
        room = (1 - share) * len(molecules) - len(train)
        (train if len(family) <= room else test).extend(family)
    return train, test


def tensors(molecules, features, size=None):
    """Padded inputs: features [N, n, F] and adjacency [N, 4, n, n]."""
    size = size or max(len(m["atoms"]) for m in molecules)
    x = np.zeros((len(molecules), size, features), np.float32)
    a = np.zeros((len(molecules), BONDS, size, size), np.float32)
    for row, molecule in enumerate(molecules):
        for atom, columns in enumerate(molecule["atoms"]):
            x[row, atom, columns] = 1
        for i, j, kind in molecule["bonds"]:
            a[row, kind, i, j] = a[row, kind, j, i] = 1
    return torch.from_numpy(x), torch.from_numpy(a)


class GraphNetwork(nn.Module):
    """(features [N, n, F], adjacency [N, 4, n, n]) to [N, 1]."""

    def __init__(self, features, width, layers, dropout):
        super().__init__()
        self.embed = nn.Linear(features, width, bias=False)
        self.layers = nn.ModuleList(
            nn.Linear((1 + BONDS) * width, width, bias=False) for _ in range(layers)
        )
        self.read = nn.Linear(width, 2 * width, bias=False)
        self.hidden = nn.Linear(2 * width, width)
        self.out = nn.Linear(width, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, a):
        n, h = x.shape[1], self.embed(x)
        rows = a.flatten(1, 2)  # [N, 4n, n]
        for layer in self.layers:
            near = (rows @ h).unflatten(1, (BONDS, n)).transpose(1, 2).flatten(2)
            h = h + self.dropout(torch.relu(layer(torch.cat([h, near], 2))))
        r = torch.relu(self.read(h))
        g = r.sum(1) * SUM
        return self.out(self.dropout(torch.relu(self.hidden(self.dropout(g)))))


def batches(molecules, size, generator=None):
    """Batches of molecules of similar size, in random order if there is a generator."""
    order = list(range(len(molecules)))
    if generator:
        generator.shuffle(order)
        block = 16 * size
        order = [i for start in range(0, len(order), block)
                 for i in sorted(order[start:start + block], key=lambda i: len(molecules[i]["atoms"]))]
    found = [[molecules[i] for i in order[start:start + size]] for start in range(0, len(order), size)]
    if generator:
        generator.shuffle(found)
    return found


def predict(model, molecules, features):
    """Outputs [N]."""
    model.eval()
    with torch.no_grad():
        return torch.cat([model(*tensors(b, features))[:, 0] for b in batches(molecules, 64)]).numpy()


def train(molecules, features, loss, seed, *, epochs, width, layers, dropout, rate, decay, batch, report=None):
    """Trains on molecules with "label" and returns the averaged copy of the weights."""
    torch.manual_seed(seed)
    generator = random.Random(seed)
    model = GraphNetwork(features, width, layers, dropout)
    steps = -(-len(molecules) // batch)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * steps, pct_start=0.1)
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.995))
    clock = Clock()
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for chosen in batches(molecules, batch, generator):
            y = torch.tensor([m["label"] for m in chosen], dtype=torch.float32)
            value = loss(model(*tensors(chosen, features))[:, 0], y)
            optimizer.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            averaged.update_parameters(model)
            total += value.item() * len(chosen)
        if report and (epoch + 1) % 5 == 0:
            print(f"epoch {epoch + 1:3}/{epochs}  loss {total / len(molecules):.4f}  "
                  f"{report(averaged.module)}  {clock}", flush=True)
    return averaged.module.eval()


def to_onnx(model, metadata, scale=1.0, shift=0.0):
    """Inputs `features` [N, atoms, F], `adjacency` [N, 4, atoms, atoms] and `present` [N, atoms], output
    [N, 1] times `scale` plus `shift`."""
    width, features = model.embed.weight.shape
    graph = Graph([
        ("features", TensorProto.FLOAT, ["N", "atoms", features]),
        ("adjacency", TensorProto.FLOAT, ["N", BONDS, "atoms", "atoms"]),
        ("present", TensorProto.FLOAT, ["N", "atoms"]),
    ])
    node, constant = graph.node, graph.constant

    def dense(name, x, weight):
        return node("MatMul", x, graph.weight(f"{name}.weight", weight.T.contiguous()), name=name)

    # The shapes are written with the sizes left open: 0 keeps an axis, −1 is what remains.
    n = node("Shape", "features", name="count", start=1, end=2)
    kinds, four = constant("kinds", [BONDS]), constant("width4", [BONDS * width])
    minus, keep = constant("minus", [-1]), constant("keep", [0])
    rows = node("Reshape", "adjacency", node("Concat", keep, minus, n, name="rows.shape", axis=0), name="rows")
    split = node("Concat", keep, kinds, n, constant("width", [width]), name="split.shape", axis=0)
    join = node("Concat", keep, n, four, name="join.shape", axis=0)
    there = node("Unsqueeze", "present", minus, name="there")
    h = node("Mul", dense("embed", "features", model.embed.weight), there, name="state")
    for t, layer in enumerate(model.layers):
        near = node("MatMul", rows, h, name=f"near{t}")
        near = node("Reshape", near, split, name=f"near{t}.split")
        near = node("Transpose", near, name=f"near{t}.turned", perm=[0, 2, 1, 3])
        near = node("Reshape", near, join, name=f"near{t}.joined")
        both = node("Concat", h, near, name=f"message{t}.input", axis=2)
        message = node("Relu", dense(f"message{t}", both, layer.weight), name=f"message{t}.relu")
        message = node("Mul", message, there, name=f"message{t}.there")
        h = node("Add", h, message, name=f"state{t}")
    r = node("Relu", dense("read", h, model.read.weight), name="atom_states")
    total = node("ReduceSum", r, constant("axis1", [1]), name="sum", keepdims=0)
    g = node("Mul", total, constant("share", SUM, np.float32), name="molecule")

    def affine(name, x, layer, scale=1.0, shift=0.0, output=None):
        weight = graph.weight(f"{name}.weight", layer.weight * scale)
        bias = graph.weight(f"{name}.bias", layer.bias * scale + shift)
        return node("Gemm", x, weight, bias, name=output or name, transB=1)

    g = node("Relu", affine("hidden", g, model.hidden), name="hidden.relu")
    affine("out", g, model.out, scale, shift, "output")
    return graph.model([("output", TensorProto.FLOAT, ["N", 1])], metadata)


def run(session, molecules, features):
    """Outputs [N] of the exported file, one molecule at a time at its own size."""
    rows = []
    for molecule in molecules:
        x, a = tensors([molecule], features)
        rows.append(session.run(["output"], {
            "features": x.numpy(), "adjacency": a.numpy(), "present": np.ones(x.shape[:2], np.float32),
        })[0][0, 0])
    return np.array(rows)
