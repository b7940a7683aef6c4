"""Writes the file of the smallest convolution of the digits page: one 3x3 filter on a 4x4 image, no bias.

    python training/conv_3x3.py

Nothing is trained: the numbers are such that a hand can check them.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FILTER = [[1, 0, -1], [2, 0, -2], [1, 1, 1]]
OUT = Path(__file__).resolve().parents[1] / "www/models/conv-3x3.onnx"


def main():
    weight = np.array(FILTER, dtype=np.float32).reshape(1, 1, 3, 3)
    nodes = [
        helper.make_node("Conv", ["x", "filter"], ["planes"], name="conv", kernel_shape=[3, 3]),
        helper.make_node("Flatten", ["planes"], ["y"], name="flatten", axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "conv-3x3",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 1, 4, 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 4])],
        [numpy_helper.from_array(weight, "filter")],
    )
    model = helper.make_model(
        graph, producer_name="heatlens training", opset_imports=[helper.make_opsetid("", 17)]
    )
    model.ir_version = 8
    helper.set_model_props(model, {"heatlens.title": "3x3 filter", "heatlens.license": "MIT OR Apache-2.0"})
    onnx.checker.check_model(model, full_check=True)
    OUT.write_bytes(model.SerializeToString())
    print(f"{OUT.name}: {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
