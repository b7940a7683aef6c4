"""What both newsgroup models share: documents, vocabulary, validation, export, measurement.

Words come from `heatlens tokenize`, so that training and page read a text by the same code.
"""

import argparse
import collections
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "www" / "models"
SIZES = {"train": 11_314, "test": 7_532}


@dataclass
class Split:
    """Documents in the order of the file: by group and, within it, by date."""

    words: list  # per document, the form of each token; None for addresses and numbers
    traces: list  # per document, the set of token indices in attribution lines and signatures
    groups: list  # per document, its newsgroup


def load_split(program, folder, split):
    """The documents of 'train' or 'test', tokenised by the program."""
    file = Path(folder) / f"{split}.jsonl.gz"
    run = subprocess.run([program, "tokenize", file], check=True, stdout=subprocess.PIPE)
    lines = [json.loads(line) for line in run.stdout.decode().splitlines()]
    if len(lines) != SIZES[split]:
        raise SystemExit(f"{file} has {len(lines)} documents, not {SIZES[split]}")
    return Split(
        [line["tokens"] for line in lines],
        [set(line["traces"]) for line in lines],
        [line["group"] for line in lines],
    )


def hold_out(groups, share=0.1):
    """Indices for training and for validation: the last documents of each group, as the test
    documents are later than the training documents."""
    total, seen = collections.Counter(groups), collections.Counter()
    fit, validation = [], []
    for i, group in enumerate(groups):
        seen[group] += 1
        (validation if seen[group] > (1 - share) * total[group] else fit).append(i)
    return fit, validation


def vocabulary(documents, least, most=None):
    """The words of at least `least` documents, the `most` widespread of them, sorted by code point,
    and in how many documents each occurs. Whole numbers of more than four digits are left out:
    post codes, house numbers."""
    counts = collections.Counter()
    for words in documents:
        counts.update(set(words) - {None})
    fit = [w for w, n in counts.items() if n >= least and not (w.isdigit() and len(w) > 4)]
    fit.sort(key=lambda word: (-counts[word], word))
    words = sorted(fit[:most])
    return words, [counts[word] for word in words]


def writers_words(split, words):
    """Numbers of the words that stand in attribution lines and signatures at least as often as
    elsewhere."""
    inside, outside = collections.Counter(), collections.Counter()
    for document, traces in zip(split.words, split.traces):
        for i, word in enumerate(document):
            (inside if i in traces else outside)[word] += 1
    return [number for number, word in enumerate(words) if inside[word] >= outside[word]]


def half(name, values):
    """A float16 initializer and the Cast node that widens it: half the download, and still a
    standard model that computes in float32."""
    stored = numpy_helper.from_array(values.detach().numpy().astype(np.float16), f"{name}.f16")
    cast = helper.make_node("Cast", [stored.name], [name], name=f"{name}.cast", to=TensorProto.FLOAT)
    return stored, cast


def to_onnx(name, nodes, weights, source, metadata):
    """A model of these nodes and float16 weights, `source` [N, …] to `logits` [N, 20]."""
    initializers, casts = zip(*[half(key, values) for key, values in weights.items()])
    graph = helper.make_graph(
        [*casts, *nodes],
        name,
        [source],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 20])],
        initializers,
    )
    proto = helper.make_model(
        graph,
        ir_version=8,
        producer_name="heatlens training",
        opset_imports=[helper.make_opsetid("", 17)],
    )
    helper.set_model_props(proto, metadata)
    onnx.checker.check_model(proto, full_check=True)
    return proto


def arguments(file, **numbers):
    """Command line of one model; `numbers` are further options with their defaults."""
    parser = argparse.ArgumentParser(description=f"Trains {file}.")
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data/newsgroups20",
                        help="folder of train.jsonl.gz and test.jsonl.gz")
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/heatlens",
                        help="the command line of this project, which tells words apart")
    parser.add_argument("--out", type=Path, default=MODELS / file)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--validate", action="store_true",
                        help="train without the last documents of each group, measure on them, export nothing")
    for name, default in numbers.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(True)
    return args


def describe(script, title, labels, words, split, seed):
    """The metadata that both models have."""
    return {
        "heatlens.title": title,
        "heatlens.domain": "text",
        "heatlens.labels": "\n".join(labels),
        "heatlens.output-activation": "softmax",
        "heatlens.input.kind": "text",
        "heatlens.vocabulary": "\n".join(words),
        "heatlens.text.traces": " ".join(map(str, writers_words(split, words))),
        "heatlens.data": (
            "20 Newsgroups, 'bydate' (K. Lang 1995, J. Rennie): public Usenet posts of 1993; the file "
            "holds weights and single words of three documents or more, no texts and no addresses."
        ),
        "heatlens.license": "MIT OR Apache-2.0",
        "heatlens.training": f"training/{script}, seed {seed}",
    }


def export(args, make, batches, labels):
    """Measures `make(metadata)` by onnxruntime on `batches` of inputs with their `labels`, and writes
    it with that accuracy among its metadata."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = args.threads
    session = onnxruntime.InferenceSession(
        make({}).SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    logits = np.concatenate([session.run(["logits"], {"input": x})[0] for x in batches])
    measured = (logits.argmax(1) == np.asarray(labels)).mean()
    proto = make({"heatlens.accuracy": f"{measured:.4f}"})
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_bytes(proto.SerializeToString())
    print(f"{args.out.name}: {args.out.stat().st_size} bytes, "
          f"test accuracy {measured:.4f} (exported file, {len(labels)} documents)")
