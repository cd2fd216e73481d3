"""Exported models made into others: quantised, in half precision, with local functions."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.transformers.float16 import convert_float_to_float16
from torch import nn

from . import by_hand
from .case import Case
from .network import BOTH, case_of, export, instance_of, named

CALIBRATED = 32


def makers() -> Iterator[tuple[str, Callable[[], Case]]]:
    """Their names and what makes them."""
    yield "qdq-vgg-per-tensor", partial(_quantized, "qdq-vgg-per-tensor", "vgg", False, QuantType.QUInt8)
    yield "qdq-vgg-per-channel", partial(_quantized, "qdq-vgg-per-channel", "vgg", True, QuantType.QInt8)
    yield (
        "qdq-resnet-per-channel",
        partial(_quantized, "qdq-resnet-per-channel", "resnet-basic", True, QuantType.QUInt8),
    )
    yield (
        "qdq-mobilenet-per-tensor",
        partial(_quantized, "qdq-mobilenet-per-tensor", "mobilenet-v2", False, QuantType.QInt8),
    )
    yield "float16-vgg", partial(_half, "float16-vgg", "vgg-bn")
    yield "float16-inside", partial(_half_inside, "float16-inside", "resnet-basic")
    yield "local-functions", _functions
    yield "unoptimized-dynamo", _dynamo_functions
    yield from by_hand.makers()


def _exported(name: str, opset: int | None = None) -> Case:
    entry = named(name)
    return case_of(replace(entry, opset=opset or entry.opset, references=()))


class _Samples(CalibrationDataReader):
    """Random samples, to find the range of every value."""

    def __init__(self, case: Case) -> None:
        random = np.random.default_rng(case.seed)
        ((self.name, like),) = case.inputs.items()
        low, high = case.box
        shape = (CALIBRATED, *like.shape)
        self.samples = iter(random.uniform(low, high, shape).astype(np.float32))

    def get_next(self) -> dict[str, np.ndarray] | None:
        sample = next(self.samples, None)
        return None if sample is None else {self.name: sample}


def _quantized(name: str, source: str, per_channel: bool, activations: QuantType) -> Case:
    case = _exported(source, 13)
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.onnx", Path(folder) / "after.onnx"
        onnx.save(case.model, before)
        quantize_static(
            before, after, _Samples(case), quant_format=QuantFormat.QDQ, per_channel=per_channel,
            activation_type=activations, weight_type=QuantType.QInt8,
        )  # fmt: skip
        model = onnx.load(after)
    return replace(
        case, name=name, exporter="onnxruntime.quantization", model=model, outputs=_run(model, case.inputs),
        note=f"{source}, quantised; output.npy is ONNX Runtime's",
    )  # fmt: skip


def _run(model: onnx.ModelProto, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return dict(zip((one.name for one in session.get_outputs()), session.run(None, inputs)))


def _half(name: str, source: str) -> Case:
    """PyTorch's own half precision, input and output included; output.npy is the float64 network's."""
    case = _exported(source, 17)
    entry = named(source)
    model = instance_of(entry)
    inputs = {key: value.astype(np.float16) for key, value in case.inputs.items()}
    tensors = {key: torch.from_numpy(value) for key, value in inputs.items()}
    with torch.no_grad():
        output = model.double()(*(one.double() for one in tensors.values())).numpy()
    exported = export(replace(entry, opset=17), model.half(), tensors)
    return replace(case, name=name, model=exported, inputs=inputs, outputs={"output": output}, agreement=2e-2,
                   note=f"{source} in half precision, input and output included; output.npy is float64's")  # fmt: skip


def _half_inside(name: str, source: str) -> Case:
    case = _exported(source, 17)
    model = convert_float_to_float16(case.model, keep_io_types=True)
    return replace(case, name=name, exporter="onnxruntime.transformers", model=model, agreement=2e-2,
                   note=f"{source} in half precision between Casts; output.npy is float64's")  # fmt: skip


def _functions() -> Case:
    """A network whose blocks are local functions, one of them of two others, with attributes handed on."""
    case, module = by_hand.instance("vgg")
    features = module[0]
    layers = [one for one in features if isinstance(one, nn.Conv2d)]
    dense = [one for one in module if isinstance(one, nn.Linear)]
    initializers = by_hand.initializers({f"conv{i}": layer for i, layer in enumerate(layers)})
    initializers += by_hand.initializers({f"dense{i}": layer for i, layer in enumerate(dense)})
    block = _function(
        "Block", ["x", "w", "b"], ["pads"],
        [_handing_on(helper.make_node("Conv", ["x", "w", "b"], ["y"], kernel_shape=[3, 3]), "pads"),
         helper.make_node("Relu", ["y"], ["out"])],
    )  # fmt: skip
    pooled = _function(
        "PooledBlock", ["x", "w", "b"], ["pads"],
        [_handing_on(helper.make_node("Block", ["x", "w", "b"], ["y"], domain="example"), "pads"),
         helper.make_node("MaxPool", ["y"], ["out"], kernel_shape=[2, 2], strides=[2, 2])],
    )  # fmt: skip
    nodes = [
        _call("PooledBlock", "input", "a", "conv0"), _call("PooledBlock", "a", "c", "conv1"),
        _call("Block", "c", "d", "conv2"), _call("PooledBlock", "d", "e", "conv3"),
        helper.make_node("Flatten", ["e"], ["f"]),
        helper.make_node("Gemm", ["f", "dense0.weight", "dense0.bias"], ["g"], transB=1),
        helper.make_node("Relu", ["g"], ["h"]),
        helper.make_node("Gemm", ["h", "dense1.weight", "dense1.bias"], ["output"], transB=1),
    ]  # fmt: skip
    model = by_hand.model_of(nodes, initializers, case, opset=17, ir_version=8, functions=[block, pooled])
    return replace(case, name="local-functions", exporter="onnx.helper", model=model,
                   note="blocks are local functions, nested, with an attribute handed on")  # fmt: skip


def _function(name: str, inputs: list[str], attributes: list[str], nodes: list[onnx.NodeProto]) -> onnx.FunctionProto:
    imports = [helper.make_opsetid("", 17), helper.make_opsetid("example", 1)]
    return helper.make_function("example", name, inputs, ["out"], nodes, imports, attributes)


def _handing_on(node: onnx.NodeProto, attribute: str) -> onnx.NodeProto:
    """The node with an attribute that is the function's own of that name."""
    handed = node.attribute.add()
    handed.name = handed.ref_attr_name = attribute
    handed.type = onnx.AttributeProto.INTS
    return node


def _call(function: str, before: str, after: str, layer: str) -> onnx.NodeProto:
    names = [before, f"{layer}.weight", f"{layer}.bias"]
    return helper.make_node(function, names, [after], domain="example", pads=[1, 1, 1, 1])


def _dynamo_functions() -> Case:
    """What the dynamo exporter writes before it optimises."""
    entry = named("mobilenet-v3-dynamo")
    case = case_of(replace(entry, references=BOTH, export={"optimize": False}))
    return replace(case, name="unoptimized-dynamo", note="exported with optimize=False")
