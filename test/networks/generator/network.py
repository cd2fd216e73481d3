"""The list of PyTorch networks, and how one of them becomes a case."""

import copy
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from .case import Case
from .parameters import make_nonpositive, randomize
from .references import SETTINGS, START, relevance

SEEDS = range(1, 200)
SMALLEST_LOGIT = 0.2
BOX = (-2.0, 2.0)


@dataclass(frozen=True)
class Network:
    """A network, its sample, and how it is exported."""

    name: str
    family: str
    make: Callable[[], nn.Module]
    shape: tuple[int, ...] = (3, 16, 16)
    exporter: str = "torchscript"
    opset: int = 17
    box: tuple[float, float] | None = BOX
    biases: str = "both"
    references: tuple[str, ...] = ()
    pooling: str = "winner"
    inputs: Callable[[np.random.Generator], dict[str, np.ndarray]] | None = None
    outputs: tuple[str, ...] = ("output",)
    export: dict[str, Any] = field(default_factory=dict)
    prepare: Callable[[nn.Module], None] = lambda module: None
    finish: Callable[[onnx.ModelProto], onnx.ModelProto] = lambda model: model
    note: str | None = None


NETWORKS: list[Network] = []
BOTH = ("zplus", "epsilon_plus")


def network(name: str, family: str, **settings: Any) -> Callable[[Callable[[], nn.Module]], Callable[[], nn.Module]]:
    """Puts what the decorated function makes on the list; may be repeated for other exports."""

    def register(make: Callable[[], nn.Module]) -> Callable[[], nn.Module]:
        NETWORKS.append(Network(name, family, make, **settings))
        return make

    return register


def named(name: str) -> Network:
    """One from the list."""
    return next(entry for entry in NETWORKS if entry.name == name)


def case_of(entry: Network) -> Case:
    """Makes, exports and explains a network."""
    seed, model, inputs = _instance(entry)
    tensors = [torch.from_numpy(value) for value in inputs.values()]
    with torch.no_grad():
        outputs = dict(zip(entry.outputs, _tuple(_double(model)(*map(_widen, tensors)))))
    onnx_model = entry.finish(export(entry, model, dict(zip(inputs, tensors))))
    target = int(next(iter(outputs.values()))[0].argmax()) if entry.references else None
    references, float32 = _references(entry, model, tensors, target)
    return Case(
        name=entry.name,
        family=entry.family,
        exporter=entry.exporter,
        model=onnx_model,
        inputs=inputs,
        outputs={name: value.numpy() for name, value in outputs.items()},
        seed=seed,
        box=entry.box,
        biases=entry.biases,
        target=target,
        references=references,
        float32=float32,
        zennit={file: SETTINGS[file] | {"pooling": entry.pooling, "start": START} for file in references} or None,
        note=entry.note,
    )


def instance_of(entry: Network) -> nn.Module:
    """The module of a network's case."""
    return _instance(entry)[1]


def _instance(entry: Network) -> tuple[int, nn.Module, dict[str, np.ndarray]]:
    """The first seed with which the largest logit is well above zero, so that there is something to explain."""
    for seed in SEEDS:
        model = entry.make().eval()
        randomize(model, seed)
        if entry.biases == "nonpositive":
            make_nonpositive(model)
        entry.prepare(model)
        inputs = _sample(entry, np.random.default_rng(seed))
        with torch.no_grad():
            output = _tuple(model(*map(torch.from_numpy, inputs.values())))[0]
        if output.amax() > SMALLEST_LOGIT:
            return seed, model, inputs
    raise ValueError(f"{entry.name}: no seed gives a positive logit")


def _sample(entry: Network, random: np.random.Generator) -> dict[str, np.ndarray]:
    if entry.inputs is not None:
        return entry.inputs(random)
    low, high = entry.box if entry.box is not None else (-2.0, 2.0)
    return {"input": random.uniform(low, high, (1, *entry.shape)).astype(np.float32)}


def _references(
    entry: Network, model: nn.Module, samples: list[Tensor], target: int | None
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Relevances in float64, and how far float32 is from them in units of the largest."""
    references: dict[str, np.ndarray] = {}
    float32: dict[str, float] = {}
    for name in entry.references:
        assert target is not None
        exact = relevance(_double(model), [_widen(one) for one in samples], target, name, entry.pooling)
        rounded = relevance(copy.deepcopy(model), samples, target, name, entry.pooling)
        references[name] = exact
        float32[name] = float(f"{np.abs(rounded - exact).max() / np.abs(exact).max():.1e}")
    return references, float32


def export(entry: Network, model: nn.Module, inputs: dict[str, Tensor]) -> onnx.ModelProto:
    """The network as an ONNX model, by the exporter that its entry names."""
    names = {"input_names": list(inputs), "output_names": list(entry.outputs), "opset_version": entry.opset}
    arguments = tuple(inputs.values())
    if entry.exporter == "dynamo":
        program = torch.onnx.export(model, arguments, dynamo=True, verbose=False, **names, **entry.export)
        return program.model_proto
    file = io.BytesIO()
    torch.onnx.export(model, arguments, file, dynamo=False, **names, **entry.export)
    return onnx.load_from_string(file.getvalue())


def _double(model: nn.Module) -> nn.Module:
    return copy.deepcopy(model).double()


def _widen(value: Tensor) -> Tensor:
    return value.double() if value.is_floating_point() else value


def _tuple(value: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return value if isinstance(value, tuple) else (value,)
