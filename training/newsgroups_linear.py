"""Trains the linear newsgroup model, www/models/text-linear.onnx: a support vector machine on tf-idf."""

import collections
import math

import numpy as np
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper

from newsgroups import arguments, describe, export, hold_out, load_split, to_onnx, vocabulary

LEAST = 3  # documents that a word must occur in
COSTS = [0.1, 0.2, 0.5, 1.0, 2.0]  # C; the best on validation is taken


class TfIdf:
    """Documents as sparse vectors, by the formula of src/text.rs."""

    def __init__(self, documents):
        self.words, self.counts = vocabulary(documents, LEAST)
        self.documents = len(documents)
        self.number = {word: i for i, word in enumerate(self.words)}
        self.rarity = [1 + math.log((1 + len(documents)) / (1 + d)) for d in self.counts]

    def __call__(self, documents):
        """Indices, offsets and values as torch's embedding_bag takes them."""
        indices, offsets, values = [], [], []
        for words in documents:
            offsets.append(len(indices))
            counts = collections.Counter(self.number[w] for w in words if w in self.number)
            row = {i: (1 + math.log(t)) * self.rarity[i] for i, t in sorted(counts.items())}
            norm = math.sqrt(sum(x * x for x in row.values())) or 1.0
            indices += row.keys()
            values += [x / norm for x in row.values()]
        return torch.tensor(indices), torch.tensor(offsets), torch.tensor(values)


def scores(weight, bias, bags):
    """Raw outputs [N, 20]; weight is [words, 20]."""
    indices, offsets, values = bags
    return F.embedding_bag(indices, weight, offsets, mode="sum", per_sample_weights=values) + bias


def fit(bags, labels, size, cost):
    """One machine per group against the rest: ½‖w‖² + C Σ max(0, 1 − t z)², all together by L-BFGS."""
    weight = torch.zeros(size, 20, requires_grad=True)
    bias = torch.zeros(20, requires_grad=True)
    signs = 2 * F.one_hot(labels, 20).float() - 1
    optimizer = torch.optim.LBFGS(
        [weight, bias], max_iter=100, history_size=8, line_search_fn="strong_wolfe"
    )

    def loss():
        optimizer.zero_grad()
        hinge = (1 - signs * scores(weight, bias, bags)).clamp(min=0)
        total = 0.5 * (weight**2).sum() + cost * (hinge**2).sum()
        total.backward()
        return total

    optimizer.step(loss)
    return weight.detach(), bias.detach()


def sharpness(logits, labels):
    """The factor on the raw outputs under which their softmax is likeliest."""
    factors = torch.linspace(1, 30, 291)
    return min(factors, key=lambda k: F.cross_entropy(k * logits, labels).item()).item()


def main():
    args = arguments("text-linear.onnx")
    train = load_split(args.program, args.data, "train")
    groups = sorted(set(train.groups))
    labels = torch.tensor([groups.index(group) for group in train.groups])

    chosen, validation = hold_out(train.groups)
    tfidf = TfIdf([train.words[i] for i in chosen])
    bags = tfidf([train.words[i] for i in chosen])
    held = tfidf([train.words[i] for i in validation])
    results = []
    for cost in COSTS:
        weight, bias = fit(bags, labels[chosen], len(tfidf.words), cost)
        logits = scores(weight, bias, held)
        hits = (logits.argmax(1) == labels[validation]).float().mean().item()
        results.append((hits, -cost, sharpness(logits, labels[validation])))
        print(f"C {cost}: validation {hits:.4f}, sharpness {results[-1][2]:.1f}", flush=True)
    if args.validate:
        return
    _, cost, factor = max(results)

    tfidf = TfIdf(train.words)
    weight, bias = fit(tfidf(train.words), labels, len(tfidf.words), -cost)
    print(f"{len(tfidf.words)} words, C {-cost}, sharpness {factor:.1f}", flush=True)

    metadata = describe(
        "newsgroups_linear.py", "Newsgroups, linear model on tf-idf",
        groups, tfidf.words, train, args.seed,
    ) | {
        "heatlens.text": "tf-idf",
        "heatlens.text.documents": " ".join(map(str, [tfidf.documents, *tfidf.counts])),
        "heatlens.mask": "0",
    }
    node = helper.make_node(
        "Gemm", ["input", "weight", "bias"], ["logits"], name="dense", transB=1
    )
    source = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", len(tfidf.words)])
    weights = {"weight": factor * weight.T.contiguous(), "bias": factor * bias}

    def make(more):
        return to_onnx("text-linear", [node], weights, source, metadata | more)

    def dense(documents):
        for start in range(0, len(documents), 256):
            indices, offsets, values = tfidf(documents[start:start + 256])
            rows = np.zeros((len(offsets), len(tfidf.words)), np.float32)
            row = np.searchsorted(offsets, np.arange(len(indices)), side="right") - 1
            rows[row, indices] = values
            yield rows

    test = load_split(args.program, args.data, "test")
    export(args, make, dense(test.words), [groups.index(group) for group in test.groups])


if __name__ == "__main__":
    main()
