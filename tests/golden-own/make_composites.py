"""Makes golden cases of composites by zennit's own classes, in double precision; packages as for `make_methods.py`:

    target/venv-golden/bin/python tests/golden-own/make_composites.py
"""

import torch
from torch import nn
from zennit.attribution import Gradient
from zennit.composites import ExcitationBackprop

from golden_format import Case, conv, dense, first_good, flatten, pool, rounded, unit


def excitation(seed):
    """Excitation backprop, with an activation whose gradient is neither 0 nor 1: zennit passes through it, too."""
    case = Case(
        "own06_excitation",
        seed,
        (2, 10, 10),
        [
            conv("conv1", 2, 5, (3, 3), padding=1),
            unit("relu1", "relu", nn.ReLU()),
            pool("pool1", "maxpool", 2),
            conv("conv2", 5, 6, (2, 2)),
            unit("silu2", "silu", nn.SiLU()),
            pool("pool2", "avgpool", 2),
            flatten("flat"),
            dense("fc1", 24, 9),
            unit("relu3", "relu", nn.ReLU()),
            dense("fc2", 9, 4),
        ],
    )
    for module in case.modules.values():
        if getattr(module, "bias", None) is not None:
            module.bias.data = rounded(module.bias.data * 3)
    for name, module in case.modules.items():
        if getattr(module, "bias", None) is not None:
            case.tensors[f"w/{name}.bias"] = module.bias.data
    case.tensors["aux/low"], case.tensors["aux/high"] = case.x - 1, case.x + 1
    with torch.no_grad():
        case.target = int(case.model(case.x).argmax())
    layer_rules = {name: {"rule": "alpha_beta"} for name in ("conv1", "conv2", "fc1", "fc2")}
    for suffix, zero in (("", None), ("_nobias", ["bias"])):

        def compute(model, x, zero=zero):
            onehot = torch.eye(4, dtype=x.dtype)[[case.target]]
            with Gradient(model=model, composite=ExcitationBackprop(zero_params=zero)) as attributor:
                return attributor(x, lambda logits: logits.detach() * onehot)[1].detach()

        case.add(
            f"composite_excitation{suffix}",
            "lrp",
            compute,
            "zennit ExcitationBackprop",
            layer_rules=layer_rules,
            params={"bias": "ignore" if zero else "keep"},
        )
    return case


if __name__ == "__main__":
    first_good(excitation, 6000)
    print("made own06_excitation.json")
