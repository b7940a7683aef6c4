"""Writes the two smallest models of the digits page, whose numbers a hand can check. Nothing is trained.

    python training/by_hand.py

conv-3x3.onnx: one 3x3 filter on a 4x4 image, no bias.
planted.onnx: f(a, b, c, d) = sigmoid(5.2·relu(a + b − 1) + 1.6·c + 1.6·d − 3). Only a and b together are enough
for f ≥ 0.7, but each alone does nothing, while c and d alone look helpful.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MODELS = Path(__file__).resolve().parents[1] / "www/models"
LICENCE = "MIT OR Apache-2.0"


def write(name, nodes, weights, input_shape, output_shape, properties):
    """One file of float32 weights `{name: list}`; shapes without the batch axis."""
    initialisers = [
        numpy_helper.from_array(np.array(values, dtype=np.float32), key)
        for key, values in weights.items()
    ]
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", *input_shape])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", *output_shape])],
        initialisers,
    )
    model = helper.make_model(
        graph, producer_name="heatlens training", opset_imports=[helper.make_opsetid("", 17)]
    )
    model.ir_version = 8
    helper.set_model_props(model, {"heatlens.license": LICENCE, **properties})
    onnx.checker.check_model(model, full_check=True)
    (MODELS / f"{name}.onnx").write_bytes(model.SerializeToString())
    print(f"{name}.onnx: {(MODELS / f'{name}.onnx').stat().st_size} bytes")


def main():
    write(
        "conv-3x3",
        [
            helper.make_node("Conv", ["x", "filter"], ["planes"], name="conv", kernel_shape=[3, 3]),
            helper.make_node("Flatten", ["planes"], ["y"], name="flatten", axis=1),
        ],
        {"filter": [[[[1, 0, -1], [2, 0, -2], [1, 1, 1]]]]},
        [1, 4, 4],
        [4],
        {"heatlens.title": "3x3 filter"},
    )
    # Rows of the first layer: a + b − 1, c, d.
    write(
        "planted",
        [
            helper.make_node("Gemm", ["x", "w1", "b1"], ["z"], name="first", transB=1),
            helper.make_node("Relu", ["z"], ["h"], name="relu"),
            helper.make_node("Gemm", ["h", "w2", "b2"], ["logit"], name="second", transB=1),
            helper.make_node("Sigmoid", ["logit"], ["y"], name="sigmoid"),
        ],
        {
            "w1": [[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
            "b1": [-1, 0, 0],
            "w2": [[5.2, 1.6, 1.6]],
            "b2": [-3],
        },
        [4],
        [1],
        {"heatlens.title": "a and b, or so it seems c and d"},
    )


if __name__ == "__main__":
    main()
