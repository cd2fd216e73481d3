"""Writes faithfulness.json, plane.onnx and colour.onnx: what Quantus finds of given heatmaps, for src/evaluate to agree with.

Needs quantus 0.6.0, torch and onnx. Run in this folder: python generate-faithfulness.py
"""

import json

import numpy as np
import onnx
import quantus
import torch
from onnx import TensorProto, helper, numpy_helper
from quantus.functions.perturb_func import noisy_linear_imputation

SEED = 11


def network(channels: int, side: int, classes: int) -> torch.nn.Module:
    """A convolution, a ReLU and a linear layer, with random weights; logits of some units."""
    features = 6
    model = torch.nn.Sequential(
        torch.nn.Conv2d(channels, features, 3),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(features * (side - 2) ** 2, classes),
    )
    model[3].weight.data *= 20
    return model


def save(model: torch.nn.Sequential, channels: int, side: int, classes: int, path: str) -> None:
    convolution, linear = model[0], model[3]
    constants = {
        "w1": convolution.weight,
        "b1": convolution.bias,
        "w2": linear.weight,
        "b2": linear.bias,
    }
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["x", "w1", "b1"], ["c"]),
            helper.make_node("Relu", ["c"], ["r"]),
            helper.make_node("Flatten", ["r"], ["f"]),
            helper.make_node("Gemm", ["f", "w2", "b2"], ["logits"], transB=1),
        ],
        "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", channels, side, side])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", classes])],
        [numpy_helper.from_array(value.detach().numpy(), name) for name, value in constants.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made)
    onnx.save(made, path)


def numbers(values: np.ndarray) -> list:
    return np.asarray(values, dtype=np.float64).round(9).tolist()


def drawn(channels: int, side: int, classes: int, path: str, samples: int = 3) -> dict:
    model = network(channels, side, classes).eval()
    save(model, channels, side, classes, path)
    x = np.random.uniform(-1, 1, (samples, channels, side, side)).astype(np.float32)
    a = np.random.normal(size=x.shape).astype(np.float32)
    with torch.no_grad():
        logits = model(torch.from_numpy(x)).numpy()
    return {"model": model, "x": x, "a": a, "y": logits.argmax(1), "logits": logits}


def ask(metric, case: dict) -> list:
    return metric(
        model=case["model"],
        x_batch=case["x"],
        y_batch=case["y"],
        a_batch=case["a"],
        channel_first=True,
        softmax=False,
        device="cpu",
        batch_size=len(case["x"]),
    )


def stored(case: dict, path: str) -> dict:
    return {
        "model": path,
        "dims": list(case["x"].shape),
        "inputs": numbers(case["x"].reshape(len(case["x"]), -1)),
        "relevance": numbers(case["a"].reshape(len(case["x"]), -1)),
        "targets": case["y"].tolist(),
        "logits": numbers(case["logits"]),
    }


def main() -> None:
    np.random.seed(SEED)
    torch.manual_seed(SEED)
    plane = drawn(1, 8, 5, "plane.onnx")
    colour = drawn(3, 12, 4, "colour.onnx")
    plain = {"abs": False, "normalise": False, "disable_warnings": True, "return_aggregate": False}

    flipping = {
        step: ask(quantus.PixelFlipping(features_in_step=step, perturb_baseline=0.0, **plain), plane) for step in (1, 8)
    }
    regions = {
        order: ask(
            quantus.RegionPerturbation(
                patch_size=4, order=order, regions_evaluation=9, perturb_baseline=0.25, **plain
            ),
            colour,
        )
        for order in ("morf", "lerf")
    }

    subsets = []
    choose = np.random.choice

    def remembered(*args, **kwargs):
        subset = choose(*args, **kwargs)
        subsets.append(subset.tolist())
        return subset

    np.random.choice = remembered
    runs = 30
    correlation = ask(
        quantus.FaithfulnessCorrelation(nr_runs=runs, subset_size=16, perturb_baseline=0.0, **plain), plane
    )
    np.random.choice = choose
    samples = len(plane["x"])
    assert len(subsets) == runs * samples

    infidelity = ask(
        quantus.Infidelity(perturb_patch_sizes=[4], n_perturb_samples=1, perturb_baseline=0.25, **plain), colour
    )

    removed = np.sort(np.random.choice(144, 100, replace=False))
    imputed = noisy_linear_imputation(colour["x"][0].astype(np.float64), removed, noise=0.0)

    found = {
        "quantus": quantus.__version__,
        "plane": stored(plane, "plane.onnx"),
        "colour": stored(colour, "colour.onnx"),
        "pixelFlipping": {str(step): numbers(curve) for step, curve in flipping.items()},
        "regionPerturbation": {order: numbers(curve) for order, curve in regions.items()},
        "faithfulnessCorrelation": {
            "subsets": [subsets[sample::samples] for sample in range(samples)],
            "values": numbers(correlation),
        },
        "infidelity": numbers(infidelity),
        "imputation": {"removed": removed.tolist(), "values": numbers(imputed.reshape(-1))},
    }
    with open("faithfulness.json", "w", encoding="utf-8") as file:
        json.dump(found, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
