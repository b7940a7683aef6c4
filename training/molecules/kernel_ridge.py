"""Fits the historical energy model, www/models/qm7-krr.onnx: kernel ridge regression on Coulomb matrices
(M. Rupp et al., Phys. Rev. Lett. 108:058301, 2012), solved in closed form; fold 0 of QM7 is held out.

    C_ii = ½ Z_i^2.4,  C_ij = Z_i Z_j / |r_i − r_j|       atoms sorted by falling norm of their rows
    Ê = mean + Σ_m α_m exp(−Σ_{i≤j} |C_ij − C^m_ij| / σ)

The C^m are cluster centres, each the mean of the matrices of three molecules (more in the last cluster if their
number asks for it), so that the file holds no molecule: a data set that states no licence is not passed on. The
clusters are those of microaggregation (MDAV: J. Domingo-Ferrer, V. Torra, Data Min. Knowl. Discov. 11:195, 2005),
which puts no fewer than k neighbours together. Molecules of a cluster may differ in their numbers of atoms: the rows
beyond a molecule's atoms count as the zeros that they are in its matrix. A centre need not be a molecule, for α are
fitted to molecules. With K between all molecules and the centres and K_mm within these, α solves
(KᵀK + λ K_mm) α = Kᵀ(E − mean): the subset of regressors (J. Quiñonero-Candela, C. E. Rasmussen, J. Mach. Learn.
Res. 6:1939, 2005, section 4).
"""

import json

import numpy as np
from onnx import TensorProto

from common import DATA, ROOT, Clock, Graph, options, session, write

SIDE = 23
ENTRIES = np.triu_indices(SIDE)
WIDTHS = (1000.0, 2000.0, 4000.0)
RIDGES = (1e-5, 1e-4, 1e-3, 1e-2)
EQUAL = 1e-6  # relative difference up to which two norms count as equal
CLUSTERS = ROOT / "tests" / "molecules" / "qm7_clusters.json"


def coulomb_matrices(z, r):
    """Sorted Coulomb matrices [N, 23, 23] of charges [N, 23] and positions [N, 23, 3] in Bohr."""
    apart = np.linalg.norm(r[:, :, None] - r[:, None], axis=-1)
    diagonal = np.eye(SIDE, dtype=bool)
    apart[:, diagonal] = 1
    matrices = z[:, :, None] * z[:, None] / np.maximum(apart, 1e-9)
    matrices[:, diagonal] = 0.5 * z**2.4
    order = by_norm(np.linalg.norm(matrices, axis=2))
    rows = np.take_along_axis(matrices, order[:, :, None], 1)
    return np.take_along_axis(rows, order[:, None], 2)


def by_norm(norms):
    """Orders [N, 23] of falling norms [N, 23]. Atoms whose norms are equal but for rounding keep their order, else
    a rotated molecule with some symmetry would have another matrix."""
    order = np.argsort(-norms, axis=1, kind="stable")
    falling = np.take_along_axis(norms, order, 1)
    steps = falling[:, :-1] - falling[:, 1:] > EQUAL * falling[:, 1:]
    groups = np.zeros(norms.shape, dtype=np.int64)
    np.put_along_axis(groups, order[:, 1:], np.cumsum(steps, axis=1), 1)
    return np.argsort(groups, axis=1, kind="stable")


def distances(a, b):
    """Σ|a_i − b_j| [len(a), len(b)] of rows."""
    return np.stack([np.abs(b - row).sum(1) for row in a])


def microaggregate(rows, members):
    """Clusters of `rows` as lists of indices, each of `members` rows, the last of up to twice that less one (MDAV): the
    row farthest from the mean of those left and its nearest, the row farthest from that one and its nearest, and so on.
    Distances are sums of sizes, as the kernel's."""
    left, clusters = np.arange(len(rows)), []
    while len(left) >= 2 * members:
        first = left[np.abs(rows[left] - rows[left].mean(0)).sum(1).argmax()]
        other = left[np.abs(rows[left] - rows[first]).sum(1).argmax()]
        for seed in (first, other)[: len(left) // members - 1]:
            near = np.argsort(np.abs(rows[left] - rows[seed]).sum(1), kind="stable")[:members]
            clusters.append(left[near])
            left = np.delete(left, near)
    return [*clusters, left]


def means(rows, clusters):
    """Centres of clusters of three rows or more, as the file stores them (float16). None is a row."""
    assert min(map(len, clusters)) >= 3, "a cluster has fewer than three members"
    centres = np.array([rows[cluster].mean(0) for cluster in clusters]).astype(np.float16)
    all_rows = {row.tobytes() for row in rows.astype(np.float16)}
    assert not any(centre.tobytes() in all_rows for centre in centres), "a centre is a molecule"
    return centres


def solve(kernel, own, energies, ridge):
    """α and the mean; `kernel` [N, M] against the centres, `own` [M, M] within them."""
    mean = energies.mean()
    system = kernel.T @ kernel + ridge * own
    return np.linalg.solve(system, kernel.T @ (energies - mean)), mean


def to_onnx(centres, alpha, mean, width, metadata):
    """Input `coulomb` [N, 23, 23], sorted; output `energy` [N, 1] in kcal/mol."""
    graph = Graph([("coulomb", TensorProto.FLOAT, ["N", SIDE, SIDE])])
    node, constant = graph.node, graph.constant
    flat = node("Reshape", "coulomb", constant("flat", [0, SIDE * SIDE]), name="entries")
    upper = node("Gather", flat, constant("upper", ENTRIES[0] * SIDE + ENTRIES[1]), name="upper_triangle", axis=1)
    row = node("Unsqueeze", upper, constant("second", [1]), name="row")
    apart = node("Abs", node("Sub", row, graph.weight("centres", centres), name="differences"), name="apart")
    total = node("ReduceSum", apart, constant("last", [2]), name="distance", keepdims=0)
    scaled = node("Mul", total, constant("width", np.float32(-1 / width), np.float32), name="exponent")
    kernel = node("Exp", scaled, name="kernel")
    node("Gemm", kernel, constant("alpha", alpha[:, None], np.float32), constant("mean", [mean], np.float32),
         name="energy")
    return graph.model([("energy", TensorProto.FLOAT, ["N", 1])], metadata)


def main():
    args = options("Fits qm7-krr.onnx.", data=str(DATA / "qm7/qm7.npz"), members=3)
    clock = Clock()
    with np.load(args.data) as q:
        z, r, energies, folds = (q[key].astype(np.float64) for key in "ZRTP")
    folds = folds.astype(np.int64)
    x = coulomb_matrices(z, r)
    rows = x[:, ENTRIES[0], ENTRIES[1]]
    rest = np.concatenate(folds[1:])
    np.random.default_rng(args.seed).shuffle(rest)
    validation, kept = rest[:500], rest[500:]
    clusters = [kept[cluster] for cluster in microaggregate(rows[kept], args.members)]
    smallest, stored = min(map(len, clusters)), means(rows, clusters)
    centres = stored.astype(np.float64)
    near = distances(centres, rows).min(1)
    print(f"{len(centres)} centres of {smallest} or more molecules; the nearest molecule is {near.min():.2f} hartree "
          f"away at least, {np.median(near):.2f} in the median  {clock}", flush=True)
    own, near = distances(centres, centres), distances(rows[rest], centres)
    best = (np.inf, 0.0, 0.0)
    for width in WIDTHS:
        kernel = np.exp(-near / width)
        for ridge in RIDGES:
            alpha, mean = solve(kernel[500:], np.exp(-own / width), energies[kept], ridge)
            mae = np.abs(kernel[:500] @ alpha + mean - energies[validation]).mean()
            print(f"σ {width:.0f}  λ {ridge:.0e}  validation {mae:.3f} kcal/mol  {clock}", flush=True)
            best = min(best, (mae, width, ridge))
    _, width, ridge = best
    alpha, mean = solve(np.exp(-near / width), np.exp(-own / width), energies[rest], ridge)
    metadata = {
        "heatlens.title": "Atomisation energy (QM7), kernel ridge regression",
        "heatlens.domain": "molecules",
        "heatlens.labels": "atomisation energy in kcal/mol",
        "heatlens.output-activation": "identity",
        "heatlens.input.preprocessing": (
            "Coulomb matrix in atomic units, ½·Z^2.4 on the diagonal, atoms sorted by falling Euclidean norm "
            f"of their rows (norms within {EQUAL:.0e} count as equal and leave the order), zeros up to 23 atoms."
        ),
        "heatlens.data": (
            "QM7 (L. C. Blum, J.-L. Reymond, J. Am. Chem. Soc. 131:8732, 2009; M. Rupp et al., Phys. Rev. "
            f"Lett. 108:058301, 2012); the file holds none of its molecules but {len(centres)} cluster centres, each "
            f"the mean of the Coulomb matrices of {smallest} or more of them."
        ),
        "heatlens.smallest-cluster": str(smallest),
        "heatlens.split": f"fold 0 held out; σ = {width:.0f}, λ = {ridge:.0e} by 500 of the others",
        "heatlens.license": "MIT OR Apache-2.0",
        "heatlens.training": f"training/molecules/kernel_ridge.py, seed {args.seed}",
    }
    run, test = session(to_onnx(stored, alpha, mean, width, metadata)), folds[0]
    found = np.array([run.run(None, {"coulomb": x[i][None].astype(np.float32)})[0][0, 0] for i in test])
    exact = np.exp(-distances(rows[test], centres) / width) @ alpha + mean
    mae = np.abs(found - energies[test]).mean()
    write(args.out / "qm7-krr.onnx", to_onnx(stored, alpha, mean, width, metadata | {"heatlens.mae": f"{mae:.3f}"}))
    CLUSTERS.write_text(json.dumps([cluster.tolist() for cluster in clusters]) + "\n")
    print(f"MAE {mae:.3f} kcal/mol on fold 0 (exported file); Σ|α| {np.abs(alpha).sum():.3g}; single precision is off by "
          f"up to {np.abs(found - exact).max():.3f} kcal/mol", flush=True)


if __name__ == "__main__":
    main()
