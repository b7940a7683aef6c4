"""Makes a golden case of expected gradients: the formula with given baselines and positions, in double precision; packages as
for `make_methods.py`:

    target/venv-golden/bin/python tests/golden-own/make_expected_gradients.py
"""

import torch
from torch import nn

from golden_format import Case, conv, dense, first_good, flatten, rounded, unit


def expected_gradients(seed):
    case = Case(
        "own07_expected_gradients",
        seed,
        (2, 5, 5),
        [
            conv("conv", 2, 4, (3, 3)),
            unit("silu", "silu", nn.SiLU()),
            flatten("flat"),
            dense("fc1", 36, 8),
            unit("relu", "relu", nn.ReLU()),
            dense("fc2", 8, 3),
        ],
    )
    baselines = rounded(torch.randn(6, *case.x.shape[1:], dtype=torch.float64))
    numbers = torch.randint(6, (50,))
    places = rounded(torch.rand(50, dtype=torch.float64))
    case.tensors["aux/baselines"] = baselines
    case.tensors["aux/points"] = torch.stack([numbers.double(), places], 1)

    def compute(model, x):
        total = torch.zeros_like(x)
        for number, place in zip(numbers, places.to(x.dtype)):
            baseline = baselines[number : number + 1].to(x.dtype)
            at = (baseline + place * (x - baseline)).requires_grad_()
            (gradient,) = torch.autograd.grad(model(at)[0, case.target], at)
            total += (x - baseline) * gradient
        return total / len(places)

    case.add("expected_gradients", "expected_gradients", compute, "the formula, by torch.autograd")
    with torch.no_grad():
        scores = case.model(torch.cat([case.x, baselines]))[:, case.target]
    case.entries[-1]["delta_logit"] = float(scores[0] - scores[1:].mean())
    return case


if __name__ == "__main__":
    first_good(expected_gradients, 7000)
    print("made own07_expected_gradients.json")
