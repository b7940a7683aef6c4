"""Trains the energy model, www/models/qm7-dtnn.onnx: a small deep tensor network (K. T. Schütt et al.,
Nature Communications 8:13890, 2017) on QM7's published folds; fold 0 is held out.

    x_i⁰ = table[Z_i]        d_ij = exp(−(D_ij − μ_k)² / 2σ²)
    v_ij = tanh(W_fc·((W_cf·x_j + b_cf) ⊙ (W_df·d_ij)))
    x_i  ← x_i + Σ_{j≠i} v_ij                            T times
    Ê = Σ_i (W₂·tanh(W₁·x_i) · scale + offset[Z_i])

Distances are in Ångström; those on the diagonal, and to atoms that are not there, are FAR, where
every Gaussian is 0 and with it v_ij. Z = 0 is no atom: its rows of both tables are zero. The exported
file takes positions, so that its gradient is minus the forces:

    D_ij = √(|r_i − r_j|² + apart_ij)        apart: FAR² for i = j, else 0 (or FAR²: the pair is cut)
"""

import random

import numpy as np
import torch
from onnx import TensorProto
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from common import DATA, ROOT, Clock, Graph, options, session, write

BOHR = 0.529177210903  # Ångström
FAR = 100.0
CENTRES = np.arange(-0.2, 10.01, 0.2, dtype=np.float32)
SIGMA = 0.2
CHARGES = 17  # rows of the tables: Z up to 16, sulphur


def load(path):
    """Z [N, 23], positions [N, 23, 3] and distances [N, 23, 23] in Ångström, energies [N] in kcal/mol,
    folds [5, 1433]."""
    with np.load(path) as q:
        z, r, energies, folds = q["Z"].astype(np.int64), q["R"] * BOHR, q["T"], q["P"]
    d = np.linalg.norm(r[:, :, None] - r[:, None], axis=-1).astype(np.float32)
    there = z > 0
    apart = there[:, :, None] & there[:, None] & ~np.eye(z.shape[1], dtype=bool)
    return z, r, np.where(apart, d, np.float32(FAR)), energies.astype(np.float64), folds


def element_energies(z, energies):
    """Least-squares energy of each element, [CHARGES]: the sum formula's part of the energy."""
    counts = np.stack([(z == charge).sum(1) for charge in range(1, CHARGES)], 1)
    used = counts.any(0)
    table = np.zeros(CHARGES)
    table[1:][used] = np.linalg.lstsq(counts[:, used], energies, rcond=None)[0]
    return table


class TensorNetwork(nn.Module):
    """(Z [N, n], D [N, n, n]) to the atoms' energies [N, n] in kcal/mol."""

    def __init__(self, offsets, scale, width, factors, refinements, hidden):
        super().__init__()
        self.refinements = refinements
        table = torch.randn(CHARGES, width) / width**0.5
        self.table = nn.Parameter(table)
        self.from_atom = nn.Linear(width, factors)
        self.from_distance = nn.Linear(len(CENTRES), factors, bias=False)
        self.to_atom = nn.Linear(factors, width, bias=False)
        self.hidden = nn.Linear(width, hidden, bias=False)
        self.out = nn.Linear(hidden, 1, bias=False)
        self.offsets = nn.Parameter(torch.as_tensor(offsets, dtype=torch.float32))
        self.scale = scale
        self.register_buffer("centres", torch.from_numpy(CENTRES))

    def forward(self, z, distances):
        there = (z > 0).float()
        gaussians = torch.exp(-((distances[..., None] - self.centres) ** 2) / (2 * SIGMA**2))
        filters = self.from_distance(gaussians)
        x = self.table[z] * there[..., None]
        for _ in range(self.refinements):
            factors = self.from_atom(x)[:, None] * filters
            x = x + torch.tanh(self.to_atom(factors)).sum(2)
        own = self.out(torch.tanh(self.hidden(x)))[..., 0] * self.scale
        return (own + self.offsets[z]) * there


def batches(sizes, size, generator=None):
    """Batches of molecule numbers of similar size."""
    order = list(range(len(sizes)))
    if generator:
        generator.shuffle(order)
        block = 16 * size
        order = [i for start in range(0, len(order), block)
                 for i in sorted(order[start:start + block], key=lambda i: sizes[i])]
    found = [order[start:start + size] for start in range(0, len(order), size)]
    if generator:
        generator.shuffle(found)
    return found


def cut(z, d, chosen):
    """The molecules as tensors just large enough."""
    n = int((z[chosen] > 0).sum(1).max())
    return torch.from_numpy(z[chosen, :n]), torch.from_numpy(d[chosen, :n, :n])


def predict(model, z, d):
    """Energies [N] in kcal/mol."""
    model.eval()
    with torch.no_grad():
        return np.concatenate([
            model(*cut(z, d, chosen)).double().sum(1).numpy()
            for chosen in batches(range(len(z)), 100)
        ])


def train(train_set, validation, args):
    z, d, energies = train_set
    torch.manual_seed(args.seed)
    generator = random.Random(args.seed)
    offsets = element_energies(z, energies)
    rest = energies - offsets[z].sum(1)
    model = TensorNetwork(offsets, float(rest.std()), args.width, args.factors, args.refinements, args.hidden)
    sizes = (z > 0).sum(1)
    steps = -(-len(z) // args.batch)
    optimizer = torch.optim.Adam([
        {"params": [p for n, p in model.named_parameters() if n != "offsets"], "lr": args.rate},
        {"params": [model.offsets], "lr": args.rate},
    ])
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, args.rate, total_steps=args.epochs * steps, pct_start=0.1, final_div_factor=1e3)
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.995))
    clock, targets = Clock(), torch.from_numpy(energies).float()
    for epoch in range(args.epochs):
        model.train()
        total = 0.0
        for chosen in batches(sizes, args.batch, generator):
            error = (model(*cut(z, d, chosen)).sum(1) - targets[chosen]) / 10
            loss = torch.nn.functional.smooth_l1_loss(error, torch.zeros_like(error), beta=0.1)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            averaged.update_parameters(model)
            total += error.detach().abs().sum().item() * 10
        if epoch < 3 or (epoch + 1) % 5 == 0:
            vz, vd, ve = validation
            mae = np.abs(predict(averaged.module, vz, vd) - ve).mean()
            print(f"epoch {epoch + 1:3}/{args.epochs}  train {total / len(z):.3f}  validation {mae:.3f} "
                  f"kcal/mol  {clock}", flush=True)
            torch.save(averaged.module.state_dict(), args.checkpoint)
    return averaged.module.eval()


def to_onnx(model, metadata):
    """Inputs `charges` [N, atoms] int64, `positions` [N, atoms, 3] in Å and `apart` [N, atoms, atoms] in Å²;
    outputs `energy` [N, 1] and `atom_energies` [N, atoms] in kcal/mol."""
    graph = Graph([
        ("charges", TensorProto.INT64, ["N", "atoms"]),
        ("positions", TensorProto.FLOAT, ["N", "atoms", 3]),
        ("apart", TensorProto.FLOAT, ["N", "atoms", "atoms"]),
    ])
    node, constant = graph.node, graph.constant

    def weight(name, values):
        # Float32: energies of thousands of kcal/mol are wanted to a tenth.
        return constant(name, values.detach().numpy(), np.float32)

    def dense(name, x, layer, factor=1.0):
        y = node("MatMul", x, weight(f"{name}.weight", (layer.weight * factor).T.contiguous()), name=f"{name}.product")
        if layer.bias is None:
            return y
        return node("Add", y, weight(f"{name}.bias", layer.bias), name=f"{name}.sum")

    last, second = constant("last", [-1]), constant("second", [1])
    squared = constant("two", 2.0, np.float32)
    between = node("Sub", node("Unsqueeze", "positions", second, name="from"),
                   node("Unsqueeze", "positions", constant("third", [2]), name="to"), name="between")
    lengths = node("ReduceSum", node("Pow", between, squared, name="between.squared"), last,
                   name="lengths.squared", keepdims=0)
    distances = node("Sqrt", node("Add", lengths, "apart", name="distances.squared"), name="distances")
    offset = node("Sub", node("Unsqueeze", distances, last, name="column"),
                  constant("centres", CENTRES, np.float32), name="offset_from_centre")
    exponent = node("Mul", node("Pow", offset, squared, name="square"),
                    constant("width", np.float32(-1 / (2 * SIGMA**2)), np.float32), name="exponent")
    gaussians = node("Exp", exponent, name="gaussians")
    filters = dense("filters", gaussians, model.from_distance)
    table = model.table.detach().clone()
    table[0] = 0
    x = node("Gather", weight("table", table), "charges", name="state0")
    for t in range(model.refinements):
        atoms = dense(f"factors{t}", x, model.from_atom)
        atoms = node("Unsqueeze", atoms, second, name=f"neighbours{t}")
        pairs = node("Mul", atoms, filters, name=f"pairs{t}")
        pairs = node("Tanh", dense(f"interaction{t}", pairs, model.to_atom), name=f"messages{t}")
        total = node("ReduceSum", pairs, constant(f"axis{t}", [2]), name=f"total{t}", keepdims=0)
        x = node("Add", x, total, name=f"state{t + 1}")
    own = dense("own", node("Tanh", dense("hidden", x, model.hidden), name="hidden.tanh"), model.out, model.scale)
    offsets = model.offsets.detach().clone()
    offsets[0] = 0
    table = constant("offsets", offsets[:, None].numpy(), np.float32)
    own = node("Add", own, node("Gather", table, "charges", name="offset"), name="contributions")
    node("Squeeze", own, last, name="atom_energies")
    node("ReduceSum", "atom_energies", second, name="energy", keepdims=1)
    return graph.model([
        ("energy", TensorProto.FLOAT, ["N", 1]),
        ("atom_energies", TensorProto.FLOAT, ["N", "atoms"]),
    ], metadata)


def inputs(z, r):
    """The exported file's inputs for one molecule: z [n], r [n, 3] in Ångström."""
    return {
        "charges": z[None].astype(np.int64),
        "positions": r[None].astype(np.float32),
        "apart": (FAR**2 * np.eye(len(z), dtype=np.float32))[None],
    }


def measure(proto, z, r, energies):
    """Mean absolute error of the exported file, one molecule at a time, and the largest difference of
    the atoms' sum to the energy."""
    run, errors, gap = session(proto), [], 0.0
    for i in range(len(z)):
        n = int((z[i] > 0).sum())
        energy, atoms = run.run(None, inputs(z[i, :n], r[i, :n]))
        errors.append(abs(float(energy[0, 0]) - energies[i]))
        gap = max(gap, abs(float(energy[0, 0]) - float(atoms.astype(np.float64).sum())))
    return float(np.mean(errors)), gap


def main():
    args = options("Trains qm7-dtnn.onnx.", data=str(DATA / "qm7/qm7.npz"), epochs=150, batch=25, rate=5e-3,
                   width=48, factors=80, refinements=3, hidden=24, checkpoint=str(ROOT / "target/qm7-dtnn.pt"))
    z, r, d, energies, folds = load(args.data)
    test = folds[0]
    rest = np.concatenate(folds[1:])
    np.random.default_rng(args.seed).shuffle(rest)
    validation, kept = rest[:200], rest[200:]
    pick = lambda chosen: (z[chosen], d[chosen], energies[chosen])
    model = train(pick(kept), pick(validation), args)
    metadata = {
        "heatlens.title": "Atomisation energy (QM7), deep tensor network",
        "heatlens.domain": "molecules",
        "heatlens.labels": "atomisation energy in kcal/mol",
        "heatlens.output-activation": "identity",
        "heatlens.structure": "charges\napart",
        "heatlens.axis.atoms": "0020",
        "heatlens.input.preprocessing": (
            "Nuclear charges up to 16, positions in Ångström, and 'apart': 10000 on the diagonal, else 0; "
            "10000 cuts a pair. Axes 'atoms' hold one molecule's atoms."
        ),
        "heatlens.data": (
            "QM7 (L. C. Blum, J.-L. Reymond, J. Am. Chem. Soc. 131:8732, 2009; M. Rupp et al., Phys. Rev. "
            "Lett. 108:058301, 2012; folds of G. Montavon et al., NIPS 2012); the file holds weights, no "
            "molecules."
        ),
        "heatlens.split": "fold 0 held out, 200 of the others for validation",
        "heatlens.license": "MIT OR Apache-2.0",
        "heatlens.training": f"training/molecules/energy.py, seed {args.seed}",
    }
    mae, gap = measure(to_onnx(model, metadata), z[test], r[test], energies[test])
    write(args.out / "qm7-dtnn.onnx", to_onnx(model, metadata | {"heatlens.mae": f"{mae:.3f}"}))
    print(f"MAE {mae:.3f} kcal/mol on fold 0 (exported file); the atoms' energies miss their sum by {gap:.1e} "
          "kcal/mol at most")


if __name__ == "__main__":
    main()
