"""The Python package as it is installed: against torch, numpy and the program itself."""

from __future__ import annotations

import base64
import html
import json
import re
import subprocess
import zlib
from pathlib import Path

import heatlens
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[3]
MODELS = ROOT / "www" / "models"
CNN = MODELS / "digits-cnn.onnx"


@pytest.fixture
def seven() -> np.ndarray:
    """A seven in greys, 28 × 28."""
    y, x = np.mgrid[:28, :28]
    bar = (y > 4) & (y < 8) & (x > 7) & (x < 20)
    stroke = (y >= 8) & (y < 23) & (np.abs(x - 19 + (y - 8) / 2) < 2)
    return np.where(bar | stroke, 0.9, 0).astype(np.float32)


@pytest.fixture(scope="session")
def torch():
    import torch

    return torch


@pytest.fixture
def net(torch):
    torch.manual_seed(1)
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.5), nn.Linear(4 * 8 * 8, 3)
    )


def parts(page: str) -> tuple[dict[str, str], dict[str, bytes]]:
    """Attributes of the element and the files of a page."""
    tag = re.search(r"<heat-lens([^>]*)>", page)[1]
    attributes = {key: html.unescape(value) for key, value in re.findall(r' ([a-z-]+)="([^"]*)"', tag)}
    scripts = re.findall(r'<script type="text/plain" id="([a-z-]+)">([^<]*)</script>', page)
    return attributes, {key: zlib.decompress(base64.b64decode(data), -15) for key, data in scripts}


def test_gradient_times_input_is_torch_s(net, torch):
    x = torch.rand(1, 1, 16, 16, generator=torch.Generator().manual_seed(2))
    found = heatlens.explain(net, x, "gradient-x-input", target=2)
    assert net.training, "the module's mode is restored"
    net.eval()
    leaf = x.clone().requires_grad_()
    logits = net(leaf)
    logits[0, 2].backward()
    expected = (leaf.grad * x)[0].numpy()
    assert found.relevance.dtype == np.float32 and found.shape == (1, 16, 16)
    np.testing.assert_allclose(found.relevance, expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found.prediction.logits, logits.detach().numpy()[0], rtol=1e-4, atol=1e-6)
    assert found.prediction.probabilities is None and found.label is None
    assert found.score == pytest.approx(float(logits[0, 2].detach()), rel=1e-5)
    assert found.sum == pytest.approx(float(expected.sum()), rel=1e-4)
    assert found.facts["source"].startswith("Shrikumar") and found.signed


def test_labels_activation_and_contrast(net, torch):
    x = torch.rand(1, 16, 16, generator=torch.Generator().manual_seed(3))
    named = {"labels": ["cat", "dog", "bird"], "activation": "softmax"}
    found = heatlens.explain(net, x, "lrp", target="cat", against="dog", composite="gamma", gamma=0.5, **named)
    assert (found.label, found.against_label, found.target, found.against) == ("cat", "dog", 0, 1)
    assert found.parameters["composite"] == "gamma" and found.parameters["gamma"] == 0.5
    net.eval()
    expected = torch.softmax(net(x[None]).detach()[0].double(), 0).numpy()
    np.testing.assert_allclose(found.prediction.probabilities, expected, rtol=1e-4)


def test_inputs_with_and_without_a_batch_axis(torch):
    nn = torch.nn
    torch.manual_seed(4)
    flat = nn.Linear(6, 2)
    for x in (np.ones(6, np.float32), np.ones((1, 6), np.float32), torch.ones(6), [1.0] * 6):
        found = heatlens.explain(flat, x, "gradient-x-input", target=1)
        np.testing.assert_allclose(found.relevance.ravel(), flat.weight.detach().numpy()[1], rtol=1e-6)
    pooled = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    assert heatlens.explain(pooled, torch.rand(3, 8, 9), "gradient").shape == (3, 8, 9)


def test_the_numbers_are_the_program_s(seven, tmp_path):
    found = heatlens.explain(CNN, seven, "lrp", target="7")
    np.save(tmp_path / "x.npy", seven)
    command = [heatlens.program(), "explain", str(CNN), "--input", str(tmp_path / "x.npy")]
    more = ["--method", "lrp", "--target", "7", "--out", "-"]
    record = json.loads(subprocess.run(command + more, capture_output=True, check=True).stdout)
    np.testing.assert_array_equal(found.relevance.ravel(), np.array(record["relevance"], np.float32))
    assert found.prediction.probabilities.sum() == pytest.approx(1, abs=1e-6)
    assert [layer["node"] for layer in found.record["layers"]] == [layer["node"] for layer in record["layers"]]
    # As a path, as bytes of the file, and as a picture of bytes.
    for model, x in ((str(CNN), tmp_path / "x.npy"), (CNN.read_bytes(), str(tmp_path / "x.npy"))):
        np.testing.assert_array_equal(heatlens.explain(model, x, target=7).relevance, found.relevance)
    picture = heatlens.explain(CNN, np.round(seven * 255).astype(np.uint8), target=7)
    assert picture.score == pytest.approx(found.score, abs=0.2)
    # f(x) − f(baseline), for a baseline of one number per pixel.
    grey = np.linspace(0, 0.5, 784).reshape(28, 28)
    mask = heatlens.explain(CNN, seven, "deeplift", target=7, baseline=grey)
    assert mask.sum == pytest.approx(found.score - heatlens.explain(CNN, grey, target=7).score, abs=1e-2)


def test_a_page_holds_model_input_and_settings(net, torch, tmp_path):
    x = torch.rand(1, 1, 16, 16, generator=torch.Generator().manual_seed(5))
    hostile = "</script><script>alert(1)</script>"
    out = heatlens.page(
        net,
        x,
        tmp_path / "why.html",
        ["lrp", "occlusion"],
        labels=["a", hostile, "c"],
        activation="softmax",
        target=1,
        against="c",
        lrp={"composite": "gamma"},
        window=3,
        palette="grey",
        title=hostile,
    )
    page = out.read_text("utf-8")
    attributes, data = parts(page)
    assert attributes["method"] == "lrp,occlusion" and attributes["target"] == "1" and attributes["against"] == "c"
    assert json.loads(attributes["options"]) == {"lrp": {"composite": "gamma"}, "occlusion": {"window": 3}}
    assert (attributes["palette"], attributes["label"]) == ("grey", "Sequential.onnx")
    assert data["heatlens-input"].endswith(x.numpy().tobytes())
    assert hostile not in page and html.escape(hostile, quote=True).replace("&#x27;", "&#39;") in page
    # The network inside is the one that was exported, with its labels.
    again = heatlens.explain(data["heatlens-model"], x, "lrp", target=hostile)
    assert again.label == hostile and again.prediction.probabilities is not None


def test_three_lines_to_a_page(net, torch, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    heatlens.page(net, torch.zeros(1, 1, 16, 16) + 0.5)
    assert (tmp_path / "why.html").stat().st_size > 1000


def test_texts(tmp_path):
    model = MODELS / "text-linear.onnx"
    text = "The shuttle is in orbit — “again”."
    found = heatlens.explain(model, text, "lrp", against="sci.med")
    assert found.label == "sci.space" and found.shape == (6,)
    assert [token["text"] for token in found.tokens][1] == "shuttle"
    assert int(np.argmax(found.prediction.probabilities)) == found.target
    (tmp_path / "post.txt").write_text(text, "utf-8")
    same = heatlens.explain(model, tmp_path / "post.txt", "lrp", against="sci.med")
    np.testing.assert_array_equal(same.relevance, found.relevance)
    page = heatlens.page(model, text, tmp_path / "why.html").read_text("utf-8")
    assert parts(page)[0]["text"] == text


def test_show_is_the_page_in_a_frame(seven, tmp_path):
    shown = heatlens.show(CNN, seven, target=7, height=400)
    frame = shown._repr_html_()
    source = html.unescape(re.fullmatch(r'<iframe srcdoc="([^"]*)" sandbox="allow-scripts[^"]*" .*></iframe>', frame)[1])
    assert source == shown.html and "height:400px" in frame
    assert source == heatlens.page(CNN, seven, tmp_path / "a.html", target=7).read_bytes().decode()
    assert shown.save(tmp_path / "b.html").read_bytes() == (tmp_path / "a.html").read_bytes()


def test_errors_have_code_and_words(net, seven, torch, tmp_path):
    def fails(code: str, words: str, call, *args, **options):
        with pytest.raises(heatlens.HeatlensError, match=words) as caught:
            call(*args, **options)
        assert caught.value.code == code

    explain, page = heatlens.explain, heatlens.page
    fails("E_REQUEST", "magic", explain, CNN, seven, "magic")
    fails("E_REQUEST", "no class 'eleven'", explain, CNN, seven, target="eleven")
    fails("E_INPUT", "shape", explain, CNN, np.zeros((3, 3), np.float32))
    fails("E_NONFINITE", "NaN", explain, CNN, np.full((28, 28), np.nan, np.float32))
    fails("E_IO", "nowhere", explain, tmp_path / "nowhere.onnx", seven)
    fails("E_REQUEST", "no parameter", explain, CNN, seven, "lrp", steps=3)
    fails("E_REQUEST", "path, bytes or a torch module", explain, 7, seven)
    fails("E_REQUEST", "one line", explain, CNN, seven, labels=["a\nb"])
    fails("E_INPUT", "no input of shape", explain, net, np.zeros((7, 7, 7, 7), np.float32))
    fails("E_INPUT", "numbers", explain, CNN, np.array(["a"]))
    fails("E_REQUEST", "twice", page, CNN, seven, tmp_path / "x.html", ["lrp", "lrp"])
    fails("E_IO", "no.html", page, CNN, seven, tmp_path / "x.html", template=tmp_path / "no.html")
    fails("E_REQUEST", "npx heatlens page", page, MODELS / "ames.onnx", seven, tmp_path / "x.html")
    assert not (tmp_path / "x.html").exists()
    with pytest.warns(heatlens.HeatlensWarning, match="blank"):
        explain(CNN, np.zeros((28, 28), np.uint8))


def test_a_module_that_torch_cannot_export(torch):
    class Odd(torch.nn.Module):
        def forward(self, x):
            return torch.special.bessel_j0(x)

    with pytest.raises(heatlens.HeatlensError, match="torch cannot export") as caught:
        heatlens.explain(Odd(), torch.ones(1, 3))
    assert caught.value.code == "E_EXPORT"


def test_methods_and_program():
    names = [entry["name"] for entry in heatlens.methods()]
    assert {"lrp", "sis", "occlusion"} <= set(names) and all(entry["summary"] for entry in heatlens.methods())
    version = subprocess.run([heatlens.program(), "--version"], capture_output=True, text=True, check=True).stdout
    assert version.startswith("heatlens ")
