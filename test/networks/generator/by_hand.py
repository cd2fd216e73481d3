"""Models as the first exporters wrote them (IR 3, opsets 7 to 9), node by node from PyTorch modules."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torchvision.models import resnet

from .blocks import Lrn
from .case import Case
from .network import BOTH, Network, case_of, instance_of, named

CLASSES = 5


def makers() -> Iterator[tuple[str, Callable[[], Case]]]:
    """Their names and what makes them."""
    yield "ir3-resnet", _caffe2_resnet
    yield "ir3-alexnet", _caffe2_alexnet
    yield "ir3-cntk", _cntk
    yield "ir3-constant-of-shape", _constant_of_shape


def instance(source: str | Network) -> tuple[Case, nn.Module]:
    """A network's case and the module that it came from."""
    entry = source if isinstance(source, Network) else named(source)
    return case_of(entry), instance_of(entry)


def initializers(modules: Mapping[str, nn.Module]) -> list[onnx.TensorProto]:
    """The parameters and statistics of modules, as NAME.PARAMETER."""
    return [
        numpy_helper.from_array(value.detach().numpy(), f"{name}.{key}")
        for name, module in modules.items()
        for key, value in module.state_dict().items()
        if value.ndim > 0
    ]


def model_of(
    nodes: Sequence[onnx.NodeProto],
    constants: Sequence[onnx.TensorProto],
    case: Case,
    opset: int,
    ir_version: int,
    functions: Sequence[onnx.FunctionProto] = (),
    idle: Sequence[str] = (),
) -> onnx.ModelProto:
    """A model of one input and one output; below IR 4 every initialiser is an input, too."""
    ((name, sample),) = ((key, value) for key, value in case.inputs.items() if key not in idle)
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, sample.shape)]
    inputs += [helper.make_tensor_value_info(one, TensorProto.FLOAT, case.inputs[one].shape) for one in idle]
    if ir_version < 4:
        inputs += [helper.make_tensor_value_info(one.name, one.data_type, one.dims) for one in constants]
    (output,) = case.outputs.values()
    outputs = [helper.make_tensor_value_info("output", TensorProto.FLOAT, output.shape)]
    graph = helper.make_graph(nodes, "network", inputs, outputs, constants)
    imports = [helper.make_opsetid("", opset)]
    imports += [helper.make_opsetid("example", 1)] if functions else []
    model = helper.make_model(graph, opset_imports=imports, ir_version=ir_version, functions=functions)
    model.producer_name = "by hand"
    onnx.checker.check_model(model, full_check=True)
    return model


def _shape(name: str, *sizes: int) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(sizes, np.int64), name)


def _network(name: str, family: str, make: Callable[[], nn.Module], shape: tuple[int, ...]) -> Network:
    return Network(name, family, make, shape=shape, references=BOTH, exporter="torchscript")


def _conv(before: str, layer: str, after: str, module: nn.Conv2d, bias: bool = True) -> onnx.NodeProto:
    names = [before, f"{layer}.weight", *([f"{layer}.bias"] if bias else [])]
    pads, strides = list(module.padding) * 2, list(module.stride)
    return helper.make_node(
        "Conv", names, [after], kernel_shape=list(module.kernel_size), pads=pads, strides=strides, group=module.groups
    )


def _split_norm(before: str, layer: str, after: str) -> list[onnx.NodeProto]:
    """Caffe's pair of BatchNorm and Scale: a batch norm of scale 1 and shift 0, then both by Unsqueeze, Mul and Add."""
    parts = [f"{layer}.one", f"{layer}.zero", f"{layer}.running_mean", f"{layer}.running_var"]
    return [
        helper.make_node("BatchNormalization", [before, *parts], [f"{after}.n"], epsilon=1e-9),
        helper.make_node("Unsqueeze", [f"{layer}.weight"], [f"{after}.w"], axes=[1, 2]),
        helper.make_node("Mul", [f"{after}.n", f"{after}.w"], [f"{after}.m"]),
        helper.make_node("Unsqueeze", [f"{layer}.bias"], [f"{after}.b"], axes=[1, 2]),
        helper.make_node("Add", [f"{after}.m", f"{after}.b"], [after]),
    ]


def _caffe2_resnet() -> Case:
    def make() -> nn.Module:
        stem = [nn.Conv2d(3, 6, 5, 2, padding=2, bias=False), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
        shortcut = nn.Sequential(resnet.conv1x1(6, 8, 2), nn.BatchNorm2d(8))
        blocks = [resnet.BasicBlock(6, 6), resnet.BasicBlock(6, 8, 2, shortcut)]
        return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, CLASSES))

    case, module = instance(_network("ir3-resnet", "ResNet v1, basic blocks", make, (3, 24, 24)))
    one, two = module[4], module[5]
    layers = {
        "c0": module[0], "n0": module[1], "c1": one.conv1, "n1": one.bn1, "c2": one.conv2, "n2": one.bn2,
        "c3": two.conv1, "n3": two.bn1, "c4": two.conv2, "n4": two.bn2,
        "c5": two.downsample[0], "n5": two.downsample[1], "fc": module[8],
    }  # fmt: skip
    constants = initializers(layers) + [_shape("shape", 1, 8)]
    for name, layer in layers.items():
        if isinstance(layer, nn.BatchNorm2d):
            for part, value in (("one", 1), ("zero", 0)):
                full = np.full(layer.num_features, value, np.float32)
                constants.append(numpy_helper.from_array(full, f"{name}.{part}"))

    def layer(before: str, number: int, after: str) -> list[onnx.NodeProto]:
        conv = _conv(before, f"c{number}", f"{after}.c", layers[f"c{number}"], bias=False)
        return [conv, *_split_norm(f"{after}.c", f"n{number}", after)]

    nodes = [
        *layer("input", 0, "s"), helper.make_node("Relu", ["s"], ["sr"]),
        helper.make_node("MaxPool", ["sr"], ["p"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
        *layer("p", 1, "a1"), helper.make_node("Relu", ["a1"], ["a1r"]), *layer("a1r", 2, "a2"),
        helper.make_node("Sum", ["a2", "p"], ["a"]), helper.make_node("Relu", ["a"], ["ar"]),
        *layer("ar", 3, "b1"), helper.make_node("Relu", ["b1"], ["b1r"]), *layer("b1r", 4, "b2"), *layer("ar", 5, "b3"),
        helper.make_node("Sum", ["b2", "b3"], ["b"]), helper.make_node("Relu", ["b"], ["br"]),
        helper.make_node("AveragePool", ["br"], ["g"], kernel_shape=[3, 3]),
        helper.make_node("Dropout", ["g"], ["d", "mask"], ratio=0.5),
        helper.make_node("Reshape", ["d", "shape"], ["r"]),
        helper.make_node("Gemm", ["r", "fc.weight", "fc.bias"], ["output"], transB=1),
    ]  # fmt: skip
    note = "IR 3, opset 7: batch norms in two, Sum, Dropout with a mask, the shape of a Reshape among the inputs"
    return _as_first(case, model_of(nodes, constants, case, opset=7, ir_version=3), note)


def _as_first(case: Case, model: onnx.ModelProto, note: str) -> Case:
    return replace(case, exporter="onnx.helper", model=model, note=note)


def _caffe2_alexnet() -> Case:
    def make() -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(3, 6, 5, 2), nn.ReLU(), Lrn(5, 1e-1), nn.MaxPool2d(3, 2),
            nn.Conv2d(6, 8, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Flatten(), nn.Linear(32, 12), nn.ReLU(), nn.Dropout(), nn.Linear(12, CLASSES),
        )  # fmt: skip

    case, module = instance(_network("ir3-alexnet", "AlexNet", make, (3, 27, 27)))
    constants = initializers({"c0": module[0], "c1": module[4], "f0": module[8], "f1": module[11]})
    constants += [_shape("shape", 1, -1)]
    pool = {"kernel_shape": [3, 3], "strides": [2, 2]}
    nodes = [
        _conv("input", "c0", "a", module[0]), helper.make_node("Relu", ["a"], ["ar"]),
        helper.make_node("LRN", ["ar"], ["n"], size=5, alpha=1e-1, beta=0.75, bias=1.0),
        helper.make_node("MaxPool", ["n"], ["p"], **pool),
        _conv("p", "c1", "b", module[4]), helper.make_node("Relu", ["b"], ["br"]),
        helper.make_node("MaxPool", ["br"], ["q"], **pool),
        helper.make_node("Reshape", ["q", "shape"], ["f"]),
        helper.make_node("Gemm", ["f", "f0.weight", "f0.bias"], ["g"], transB=1),
        helper.make_node("Relu", ["g"], ["gr"]), helper.make_node("Dropout", ["gr"], ["gd", ""]),
        helper.make_node("Gemm", ["gd", "f1.weight", "f1.bias"], ["h"], transB=1),
        helper.make_node("Softmax", ["h"], ["output"]),
    ]  # fmt: skip
    case.inputs = case.inputs | {"unused": np.zeros((1, 2), np.float32)}
    note = "IR 3, opset 8: groups, LRN, an input that nothing reads; ends in a Softmax, output.npy holds the logits"
    return _as_first(case, model_of(nodes, constants, case, opset=8, ir_version=3, idle=["unused"]), note)


def _cntk() -> Case:
    def make() -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3), nn.Flatten(), nn.Linear(32, CLASSES),
        )  # fmt: skip

    case, module = instance(_network("ir3-cntk", "LeNet", make, (1, 12, 12)))
    constants = initializers({"c0": module[0], "c1": module[3]})
    constants = [one for one in constants if not one.name.endswith("bias")]
    for name, layer in (("c0", module[0]), ("c1", module[3])):
        constants.append(numpy_helper.from_array(layer.bias.detach().numpy().reshape(-1, 1, 1), f"{name}.bias"))
    weight, bias = (value.detach().numpy() for value in module[7].parameters())
    constants += [
        numpy_helper.from_array(np.ascontiguousarray(weight.T).reshape(8, 2, 2, CLASSES), "times"),
        numpy_helper.from_array(bias.reshape(1, CLASSES), "plus"),
        _shape("times_shape", 32, CLASSES), _shape("input_shape", 1, 32),
    ]  # fmt: skip
    same = {"kernel_shape": [5, 5], "strides": [1, 1], "auto_pad": "SAME_UPPER", "group": 1, "dilations": [1, 1]}
    nodes = [
        helper.make_node("Reshape", ["times", "times_shape"], ["times_matrix"]),
        helper.make_node("Conv", ["input", "c0.weight"], ["a"], **same),
        helper.make_node("Add", ["a", "c0.bias"], ["ab"]), helper.make_node("Relu", ["ab"], ["ar"]),
        helper.make_node("MaxPool", ["ar"], ["p"], kernel_shape=[2, 2], strides=[2, 2], auto_pad="NOTSET"),
        helper.make_node("Conv", ["p", "c1.weight"], ["b"], **same),
        helper.make_node("Add", ["b", "c1.bias"], ["bb"]), helper.make_node("Relu", ["bb"], ["br"]),
        helper.make_node("MaxPool", ["br"], ["q"], kernel_shape=[3, 3], strides=[3, 3], auto_pad="VALID"),
        helper.make_node("Reshape", ["q", "input_shape"], ["f"]),
        helper.make_node("MatMul", ["f", "times_matrix"], ["m"]),
        helper.make_node("Add", ["m", "plus"], ["output"]),
    ]  # fmt: skip
    note = "IR 3, opset 8: automatic padding, biases by Add, a weight of four dimensions reshaped to a matrix"
    return _as_first(case, model_of(nodes, constants, case, opset=8, ir_version=3), note)


def _constant_of_shape() -> Case:
    def make() -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(3, 6, 3),
            nn.ReLU(),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(150, 12),
            nn.ReLU(),
            nn.Linear(12, CLASSES),
        )

    entry = replace(_network("ir3-constant-of-shape", "VGG", make, (3, 12, 12)), prepare=_make_constant)
    case, module = instance(entry)
    constants = initializers({"c": module[0], "f": module[6]}) + [_shape("w_shape", 12, 150), _shape("b_shape", 12)]
    nodes = [
        helper.make_node("ConstantOfShape", ["w_shape"], ["w"], value=_scalar(0.05)),
        helper.make_node("ConstantOfShape", ["b_shape"], ["b"]),
        _conv("input", "c", "a", module[0]), helper.make_node("Relu", ["a"], ["ar"]),
        helper.make_node("AveragePool", ["ar"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p"], ["f"]),
        helper.make_node("Gemm", ["f", "w", "b"], ["g"], transB=1), helper.make_node("Relu", ["g"], ["gr"]),
        helper.make_node("Gemm", ["gr", "f.weight", "f.bias"], ["output"], transB=1),
    ]  # fmt: skip
    note = "IR 3, opset 9: a weight and a bias made by ConstantOfShape, as in the zoo's models without their data"
    return _as_first(case, model_of(nodes, constants, case, opset=9, ir_version=3), note)


def _scalar(value: float) -> onnx.TensorProto:
    return helper.make_tensor("value", TensorProto.FLOAT, [1], [value])


def _make_constant(module: nn.Module) -> None:
    with torch.no_grad():
        module[4].weight.fill_(0.05)
        module[4].bias.zero_()
