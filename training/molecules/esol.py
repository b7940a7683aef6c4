"""Trains the solubility model, www/models/esol.onnx, on ESOL (Delaney 2004)."""

import numpy as np
from torch.nn.functional import mse_loss

from common import ROOT, options, record_held_out, session, write
from graph_network import elements, load, row_split, run, to_onnx, train

RECIPE = {"width": 48, "layers": 3, "dropout": 0.1, "rate": 3e-3, "decay": 0.05, "batch": 32}
SEEDS = 5


def rmse(a, b):
    return float(np.sqrt(np.mean((np.asarray(a) - np.asarray(b)) ** 2)))


def main():
    args = options("Trains esol.onnx.", graphs=str(ROOT / "target/molecules"), features=28, epochs=80)
    molecules = load(f"{args.graphs}/esol.jsonl")
    features, errors = args.features, []
    for seed in range(args.seed, args.seed + SEEDS):
        kept, test = row_split(molecules, seed)
        truth = [m["label"] for m in test]
        labels = np.array([m["label"] for m in kept])
        mean, deviation = float(labels.mean()), float(labels.std())
        scaled = [m | {"label": (m["label"] - mean) / deviation} for m in kept]
        model = train(scaled, features, mse_loss, seed, epochs=args.epochs, **RECIPE)
        metadata = {
            "heatlens.title": "Solubility in water (ESOL), graph network",
            "heatlens.domain": "molecules",
            "heatlens.input.kind": "molecule",
            "heatlens.labels": "log10 of the solubility in mol/l",
            "heatlens.output-activation": "identity",
            "heatlens.structure": "adjacency\npresent",
            "heatlens.axis.atoms": "0020",
            "heatlens.mask": "0",
            "heatlens.input.preprocessing": (
                "Heavy atoms and bonds as www/molecules/graph.js describes them; axes 'atoms' hold one molecule's "
                "atoms; an atom whose 'present' is 0 counts as removed, with its bonds."
            ),
            "heatlens.data": (
                "ESOL (J. S. Delaney, J. Chem. Inf. Comput. Sci. 44:1000, 2004) in the form of "
                "MoleculeNet (Wu et al. 2018); the file holds weights, no molecules."
            ),
            "heatlens.split": f"random fifth held out, seed {seed}",
            "heatlens.elements": elements(kept),
            "heatlens.license": "MIT OR Apache-2.0",
            "heatlens.training": f"training/molecules/esol.py, seed {seed}",
        }
        measured = rmse(run(session(to_onnx(model, metadata, deviation, mean)), test, features), truth)
        errors.append(measured)
        print(f"seed {seed}: RMSE {measured:.4f} on {len(test)} held-out molecules (exported file)", flush=True)
        if seed == args.seed:
            write(args.out / "esol.onnx",
                  to_onnx(model, metadata | {"heatlens.rmse": f"{measured:.4f}"}, deviation, mean))
            record_held_out("esol", test)
    print(f"mean RMSE of {SEEDS} seeds {np.mean(errors):.4f}", flush=True)


if __name__ == "__main__":
    main()
