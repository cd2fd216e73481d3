"""Writes localisation.json: small heatmaps with masks, and what Quantus 0.6.0 measures of them.

    python -m venv venv && venv/bin/pip install quantus==0.6.0 torch
    venv/bin/python test/quantus/generate-localisation.py
"""

import json
import math
import pathlib
import warnings

import numpy as np
import quantus

warnings.filterwarnings("ignore")
quiet = dict(disable_warnings=True, display_progressbar=False)
height, width = 9, 12
k = 10

# How each is asked: Quantus' own defaults but for k, and where a second row differs, by abs or weighted.
measures = {
    "PointingGame": quantus.PointingGame(**quiet),
    "RelevanceMassAccuracy": quantus.RelevanceMassAccuracy(**quiet),
    "RelevanceRankAccuracy": quantus.RelevanceRankAccuracy(**quiet),
    "AttributionLocalisation": quantus.AttributionLocalisation(**quiet),
    "AttributionLocalisation positive": quantus.AttributionLocalisation(positive_attributions=True, abs=False, **quiet),
    "AttributionLocalisation weighted": quantus.AttributionLocalisation(weighted=True, **quiet),
    "AUC": quantus.AUC(**quiet),
    "TopKIntersection": quantus.TopKIntersection(k=k, **quiet),
    "Sparseness": quantus.Sparseness(**quiet),
    "Complexity": quantus.Complexity(**quiet),
    "EffectiveComplexity": quantus.EffectiveComplexity(**quiet),
}


def blob(random: np.random.Generator) -> np.ndarray:
    """A disc of random place and size, cut off at the border."""
    y, x = np.mgrid[:height, :width]
    radius = random.uniform(1.5, 3.5)
    cy, cx = random.uniform(1, height - 1), random.uniform(1, width - 1)
    return ((y - cy) ** 2 + (x - cx) ** 2 < radius**2).astype(np.float32)


def heatmaps(random: np.random.Generator, mask: np.ndarray) -> dict[str, np.ndarray]:
    noise = random.normal(size=(height, width))
    sparse = np.where(random.uniform(size=(height, width)) < 0.2, np.abs(noise), 0)
    return {
        "positive": np.abs(noise) * (1 + 3 * mask),
        "signed": noise + 0.8 * mask,
        "mostly negative": noise - 1.2,
        "large numbers": 1e4 * np.abs(noise),
        "with zeros": sparse + 1e-9,
        "in steps": np.round(3 * np.abs(noise) + mask),
        "the mask": mask,
    }


def measured(name: str, relevance: np.ndarray, mask: np.ndarray) -> float | None:
    # AttributionLocalisation takes the size of a picture from x_batch[2:]: of three equal samples that is one picture.
    batch = lambda of: np.stack([of[None].astype(np.float32)] * 3)
    value = float(
        measures[name](
            model=None,
            x_batch=batch(np.zeros_like(mask)),
            y_batch=np.zeros(3, dtype=int),
            a_batch=batch(relevance),
            s_batch=batch(mask),
        )[0]
    )
    return value if math.isfinite(value) else None


cases = []
for seed in range(3):
    random = np.random.default_rng(seed)
    mask = blob(random)
    for kind, relevance in heatmaps(random, mask).items():
        relevance = relevance.astype(np.float32)
        cases.append(
            {
                "name": f"{kind} {seed}",
                "relevance": [float(v) for v in relevance.ravel()],
                "mask": [int(v) for v in mask.ravel()],
                "measured": {name: measured(name, relevance, mask) for name in measures},
            }
        )

rows = ",\n".join(json.dumps(case) for case in cases)
head = json.dumps({"quantus": quantus.__version__, "height": height, "width": width, "k": k})[:-1]
pathlib.Path(__file__).with_name("localisation.json").write_text(f'{head}, "cases": [\n{rows}\n]}}\n')
