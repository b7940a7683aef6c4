"""Trains the fully connected digit model, www/models/digits-mlp.onnx."""

from collections import OrderedDict

from torch import nn

from digits import Augmentation, build


def make_model():
    """[N, 1, 28, 28] in [0, 1] to logits [N, 10]."""
    return nn.Sequential(OrderedDict(
        flatten=nn.Flatten(),  # [N, 784]
        fc1=nn.Linear(784, 300),
        relu1=nn.ReLU(),
        fc2=nn.Linear(300, 100),
        relu2=nn.ReLU(),
        fc3=nn.Linear(100, 10),
    ))


if __name__ == "__main__":
    build(
        "digits_mlp.py",
        "digits-mlp.onnx",
        "Digits, fully connected network",
        make_model,
        epochs=120,
        batch=250,
        peak_rate=2e-3,
        weight_decay=0.02,
        # A fully connected network must learn every position by itself, so
        # it gets smaller changes of position than the convolutional one.
        augmentation=Augmentation(rotation=10.0, scale=0.1, shear=0.15, shift=1.5),
    )
