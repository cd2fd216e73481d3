"""Writes robustness.json: what Quantus 0.6.0 measures of gradient times input of a small network, with all that was drawn.

    python -m venv venv && venv/bin/pip install quantus==0.6.0 torch
    venv/bin/python test/quantus/generate-robustness.py
"""

import json
import pathlib
import warnings

import numpy as np
import quantus
import torch
from quantus.functions.similarity_func import correlation_spearman, distance_euclidean

warnings.filterwarnings("ignore")
quiet = dict(disable_warnings=True, display_progressbar=False)
height, width, hidden, classes = 4, 5, 6, 2
size = height * width
samples, radius = 12, 0.1


def network(seed: int) -> torch.nn.Module:
    """V tanh(W x + b) + c, without trained weights: only what is measured matters here."""
    torch.manual_seed(seed)
    layers = [torch.nn.Flatten(), torch.nn.Linear(size, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, classes)]
    return torch.nn.Sequential(*layers).eval()


def explain(model, inputs, targets, **_) -> np.ndarray:
    x = torch.tensor(np.asarray(inputs, dtype=np.float32), requires_grad=True)
    scores = model(x)[torch.arange(len(x)), torch.as_tensor(np.asarray(targets))]
    (gradient,) = torch.autograd.grad(scores.sum(), x)
    return (gradient * x).detach().numpy()


def robustness(model, x: np.ndarray, target: np.ndarray, random: np.random.Generator) -> dict:
    """Neighbours are drawn here and handed to both measures, so that others can look at the same."""
    draws = random.random((samples, size))
    span = float(x.max() - x.min())

    def values(metric) -> float:
        rows = iter(draws)

        def perturb(arr, **_):
            return (arr + (2 * next(rows) - 1) * radius * span).astype(np.float32)

        metric.perturb_func = perturb
        return float(metric(model=model, x_batch=x, y_batch=target, a_batch=explain(model, x, target), explain_func=explain)[0])

    return {
        "draws": draws.tolist(),
        "MaxSensitivity": values(quantus.MaxSensitivity(nr_samples=samples, **quiet)),
        "LocalLipschitzEstimate": values(
            quantus.LocalLipschitzEstimate(
                nr_samples=samples,
                normalise=False,
                norm_numerator=distance_euclidean,
                norm_denominator=distance_euclidean,
                **quiet,
            )
        ),
    }


def randomisation(model, x: np.ndarray, target: np.ndarray, order: str) -> dict:
    """Quantus resets the layers; relevance in every network that it made, and its scores by layer."""
    seen = []

    def recorded(model, inputs, targets, **_):
        relevance = explain(model, inputs, targets)
        seen.append(relevance.flatten().tolist())
        return relevance

    metric = quantus.MPRT(similarity_func=correlation_spearman, layer_order=order, normalise=False, **quiet)
    scores = metric(model=model, x_batch=x, y_batch=target, a_batch=explain(model, x, target), explain_func=recorded)
    # The first is the network as it is.
    layers = [name for name in scores if name != "original"]
    return {"scores": [float(scores[name][0]) for name in layers], "relevance": seen[-len(layers) :]}


def case(seed: int) -> dict:
    random = np.random.default_rng(seed)
    model = network(seed)
    x = random.normal(size=(1, 1, height, width)).astype(np.float32)
    target = np.array([seed % classes])
    logit = quantus.RandomLogit(
        similarity_func=correlation_spearman, num_classes=classes, normalise=False, abs=False, **quiet
    )
    return {
        "input": x.flatten().tolist(),
        "target": int(target[0]),
        "weights": [parameter.detach().numpy().tolist() for parameter in model.parameters()],
        "relevance": explain(model, x, target).flatten().tolist(),
        "robustness": robustness(model, x, target, random),
        "cascade": randomisation(model, x, target, "top_down"),
        "independent": randomisation(model, x, target, "independent"),
        "RandomLogit": float(
            np.ravel(logit(model=model, x_batch=x, y_batch=target, a_batch=explain(model, x, target), explain_func=explain))[0]
        ),
    }


result = {"height": height, "width": width, "classes": classes, "samples": samples, "radius": radius}
result["cases"] = [case(seed) for seed in range(4)]
file = pathlib.Path(__file__).parent / "robustness.json"
file.write_text(json.dumps(result) + "\n")
