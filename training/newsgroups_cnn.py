"""Trains the convolutional newsgroup model, www/models/text-cnn.onnx: word embeddings, windows of
several widths, the maximum over the text (Kim 2014)."""

import torch
import torch.nn.functional as F
from onnx import TensorProto, helper
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from newsgroups import arguments, describe, export, hold_out, load_split, to_onnx, vocabulary

LEAST, MOST = 3, 20_000  # documents that a word must occur in; words of the vocabulary
WIDTH = 64  # numbers per word
WINDOWS = {1: 160, 2: 160, 3: 160}  # words in a window -> features
PADDING = max(WINDOWS)  # zeros behind a text: so some window holds no word, however long the text
STRETCH = 300  # words that training looks at, a random stretch of each longer document
WORD_DROPOUT, EMBEDDING_DROPOUT, DROPOUT = 0.5, 0.1, 0.5
BATCH, PEAK_RATE, WEIGHT_DECAY = 32, 2e-3, 0.01
NEIGHBOURS = 5  # words on either side that count as company, weighted by 1 / distance


def company(texts, rows):
    """Embeddings to start from, [rows, WIDTH]: positive pointwise mutual information of neighbouring
    words (contexts smoothed by ¾, Levy et al. 2015), its leading singular vectors times √σ."""
    counts = torch.zeros(rows, rows)
    for ids in texts:
        for distance in range(1, min(NEIGHBOURS, len(ids) - 1) + 1):
            pair = ids[:-distance], ids[distance:]
            counts.index_put_(pair, torch.tensor(1.0 / distance), accumulate=True)
    counts += counts.T.clone()
    own, total = counts.sum(1), counts.sum()
    context = own**0.75 / (own**0.75).sum() * total
    counts.mul_(total).div_(own.clamp(min=1)[:, None]).div_(context.clamp(min=1)).clamp_(min=1).log_()
    u, s, _ = torch.svd_lowrank(counts, q=WIDTH + 16, niter=4)
    table = u[:, :WIDTH] * s[:WIDTH].sqrt()
    return 0.5 * table / table.std()


class Network(nn.Module):
    """Word numbers [N, L], 0 for no word, to logits [N, 20]."""

    def __init__(self, table):
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(table, freeze=False, padding_idx=0)
        with torch.no_grad():
            self.embedding.weight[0] = 0
        self.windows = nn.ModuleList(nn.Conv1d(WIDTH, n, k) for k, n in WINDOWS.items())
        self.dense = nn.Linear(sum(WINDOWS.values()), 20)

    def forward(self, ids):
        x = F.dropout(self.embedding(ids), EMBEDDING_DROPOUT, self.training).transpose(1, 2)
        features = torch.cat([F.relu(conv(x)).amax(2) for conv in self.windows], 1)
        return self.dense(F.dropout(features, DROPOUT, self.training))


def padded(texts):
    """[N, L] with PADDING zeros on either side; more of them would change nothing."""
    longest = max(len(ids) for ids in texts)
    rows = torch.zeros(len(texts), longest + 2 * PADDING, dtype=torch.long)
    for row, ids in zip(rows, texts):
        row[PADDING:PADDING + len(ids)] = ids
    return rows


def glimpse(ids):
    """A random stretch of a text, with words left out at random."""
    start = int(torch.randint(0, max(0, len(ids) - STRETCH) + 1, ()))
    ids = ids[start:start + STRETCH]
    return torch.where(torch.rand(len(ids)) < WORD_DROPOUT, 0, ids)


def accuracy(model, texts, labels):
    """Share of texts whose largest logit is the label."""
    model.eval()
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    hits = 0
    with torch.no_grad():
        for start in range(0, len(order), 32):
            some = order[start:start + 32]
            hits += (model(padded([texts[i] for i in some])).argmax(1) == labels[some]).sum().item()
    return hits / len(texts)


def batches(texts):
    """Batches of indices in random order, texts of similar length together."""
    order = torch.randperm(len(texts)).tolist()
    groups = []
    for start in range(0, len(order), 32 * BATCH):
        chunk = sorted(order[start:start + 32 * BATCH], key=lambda i: min(len(texts[i]), STRETCH))
        groups += [chunk[k:k + BATCH] for k in range(0, len(chunk), BATCH)]
    groups = [group for group in groups if len(group) == BATCH]
    return [groups[i] for i in torch.randperm(len(groups)).tolist()]


def train(model, texts, labels, epochs, report):
    """Trains and returns the averaged copy of the weights."""
    rates = [
        {"params": model.embedding.parameters(), "weight_decay": 0.0},
        {"params": [p for n, p in model.named_parameters() if not n.startswith("embedding")]},
    ]
    optimizer = torch.optim.AdamW(rates, lr=PEAK_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, PEAK_RATE, total_steps=epochs * (len(texts) // BATCH), pct_start=0.15
    )
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.995))
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for group in batches(texts):
            ids = padded([glimpse(texts[i]) for i in group])
            loss = F.cross_entropy(model(ids), labels[group])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            averaged.update_parameters(model)
            total, count = total + loss.item(), count + 1
        print(f"epoch {epoch + 1:2}/{epochs}  loss {total / count:.4f}  {report(averaged.module)}",
              flush=True)
    return averaged.module.eval()


def graph(model):
    """Nodes and weights of the ONNX model."""
    nodes = [
        helper.make_node("Gather", ["embedding", "input"], ["words"], name="embedding", axis=0),
        helper.make_node("Transpose", ["words"], ["columns"], name="columns", perm=[0, 2, 1]),
    ]
    weights = {"embedding": model.embedding.weight}
    for conv, width in zip(model.windows, WINDOWS):
        name = f"window{width}"
        weights |= {f"{name}.weight": conv.weight, f"{name}.bias": conv.bias}
        nodes += [
            helper.make_node("Conv", ["columns", f"{name}.weight", f"{name}.bias"], [f"{name}.out"],
                             name=name, kernel_shape=[width], pads=[width - 1, 0]),
            helper.make_node("Relu", [f"{name}.out"], [f"{name}.on"], name=f"{name}.relu"),
            helper.make_node("ReduceMax", [f"{name}.on"], [f"{name}.max"], name=f"{name}.max",
                             axes=[2], keepdims=0),
        ]
    weights |= {"dense.weight": model.dense.weight, "dense.bias": model.dense.bias}
    nodes += [
        helper.make_node("Concat", [f"window{k}.max" for k in WINDOWS], ["features"],
                         name="features", axis=1),
        helper.make_node("Gemm", ["features", "dense.weight", "dense.bias"], ["logits"],
                         name="dense", transB=1),
    ]
    return nodes, weights


def main():
    args = arguments("text-cnn.onnx", epochs=12)
    split = load_split(args.program, args.data, "train")
    groups = sorted(set(split.groups))
    labels = torch.tensor([groups.index(group) for group in split.groups])
    words, _ = vocabulary(split.words, LEAST, MOST)
    number = {word: i + 1 for i, word in enumerate(words)}

    def encode(documents):
        return [torch.tensor([number.get(w, 0) for w in d], dtype=torch.long) for d in documents]

    texts = encode(split.words)
    model = Network(company(texts, len(words) + 1))
    print(f"{sum(p.numel() for p in model.parameters())} parameters", flush=True)
    if args.validate:
        # What the recipe was chosen by. Words and their company are those of all documents.
        fit, held = hold_out(split.groups)
        rest = [texts[i] for i in held]
        train(model, [texts[i] for i in fit], labels[fit], args.epochs,
              lambda model: f"validation {accuracy(model, rest, labels[held]):.4f}")
        return
    model = train(model, texts, labels, args.epochs, lambda model: "")

    metadata = describe(
        "newsgroups_cnn.py", "Newsgroups, convolutional network on words",
        groups, words, split, args.seed,
    ) | {
        "heatlens.text": "ids",
        "heatlens.text.padding": str(PADDING),
        "heatlens.axis.words": "256",
        "heatlens.mask": "0",
    }
    nodes, weights = graph(model)
    source = helper.make_tensor_value_info("input", TensorProto.INT64, ["N", "words"])

    def make(more):
        return to_onnx("text-cnn", nodes, weights, source, metadata | more)

    test = load_split(args.program, args.data, "test")
    rows = (F.pad(ids, (0, PADDING))[None].numpy() for ids in encode(test.words))
    export(args, make, rows, [groups.index(group) for group in test.groups])


if __name__ == "__main__":
    main()
