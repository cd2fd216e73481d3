"""Random parameters: weights, biases of both signs or none above zero, and statistics of batch norms."""

import torch
from torch import Tensor, nn

# Zennit 0.5.1 keeps the eps of a batch norm that it has merged: with one this small both graphs are the same function.
BATCH_NORM_EPS = 1e-9

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
WEIGHTED = (nn.Linear, nn.modules.conv._ConvNd)


def randomize(model: nn.Module, seed: int) -> None:
    """Gives every parameter and statistic a random value, in the order of the modules."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in model.modules():
            _randomize_one(module, generator)


def _randomize_one(module: nn.Module, generator: torch.Generator) -> None:
    for name, parameter in module.named_parameters(recurse=False):
        parameter.copy_(_value(module, name, parameter, generator))
    if isinstance(module, BATCH_NORMS):
        module.eps = BATCH_NORM_EPS
        module.running_mean.copy_(_normal(module.running_mean, 0.3, generator))
        module.running_var.copy_(_uniform(module.running_var, 0.5, 1.5, generator))


def _value(module: nn.Module, name: str, parameter: Tensor, generator: torch.Generator) -> Tensor:
    if "bias" in name:
        return _uniform(parameter, -0.3, 0.3, generator)
    if isinstance(module, WEIGHTED):
        fan_in = (
            parameter[0].numel() if not isinstance(module, nn.modules.conv._ConvTransposeNd) else parameter.shape[0]
        )
        return _normal(parameter, (2 / fan_in) ** 0.5, generator)
    if parameter.ndim <= 1 or "scale" in name:
        return _uniform(parameter, 0.5, 1.5, generator)
    return _normal(parameter, 0.5, generator)


def make_nonpositive(model: nn.Module) -> None:
    """Lets no bias be above zero, nor one that a batch norm becomes when merged into the layer before it."""
    before: nn.Module | None = None
    with torch.no_grad():
        for module in model.modules():
            if any(module.children()):
                continue
            if getattr(module, "bias", None) is not None:
                module.bias.copy_(-module.bias.abs() / 3)
            if isinstance(module, BATCH_NORMS):
                _shift_below_zero(module, before)
            before = module


def _shift_below_zero(norm: nn.Module, layer: nn.Module | None) -> None:
    """β such that (b − μ)·γ/√(σ² + ε) + β is β's own value now, which is not above zero."""
    if not isinstance(layer, WEIGHTED):
        raise ValueError("a batch norm with no layer before it cannot be merged")
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    bias = layer.bias if layer.bias is not None else torch.zeros_like(norm.bias)
    norm.bias.sub_((bias - norm.running_mean) * scale)


def _normal(like: Tensor, deviation: float, generator: torch.Generator) -> Tensor:
    return torch.randn(like.shape, generator=generator) * deviation


def _uniform(like: Tensor, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(like.shape, generator=generator) * (high - low) + low
