"""Trains the mutagenicity model, www/models/ames.onnx, on the Ames benchmark of Hansen et al. 2009."""

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from common import ROOT, options, record_held_out, session, write
from graph_network import elements, load, predict, random_split, row_split, run, scaffold_split, to_onnx, train

RECIPE = {"width": 64, "layers": 4, "dropout": 0.2, "rate": 2e-3, "decay": 0.05, "batch": 64}


def auc(scores, labels):
    """Area under the ROC curve, ties counted half (Mann and Whitney's U)."""
    scores, labels = np.asarray(scores, np.float64), np.asarray(labels)
    values, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positive = int(labels.sum())
    u = rank[labels == 1].sum() - positive * (positive + 1) / 2
    return u / (positive * (len(labels) - positive))


def fit(molecules, features, args):
    """The model and how it does on 300 of the molecules, which it is not trained on."""
    kept, validation = random_split(molecules, args.seed, 300 / len(molecules))
    labels = [m["label"] for m in validation]
    report = lambda model: f"validation AUC {auc(predict(model, validation, features), labels):.4f}"
    return train(kept, features, binary_cross_entropy_with_logits, args.seed,
                 epochs=args.epochs, report=report, **RECIPE)


def main():
    args = options("Trains ames.onnx.", graphs=str(ROOT / "target/molecules"), features=28, epochs=25)
    molecules = load(f"{args.graphs}/ames.jsonl")
    features = args.features
    split = row_split(molecules, args.seed)
    model = fit(split[0], features, args)
    metadata = {
        "heatlens.title": "Mutagenicity (Ames test), graph network",
        "heatlens.domain": "molecules",
        "heatlens.input.kind": "molecule",
        "heatlens.labels": "mutagenic",
        "heatlens.output-activation": "sigmoid",
        "heatlens.structure": "adjacency\npresent",
        "heatlens.axis.atoms": "0020",
        "heatlens.mask": "0",
        "heatlens.input.preprocessing": (
            "Heavy atoms and bonds as www/molecules/graph.js describes them; axes 'atoms' hold one molecule's "
            "atoms; an atom whose 'present' is 0 counts as removed, with its bonds."
        ),
        "heatlens.data": (
            "Benchmark data set for in silico prediction of Ames mutagenicity (K. Hansen et al., "
            "J. Chem. Inf. Model. 49:2077, 2009); the file holds weights, no molecules."
        ),
        "heatlens.split": f"random fifth held out, seed {args.seed}",
        "heatlens.license": "MIT OR Apache-2.0",
        "heatlens.training": f"training/molecules/ames.py, seed {args.seed}",
    }
    metadata["heatlens.elements"] = elements(split[0])
    other = scaffold_split(molecules)
    scores = predict(fit(other[0], features, args), other[1], features)
    apart = auc(scores, [m["label"] for m in other[1]])
    print(f"ROC AUC {apart:.4f} on {len(other[1])} molecules of scaffolds not trained on (another training, not shipped)",
          flush=True)
    metadata["heatlens.auc-scaffolds"] = f"{apart:.4f}"
    labels = [m["label"] for m in split[1]]
    measured = auc(run(session(to_onnx(model, metadata)), split[1], features), labels)
    proto = to_onnx(model, metadata | {"heatlens.auc": f"{measured:.4f}"})
    write(args.out / "ames.onnx", proto)
    record_held_out("ames", split[1])
    print(f"ROC AUC {measured:.4f} on {len(labels)} held-out molecules (exported file)", flush=True)


if __name__ == "__main__":
    main()
