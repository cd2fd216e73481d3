"""Torchvision's networks with the weights of our ONNX files, which carry torchvision's own names."""

import numpy
import onnx
import torch
import torchvision
from onnx import numpy_helper

builders = {
    'alexnet': torchvision.models.alexnet,
    'vgg16': torchvision.models.vgg16,
    'resnet18': torchvision.models.resnet18,
    'resnet50': torchvision.models.resnet50,
    'googlenet': lambda: torchvision.models.googlenet(aux_logits=False, transform_input=False, init_weights=False),
    'squeezenet1_1': torchvision.models.squeezenet1_1,
    'mobilenet_v2': torchvision.models.mobilenet_v2,
    'efficientnet_b0': torchvision.models.efficientnet_b0,
    'densenet121': torchvision.models.densenet121,
}


def load(name: str, path: str) -> torch.nn.Module:
    """The network `name` with the initialisers of the file at `path`; every name must be on both sides."""
    network = builders[name]().eval()
    weights = {tensor.name: torch.from_numpy(numpy.array(numpy_helper.to_array(tensor))) for tensor in onnx.load(path).graph.initializer}
    missing, unexpected = network.load_state_dict(weights, strict=False)
    missing = [key for key in missing if not key.endswith('num_batches_tracked')]
    if missing or unexpected:
        raise ValueError(f'{name}: the file lacks {missing}, torchvision lacks {unexpected}')
    return network
