"""What both digit models share: data, augmentation, training, export, measurement.

Images are float32 tensors [N, 1, 28, 28] in [0, 1], white stroke on black.
"""

import argparse
import gzip
import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "www" / "models"
VALIDATION = 5_000  # the last images of the training set

# name -> (header bytes, md5 of the unpacked file)
MNIST_FILES = {
    "train-images-idx3-ubyte.gz": (16, "6bbc9ace898e44ae57da46a324031adb"),
    "train-labels-idx1-ubyte.gz": (8, "a25bea736e30d166cdddb491f175f624"),
    "t10k-images-idx3-ubyte.gz": (16, "2646ac647ad5339dbf082846283269ea"),
    "t10k-labels-idx1-ubyte.gz": (8, "27ae3e4e09519cfbb04c329615203637"),
}


# ---------------------------------------------------------------- data


def read_idx(folder, name):
    """The payload of one gzipped IDX file as a flat uint8 array, checked by md5."""
    header, md5 = MNIST_FILES[name]
    raw = gzip.decompress((Path(folder) / name).read_bytes())
    if hashlib.md5(raw).hexdigest() != md5:
        raise SystemExit(f"{name} is not the original MNIST file")
    return np.frombuffer(raw, np.uint8, offset=header)


def load_split(folder, split):
    """Images uint8 [N, 1, 28, 28] and labels int64 [N] of 'train' or 't10k'."""
    images = read_idx(folder, f"{split}-images-idx3-ubyte.gz")
    labels = read_idx(folder, f"{split}-labels-idx1-ubyte.gz")
    images = torch.from_numpy(images.reshape(-1, 1, 28, 28).copy())
    return images, torch.from_numpy(labels.astype(np.int64))


# -------------------------------------------------------- augmentation


@dataclass
class Augmentation:
    """Upper limits of the random changes; each image draws its own."""

    rotation: float = 12.0  # degrees
    scale: float = 0.12  # relative, per axis
    shear: float = 0.2
    shift: float = 2.0  # pixels
    stroke: float = 1.0  # share of one morphological step
    blur: float = 0.8  # share of a 3x3 binomial blur
    gain: float = 1.0  # extra contrast around mid-grey


def uniform(n, limit):
    """n numbers from [-limit, limit], shape [n, 1, 1, 1]."""
    return (torch.rand(n, 1, 1, 1) * 2 - 1) * limit


def half_of(values):
    """Sets a random half of the per-image values to zero (= leave as is)."""
    return values * (torch.rand_like(values) < 0.5)


def change_stroke_width(x, strength):
    """Grey-scale morphology: strength 1 widens by 2 px, -1 thins by 1 px.

    Thinning takes the smaller 2x2 window because a 3x3 one would delete
    strokes that are two pixels wide.
    """
    wide = F.max_pool2d(x, 3, stride=1, padding=1)
    thin = -F.max_pool2d(-F.pad(x, (0, 1, 0, 1)), 2, stride=1)
    return x + strength.clamp(min=0) * (wide - x) + (-strength).clamp(min=0) * (thin - x)


def affine(x, a):
    """Random rotation, scale, shear and shift, bilinear; [N, 1, 28, 28] to the same."""
    n = len(x)
    angle = uniform(n, np.deg2rad(a.rotation)).view(n)
    sx, sy = 1 + uniform(n, a.scale).view(n), 1 + uniform(n, a.scale).view(n)
    shear = uniform(n, a.shear).view(n)
    cos, sin = angle.cos(), angle.sin()
    # affine_grid maps output to input positions, with 2 units = 28 px.
    dx, dy = uniform(n, a.shift * 2 / 28).view(n), uniform(n, a.shift * 2 / 28).view(n)
    row_x = torch.stack([cos * sx, (cos * shear - sin) * sy, dx], 1)
    row_y = torch.stack([sin * sx, (sin * shear + cos) * sy, dy], 1)
    grid = F.affine_grid(torch.stack([row_x, row_y], 1), list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, align_corners=False)


def soften(x, strength):
    """Mixes in a 3x3 binomial blur, per-image strength in [0, 1]."""
    line = torch.tensor([0.25, 0.5, 0.25])
    return x + strength * (F.conv2d(x, (line[:, None] * line)[None, None], padding=1) - x)


def augment(x, a):
    """A randomly changed copy of a batch [N, 1, 28, 28] in [0, 1]."""
    n = len(x)
    x = change_stroke_width(x, half_of(uniform(n, a.stroke)))
    x = affine(x, a)
    x = soften(x, half_of(uniform(n, a.blur).abs()))
    gain = 1 + half_of(uniform(n, a.gain).abs())
    return ((x - 0.5) * gain + 0.5).clamp(0, 1)


# ------------------------------------------------------------ training


def accuracy(model, images, labels):
    """Share of uint8 images [N, 1, 28, 28] whose largest logit is the label."""
    model.eval()
    with torch.no_grad():
        hits = sum(
            (model(x.float() / 255).argmax(1) == y).sum().item()
            for x, y in zip(images.split(1000), labels.split(1000))
        )
    return hits / len(labels)


def train(model, images, labels, validation, *, epochs, batch, peak_rate, weight_decay, augmentation):
    """Trains on uint8 images and returns the averaged copy of the weights."""
    steps = len(images) // batch
    optimizer = torch.optim.AdamW(model.parameters(), lr=peak_rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, peak_rate, total_steps=epochs * steps, pct_start=0.2, final_div_factor=1e3
    )
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.998))
    start = time.time()
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for chosen in torch.randperm(len(images))[: steps * batch].view(steps, batch):
            x = augment(images[chosen].float() / 255, augmentation)
            loss = F.cross_entropy(model(x), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            averaged.update_parameters(model)
            total += loss.item()
        print(
            f"epoch {epoch + 1:3}/{epochs}  loss {total / steps:.4f}  "
            f"validation {accuracy(averaged.module, *validation):.4f}  {time.time() - start:.0f} s",
            flush=True,
        )
    return averaged.module.eval()


# -------------------------------------------------------------- export


def to_onnx(model, metadata):
    """ONNX graph of an nn.Sequential of named plain layers.

    Every weight is a float16 initializer followed by a Cast to float32: half
    the download, and still a standard model that computes in float32.
    """
    nodes, initializers = [], []
    layers = [(n, m) for n, m in model.named_children() if not isinstance(m, nn.Dropout)]

    def add_weights(name, layer):
        for part in ("weight", "bias"):
            values = getattr(layer, part).detach().contiguous().numpy().astype(np.float16)
            stored = f"{name}.{part}.f16"
            initializers.append(numpy_helper.from_array(values, stored))
            nodes.append(helper.make_node(
                "Cast", [stored], [f"{name}.{part}"], name=f"{name}.{part}.cast", to=TensorProto.FLOAT
            ))
        return [f"{name}.weight", f"{name}.bias"]

    tensor = "input"
    for name, layer in layers:
        out = "logits" if name == layers[-1][0] else f"{name}.out"
        inputs, attributes = [tensor], {}
        if isinstance(layer, nn.Conv2d):
            kind, inputs = "Conv", inputs + add_weights(name, layer)
            attributes = {"kernel_shape": list(layer.kernel_size)}
        elif isinstance(layer, nn.Linear):
            kind, inputs = "Gemm", inputs + add_weights(name, layer)
            attributes = {"transB": 1}
        elif isinstance(layer, nn.MaxPool2d):
            kind, size = "MaxPool", [layer.kernel_size] * 2
            attributes = {"kernel_shape": size, "strides": size}
        elif isinstance(layer, nn.ReLU):
            kind = "Relu"
        elif isinstance(layer, nn.Flatten):
            kind, attributes = "Flatten", {"axis": 1}
        else:
            raise TypeError(f"no export for {type(layer).__name__}")
        nodes.append(helper.make_node(kind, inputs, [out], name=name, **attributes))
        tensor = out

    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 1, 28, 28])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 10])],
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


def run_onnx(model, images):
    """Logits float32 [N, 10] of a file or serialized model for images [N, 1, 28, 28] in [0, 1]."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(["logits"], {"input": images})[0]


def cost(model):
    """(parameters, multiply-adds of one forward pass for one image)."""
    work, hooks = [], []
    for layer in model:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            hooks.append(layer.register_forward_hook(
                lambda m, _, y: work.append(m.weight[0].numel() * y[0].numel())
            ))
    model.eval()(torch.zeros(1, 1, 28, 28))
    for hook in hooks:
        hook.remove()
    return sum(p.numel() for p in model.parameters()), sum(work)


# ------------------------------------------------------------- the run


def build(script, file, title, make_model, *, epochs, **recipe):
    """Command line of one model: train, export, measure the exported file."""
    parser = argparse.ArgumentParser(description=f"Trains {file}.")
    parser.add_argument("--data", type=Path, default=ROOT / "../shared/data/mnist",
                        help="folder of the four MNIST .gz files")
    parser.add_argument("--out", type=Path, default=MODELS / file)
    parser.add_argument("--epochs", type=int, default=epochs)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(True)

    images, labels = load_split(args.data, "train")
    validation = images[-VALIDATION:], labels[-VALIDATION:]
    images, labels = images[:-VALIDATION], labels[:-VALIDATION]
    mean = images.float().mean(0).flatten() / 255

    model = make_model().to(memory_format=torch.channels_last)
    print("parameters {}, multiply-adds {}".format(*cost(model)), flush=True)
    model = train(model, images, labels, validation, epochs=args.epochs, **recipe)

    metadata = {
        "heatlens.title": title,
        "heatlens.domain": "digits",
        "heatlens.labels": "\n".join("0123456789"),
        "heatlens.output-activation": "softmax",
        "heatlens.input.kind": "image",
        "heatlens.input.size": "28 28",
        "heatlens.input.channels": "grey",
        "heatlens.input.layout": "CHW",
        "heatlens.input.range": "0 1",
        "heatlens.input.preprocessing": (
            "Grey value / 255, white stroke on black, the longer side of the digit scaled to "
            "20 px, its centre of mass at the centre of the 28x28 image."
        ),
        "heatlens.mask": "0",
        "heatlens.mask.mean": " ".join(f"{v:.3f}" for v in mean.tolist()),
        "heatlens.data": (
            "The MNIST database of handwritten digits (Y. LeCun, C. Cortes, C. Burges; "
            "CC BY-SA 3.0); the file holds weights and the mean image, no images of the data set."
        ),
        "heatlens.license": "MIT OR Apache-2.0",
        "heatlens.training": f"training/{script}, seed {args.seed}",
    }
    test_images, test_labels = load_split(args.data, "t10k")
    logits = run_onnx(to_onnx(model, metadata).SerializeToString(), test_images.numpy() / np.float32(255))
    measured = (logits.argmax(1) == test_labels.numpy()).mean()
    proto = to_onnx(model, metadata | {"heatlens.accuracy": f"{measured:.4f}"})
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_bytes(proto.SerializeToString())
    print(f"{args.out.name}: {args.out.stat().st_size} bytes, "
          f"test accuracy {measured:.4f} (exported file, {len(test_labels)} images)")
