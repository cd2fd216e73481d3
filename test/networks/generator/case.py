"""What a case is and how its files are written."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime

CASES = Path(__file__).resolve().parent.parent / "cases"
LARGEST = 60_000


@dataclass
class Case:
    """A model with one sample and what it must give.

    `inputs` and `outputs` go by the model's names; the first of each is the one to explain. Outputs are what the
    framework gives before a final Softmax or Sigmoid. `references` are relevances by file name, `zennit` says how
    each was made and `float32` how far the same computation in float32 lies from it. `agreement` is how close ONNX
    Runtime must come to the first output.
    """

    name: str
    family: str
    exporter: str
    model: onnx.ModelProto
    inputs: dict[str, np.ndarray]
    outputs: dict[str, np.ndarray]
    seed: int
    box: tuple[float, float] | None = None
    biases: str = "both"
    target: int | None = None
    references: dict[str, np.ndarray] = field(default_factory=dict)
    zennit: dict[str, Any] | None = None
    float32: dict[str, float] = field(default_factory=dict)
    note: str | None = None
    agreement: float = 1e-4


def write(case: Case) -> int:
    """Writes a case's folder anew; returns its size in bytes."""
    case.model = without_paths(case.model)
    check(case)
    folder = CASES / case.name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / "model.onnx").write_bytes(case.model.SerializeToString(deterministic=True))
    _save(folder, "input", case.inputs)
    _save(folder, "output", case.outputs)
    for name, relevance in case.references.items():
        np.save(folder / f"{name}.npy", np.ascontiguousarray(relevance, np.float32))
    if case.references:
        np.save(folder / "target.npy", np.array([case.target], np.int64))
    (folder / "case.json").write_text(json.dumps(_description(case), indent=2, ensure_ascii=False) + "\n")
    size = sum(file.stat().st_size for file in folder.iterdir())
    if size > LARGEST:
        raise ValueError(f"{case.name}: {size} bytes are more than {LARGEST}")
    return size


def check(case: Case) -> None:
    """Refuses a case whose model, run by ONNX Runtime, gives neither the logits nor their probabilities."""
    session = onnxruntime.InferenceSession(case.model.SerializeToString(), providers=["CPUExecutionProvider"])
    given = session.run(None, case.inputs)
    logits = np.asarray(next(iter(case.outputs.values())), np.float64)
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    positive = 1 / (1 + np.exp(-logits))
    wanted = [logits, powers / powers.sum(-1, keepdims=True), positive, np.concatenate([1 - positive, positive], -1)]
    for one in given:
        values = np.asarray([list(row.values()) for row in one] if _is_map(one) else one)
        if values.dtype.kind == "f" and any(_is_close(values, value, case.agreement) for value in wanted):
            return
    raise ValueError(f"{case.name}: the model gives {given}, and {logits} was expected")


def _is_map(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _is_close(value: np.ndarray, wanted: np.ndarray, agreement: float) -> bool:
    return value.size == wanted.size and np.allclose(value.ravel(), wanted.ravel(), agreement, agreement)


def _save(folder: Path, kind: str, arrays: dict[str, np.ndarray]) -> None:
    """The first array is KIND.npy, each further one KIND.NAME.npy."""
    for i, (name, array) in enumerate(arrays.items()):
        file = folder / (f"{kind}.npy" if i == 0 else f"{kind}.{name}.npy")
        kept = array if array.dtype.kind != "f" or array.dtype == np.float16 else array.astype(np.float32)
        np.save(file, np.ascontiguousarray(kept))


def _description(case: Case) -> dict[str, Any]:
    described: dict[str, Any] = {
        "family": case.family,
        "exporter": case.exporter,
        "opset": opset_of(case.model),
        "box": case.box,
        "biases": case.biases,
        "seed": case.seed,
        "float32": case.float32,
    }
    if case.zennit is not None:
        described["zennit"] = case.zennit
    if case.note is not None:
        described["note"] = case.note
    return described


def opset_of(model: onnx.ModelProto) -> int:
    """The version of ONNX's own operators that a model asks for."""
    return next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))


def without_paths(model: onnx.ModelProto) -> onnx.ModelProto:
    """Takes out what tells of the machine that exported it: stack traces, module scopes, documentation."""
    kept = onnx.ModelProto()
    kept.CopyFrom(model)
    _clear(kept)
    return kept


def _clear(message: Any) -> None:
    for descriptor, value in list(message.ListFields()):
        if descriptor.name in ("metadata_props", "doc_string"):
            message.ClearField(descriptor.name)
        elif descriptor.message_type is not None:
            for one in value if hasattr(value, "__len__") and not hasattr(value, "ListFields") else [value]:
                if hasattr(one, "ListFields"):
                    _clear(one)
