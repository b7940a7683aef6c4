"""Draws digits as uniform strokes, the way a mouse or finger does, and lets both models read them.

Every shape is drawn in several stroke widths and slants, scaled so that its
longer side is 20 px and placed by its centre of mass, as MNIST was made.
"""

import argparse
from pathlib import Path

import numpy as np

from digits import MODELS, run_onnx

WIDTHS = (1.5, 2.0, 3.0, 4.0)  # px in the 28x28 image
SLANTS = (-0.15, 0.0, 0.15, 0.3)  # px to the right per px upwards


def arc(cx, cy, rx, ry, start, stop, n=24):
    """Points of an ellipse arc; degrees, 0 = right, 90 = down."""
    t = np.radians(np.linspace(start, stop, n))
    return np.stack([cx + rx * np.cos(t), cy + ry * np.sin(t)], 1)


def line(*points):
    return np.array(points, float)


def join(*parts):
    return np.concatenate(parts)


# (digit, name, strokes); x to the right, y down, any unit.
SHAPES = [
    (0, "oval", [arc(3, 5, 3, 5, -90, 270)]),
    (0, "narrow", [arc(2, 5, 2, 5, -90, 270)]),
    (0, "circle", [arc(4.5, 5, 4.5, 5, -60, 300)]),
    (1, "bar", [line((0, 0), (0, 10))]),
    (1, "flag", [line((-2.5, 2.5), (0, 0), (0, 10))]),
    (1, "flag and foot", [line((-2, 2), (0, 0), (0, 10)), line((-2, 10), (2, 10))]),
    (2, "round", [join(arc(3, 3, 3, 3, -170, 30), line((0, 10), (6.5, 10)))]),
    (2, "swan", [join(arc(2.8, 2.8, 2.8, 2.8, -160, 40), line((0, 9.5)), arc(1, 9, 1, 1, -180, -60, 8), line((6, 10)))]),
    (2, "angular", [line((0, 2), (2, 0), (5, 0.5), (5.5, 3), (0, 10), (6, 10))]),
    (3, "round", [join(arc(2.5, 2.5, 2.5, 2.5, -150, 90), arc(2.5, 7.5, 3, 2.5, -90, 150))]),
    (3, "flat top", [join(line((0, 0), (5, 0), (2, 4)), arc(2.2, 7, 3, 3, -90, 150))]),
    (3, "angular", [line((0, 0.5), (4, 0), (5, 2), (2, 4.5), (5.5, 7), (4, 10), (0, 9.5))]),
    (4, "open", [line((0.5, 0), (0, 5.5), (5, 5.5)), line((5, 0), (5, 10))]),
    (4, "closed", [line((4.5, 10), (4.5, 0), (0, 6.5), (6.5, 6.5))]),
    (4, "two strokes", [line((2.5, 0), (0, 6), (6, 6)), line((4.5, 3), (4, 10))]),
    (5, "round", [join(line((5, 0), (1, 0), (0.6, 4.2)), arc(2.5, 6.8, 3, 3.2, -130, 140))]),
    (5, "angular", [line((5.5, 0), (0.5, 0), (0, 4), (4, 4), (5.5, 6.5), (4.5, 9.5), (0, 10))]),
    (5, "cap apart", [join(line((1, 0), (0.8, 4.3)), arc(2.3, 7, 3, 3, -120, 140)), line((1, 0), (5.5, -0.4))]),
    (6, "straight", [join(line((4.5, 0), (1, 4.5)), arc(3, 7, 3, 3, -170, 190))]),
    (6, "curved", [join(arc(5, 6, 5, 6, -80, -180), arc(2.6, 7, 2.6, 3, -180, -540))]),
    (6, "small bowl", [join(arc(5, 6.5, 5, 6.5, -95, -200), arc(2.4, 7.8, 2.4, 2.2, 150, -200))]),
    (7, "plain", [line((0, 0), (6, 0), (2, 10))]),
    (7, "crossed", [line((0, 0), (6, 0), (2, 10)), line((1.5, 5), (6, 5))]),
    (7, "hook", [line((0, 1.8), (0, 0), (5.5, 0), (3.5, 5), (3, 10))]),
    (8, "two loops", [arc(3, 2.4, 2.4, 2.4, 90, 450), arc(3, 7.4, 3, 2.6, -90, 270)]),
    (8, "one stroke", [join(arc(3, 2.5, 2.5, 2.5, -30, -230), arc(2.8, 7.5, 2.8, 2.5, -50, 210), line((5.2, 1.4)))]),
    (8, "narrow", [arc(2, 2.4, 1.7, 2.4, 90, 450), arc(2, 7.4, 2, 2.6, -90, 270)]),
    (9, "straight", [join(arc(2.8, 2.8, 2.8, 2.8, 0, -360), line((5.4, 10)))]),
    (9, "curved", [join(arc(2.8, 2.8, 2.8, 2.8, 0, -360), arc(1.1, 4, 4.5, 6, 0, 100))]),
    (9, "slanting", [join(arc(2.8, 2.8, 2.8, 2.8, -20, -370), line((3, 10)))]),
]


def coverage(strokes, width):
    """Anti-aliased image [28, 28] of strokes given in pixels (0 = left or upper edge)."""
    axis = np.arange(28) + 0.5
    pixel = np.stack(np.meshgrid(axis, axis), -1)[:, :, None]  # [28, 28, 1, 2]
    nearest = np.full((28, 28), np.inf)
    for points in strokes:
        a, d = points[:-1], np.diff(points, axis=0)
        share = ((pixel - a) * d).sum(-1) / np.maximum((d * d).sum(-1), 1e-9)
        foot = a + share.clip(0, 1)[..., None] * d
        nearest = np.minimum(nearest, np.linalg.norm(pixel - foot, axis=-1).min(-1))
    return (width / 2 + 0.5 - nearest).clip(0, 1)


def render(strokes, width, slant):
    """Image float32 [28, 28]: longer side 20 px with the stroke, placed by centre of mass."""
    strokes = [np.stack([p[:, 0] - slant * p[:, 1], p[:, 1]], 1) for p in strokes]
    every = np.concatenate(strokes)
    low, high = every.min(0), every.max(0)
    scale = (20 - width) / (high - low).max()
    strokes = [(p - (low + high) / 2) * scale + 14 for p in strokes]
    image = coverage(strokes, width)
    y, x = np.indices(image.shape)
    # In MNIST the centre of mass lies on the middle of pixel (14, 14), counted from 0.
    shift = 14 - np.array([(image * x).sum(), (image * y).sum()]) / image.sum()
    return coverage([p + shift for p in strokes], width).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", type=Path,
                        default=[MODELS / "digits-cnn.onnx", MODELS / "digits-mlp.onnx"])
    args = parser.parse_args()

    variants = [(w, s) for w in WIDTHS for s in SLANTS]
    images = np.stack([render(strokes, w, s) for _, _, strokes in SHAPES for w, s in variants])
    wanted = np.repeat([digit for digit, _, _ in SHAPES], len(variants))
    for path in args.models:
        logits = run_onnx(path, images[:, None])
        read = logits.argmax(1)
        shares = np.exp(logits - logits.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        print(f"{path.name}: {(read == wanted).sum()} of {len(wanted)} drawings read rightly")
        for i, (digit, name, _) in enumerate(SHAPES):
            for j, (width, slant) in enumerate(variants):
                k = i * len(variants) + j
                if read[k] != digit:
                    print(f"  {digit} ({name}), width {width}, slant {slant}: "
                          f"read as {read[k]} ({shares[k, read[k]]:.0%})")


if __name__ == "__main__":
    main()
