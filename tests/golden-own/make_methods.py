"""Makes golden cases of our own, in the format of tests/golden (its README says what every field means):

    python3 -m venv target/venv-golden
    target/venv-golden/bin/pip install torch captum zennit onnx numpy safetensors
    target/venv-golden/bin/python tests/golden-own/make_methods.py

Expected values come from the field's implementations in double precision:

* LRP without biases in denominators (`*_nobias`): zennit's rules with zero_params='bias'.
* Occlusion whose windows do not fill the input evenly (`occlusion_w*_s*`), over one to three axes: captum's Occlusion.
* Grad-CAM at a convolution that no activation follows (`gradcam_conv_*`): captum's LayerGradCam.
* Guided backprop and deconvnet at ReLU6 (`guided_backprop`, `deconvnet`): zennit's hooks at those modules; at SiLU,
  leaky ReLU and a clip below zero the plain gradient, as zennit and captum leave them.
"""

import torch
from captum.attr import LayerGradCam, Occlusion
from torch import nn
from zennit.rules import (
    AlphaBeta,
    Epsilon,
    Flat,
    Gamma,
    Norm,
    Pass,
    ReLUDeconvNet,
    ReLUGuidedBackprop,
    WSquare,
    ZBox,
    ZPlus,
)

from golden_format import FOLDER, Case, conv, dense, first_good, flatten, pool, rounded, unit


def without_biases(seed):
    case = Case(
        "own01_bias",
        seed,
        (2, 10, 10),
        [
            conv("conv1", 2, 5, (3, 3), padding=1),
            unit("relu1", "relu", nn.ReLU()),
            pool("pool1", "maxpool", 2),
            conv("conv2", 5, 6, (2, 2)),
            unit("relu2", "relu", nn.ReLU()),
            pool("pool2", "avgpool", 2),
            flatten("flat"),
            dense("fc1", 24, 9),
            unit("relu3", "relu", nn.ReLU()),
            dense("fc2", 9, 4),
        ],
    )
    # Biases that count, so that leaving them out does, too.
    for module in case.modules.values():
        if getattr(module, "bias", None) is not None:
            module.bias.data = rounded(module.bias.data * 3)
    with torch.no_grad():
        case.target = int(case.model(case.x).argmax())
    for name, module in case.modules.items():
        if getattr(module, "bias", None) is not None:
            case.tensors[f"w/{name}.bias"] = module.bias.data
    low, high = case.x.amin((2, 3), keepdim=True) - 0.5, case.x.amax((2, 3), keepdim=True) + 0.5
    low, high = rounded(low), rounded(high)
    case.tensors["aux/low"], case.tensors["aux/high"] = low, high
    zero = {"zero_params": "bias"}
    box = lambda: ZBox(low, high, **zero)
    rules = {
        "epsilon": lambda: Epsilon(0.25, **zero),
        "tiny": lambda: Epsilon(1e-6, **zero),
        "gamma": lambda: Gamma(0.25, **zero),
        "plus": lambda: ZPlus(**zero),
        "alpha_beta": lambda: AlphaBeta(2.0, 1.0, **zero),
        "wsquare": lambda: WSquare(**zero),
        "flat": lambda: Flat(**zero),
        "zbox": box,
    }
    golden = {"tiny": "epsilon", "plus": "alpha_beta"}
    linear = ["conv1", "conv2", "fc1", "fc2"]
    entries = {
        "lrp_eps0.25": ["epsilon"] * 4,
        "lrp_eps1e-6": ["tiny"] * 4,
        "lrp_gamma0.25": ["gamma"] * 4,
        "lrp_ab10": ["plus"] * 4,
        "lrp_ab21": ["alpha_beta"] * 4,
        "lrp_wsquare_all": ["wsquare"] * 4,
        "lrp_zbox_first": ["zbox", "tiny", "tiny", "tiny"],
        "lrp_wsquare_first": ["wsquare", "tiny", "tiny", "tiny"],
        "composite_epsilon_plus": ["plus", "plus", "tiny", "tiny"],
        "composite_epsilon_plus_flat": ["flat", "plus", "tiny", "tiny"],
        "composite_epsilon_gamma_box": ["zbox", "gamma", "tiny", "tiny"],
        "composite_epsilon_alpha2_beta1": ["alpha_beta", "alpha_beta", "tiny", "tiny"],
    }
    for name, chosen in entries.items():
        layer_rules = {layer: {"rule": golden.get(rule, rule)} for layer, rule in zip(linear, chosen)}

        def compute(model, x, chosen=chosen):
            own = {layer: rules[rule]() for layer, rule in zip(linear, chosen)}
            own |= {f"relu{k}": Pass() for k in (1, 2, 3)} | {"pool2": Norm()}
            onehot = torch.eye(4, dtype=x.dtype)[[case.target]]
            return case.backward(own, lambda logits: logits.detach() * onehot)(model, x)

        case.add(
            f"{name}_nobias",
            "lrp",
            compute,
            "zennit NameMapComposite, zero_params='bias'",
            layer_rules=layer_rules,
            params={"bias": "ignore"},
        )
    occlusion(case, [(3, 2), (4, 3), (5, 5)])
    return case


def occlusion(case, windows):
    axes, channels = case.x.dim() - 2, case.x.shape[1]
    for window, stride in windows:

        def compute(model, x, window=window, stride=stride):
            with torch.no_grad():
                return Occlusion(model).attribute(
                    x,
                    sliding_window_shapes=(channels, *[window] * axes),
                    strides=(channels, *[stride] * axes),
                    baselines=0.25,
                    target=case.target,
                )

        case.add(
            f"occlusion_w{window}_s{stride}",
            "occlusion",
            compute,
            "captum Occlusion",
            params={"window": [window] * axes, "stride": stride, "mask": 0.25},
        )


def sequence(seed):
    case = Case(
        "own02_sequence",
        seed,
        (3, 11),
        [
            conv("conv", 3, 4, (3,)),
            unit("relu", "relu", nn.ReLU()),
            flatten("flat"),
            dense("fc", 36, 3),
        ],
    )
    occlusion(case, [(3, 2), (4, 3), (2, 2)])
    return case


def voxels(seed):
    case = Case(
        "own03_voxels",
        seed,
        (2, 5, 4, 6),
        [
            conv("conv", 2, 3, (2, 2, 2)),
            unit("relu", "relu", nn.ReLU()),
            flatten("flat"),
            dense("fc", 3 * 4 * 3 * 5, 3),
        ],
    )
    occlusion(case, [(3, 2), (2, 2), (4, 3)])
    return case


def rectifiers(seed):
    case = Case(
        "own04_rectifiers",
        seed,
        (2, 9, 9),
        [
            conv("conv1", 2, 6, (3, 3)),
            unit("relu6", "relu6", nn.ReLU6()),
            pool("pool", "maxpool", 2),
            conv("conv2", 6, 6, (2, 2)),
            unit("silu", "silu", nn.SiLU()),
            flatten("flat"),
            dense("fc1", 24, 20),
            unit("capped", "relu6", nn.ReLU6()),
            dense("fc2", 20, 12),
            unit("leaky", "leaky_relu", nn.LeakyReLU(0.1), alpha=0.1),
            dense("fc3", 12, 12),
            unit("clip", "clip", nn.Hardtanh(-1.0, 1.0), low=-1.0, high=1.0),
            dense("fc4", 12, 4),
        ],
    )
    # So large that ReLU6 is cut off at both ends.
    for name in ("conv1", "conv2", "fc1"):
        module = case.modules[name]
        module.weight.data = rounded(module.weight.data * 6)
        case.tensors[f"w/{name}.weight"] = module.weight.data
    with torch.no_grad():
        case.target = int(case.model(case.x).argmax())
        for name in ("relu6", "capped"):
            values = case.model[: int(case.keys[name]) + 1](case.x)
            assert (values == 0).any() and (values == 6).any(), name
    for name, rule in {"guided_backprop": ReLUGuidedBackprop, "deconvnet": ReLUDeconvNet}.items():

        def compute(model, x, rule=rule):
            own = {"relu6": rule(), "capped": rule()}
            onehot = torch.eye(4, dtype=x.dtype)[[case.target]]
            return case.backward(own, lambda logits: onehot)(model, x)

        case.add(name, name, compute, f"zennit {rule.__name__} at ReLU6 modules")
    return case


def bare(seed):
    """Of the size of a digit, so that the page takes it, too."""
    case = Case(
        "own05_bare",
        seed,
        (1, 28, 28),
        [
            conv("conv", 1, 10, (5, 5)),
            ({"name": "gap", "op": "global_avgpool"}, nn.AdaptiveAvgPool2d(1)),
            flatten("flat"),
        ],
    )
    for name, relu in {"gradcam_conv_raw": False, "gradcam_conv_relu": True}.items():

        def compute(model, x, relu=relu):
            cam = LayerGradCam(model, model[0])
            return cam.attribute(x.clone(), target=case.target, relu_attributions=relu).detach()

        params = {"layer": "conv", "relu": relu}
        case.add(name, "gradcam", compute, "captum LayerGradCam", params=params)
    return case


if __name__ == "__main__":
    for start, build in enumerate((without_biases, sequence, voxels, rectifiers, bare), 1):
        first_good(build, 1000 * start)
    print("made", *sorted(path.name for path in FOLDER.glob("own*.json")))
