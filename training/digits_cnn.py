"""Trains the convolutional digit model, www/models/digits-cnn.onnx."""

from collections import OrderedDict

from torch import nn

from digits import Augmentation, build


def make_model():
    """[N, 1, 28, 28] in [0, 1] to logits [N, 10]."""
    return nn.Sequential(OrderedDict(
        conv1=nn.Conv2d(1, 24, 5),  # [N, 24, 24, 24]
        relu1=nn.ReLU(),
        pool1=nn.MaxPool2d(2),  # [N, 24, 12, 12]
        conv2=nn.Conv2d(24, 48, 5),  # [N, 48, 8, 8]
        relu2=nn.ReLU(),
        pool2=nn.MaxPool2d(2),  # [N, 48, 4, 4]
        flatten=nn.Flatten(),  # [N, 768]
        drop1=nn.Dropout(0.3),
        fc1=nn.Linear(768, 128),
        relu3=nn.ReLU(),
        drop2=nn.Dropout(0.3),
        fc2=nn.Linear(128, 10),
    ))


if __name__ == "__main__":
    build(
        "digits_cnn.py",
        "digits-cnn.onnx",
        "Digits, convolutional network",
        make_model,
        epochs=60,
        batch=250,
        peak_rate=3e-3,
        weight_decay=0.02,
        augmentation=Augmentation(),
    )
