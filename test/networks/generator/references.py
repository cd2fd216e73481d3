"""Relevances by Zennit, in float64.

Zennit attaches rules to modules. What torchvision writes as functions (sums of branches, means over places, products
with a gate) is made a module first, by canonizers like Zennit's own for ResNet.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torchvision.models import (
    densenet,
    efficientnet,
    inception,
    mnasnet,
    mobilenetv2,
    mobilenetv3,
    shufflenetv2,
)
from torchvision.ops.misc import SqueezeExcitation
from zennit.canonizers import AttributeCanonizer, SequentialMergeBatchNorm
from zennit.composites import EpsilonPlus, LayerMapComposite
from zennit.core import Composite, collect_leaves
from zennit.layer import Sum
from zennit.rules import Norm, Pass, ZPlus
from zennit.torchvision import ResNetBasicBlockCanonizer, ResNetBottleneckCanonizer
from zennit.types import Activation, AvgPool, BatchNorm, Linear

from .blocks import Add, Gate, is_apart

EPSILON = 1e-6
START = "logit of the target"
SETTINGS = {
    "zplus": {"method": "z-plus", "bias": "ignore", "stabilizer": EPSILON},
    "epsilon_plus": {"method": "epsilon-plus", "bias": "absorb", "stabilizer": EPSILON, "epsilon": EPSILON},
}
PASSING = [(nn.LocalResponseNorm, Pass()), (nn.Upsample, Norm())]


class _Proportional(torch.autograd.Function):
    """Max pooling whose relevance goes to a window's places in proportion to their activation."""

    @staticmethod
    def forward(ctx, x: Tensor, pool: nn.Module) -> Tensor:
        ctx.pool = pool
        ctx.save_for_backward(x)
        return pool(x)

    @staticmethod
    def backward(ctx, relevance: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            places = x.detach().requires_grad_()
            total = _window_sums(places, ctx.pool)
            (shared,) = torch.autograd.grad(total, places, relevance / (total + EPSILON).detach())
        return x * shared, None


def _window_sums(x: Tensor, pool: nn.Module) -> Tensor:
    """Sums of the places that each window of a pooling sees."""
    dims = x.ndim - 2
    window, stride, padding = (_tuple(value, dims) for value in (pool.kernel_size, pool.stride, pool.padding))
    convolve = {1: nn.functional.conv1d, 2: nn.functional.conv2d, 3: nn.functional.conv3d}[dims]
    sizes = list(pool(x).shape[2:])
    ends = [(sizes[i] - 1) * stride[i] + window[i] - x.shape[2 + i] - padding[i] for i in range(dims)]
    sides = [side for i in reversed(range(dims)) for side in (padding[i], ends[i])]
    padded = nn.functional.pad(x, sides)
    kernel = torch.ones(x.shape[1], 1, *window, dtype=x.dtype)
    return convolve(padded, kernel, stride=stride, groups=x.shape[1])


def _tuple(value: int | tuple[int, ...], dims: int) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,) * dims


class ProportionalPool(nn.Module):
    """A max pooling module whose relevance is shared."""

    def __init__(self, pool: nn.Module) -> None:
        super().__init__()
        self.pool = [pool]

    def forward(self, x: Tensor) -> Tensor:
        return _Proportional.apply(x, self.pool[0])


class _Gated(torch.autograd.Function):
    """A product whose signal takes all relevance and whose gate takes none."""

    @staticmethod
    def forward(ctx, signal: Tensor, gate: Tensor) -> Tensor:
        return signal * gate

    @staticmethod
    def backward(ctx, relevance: Tensor) -> tuple[Tensor, None]:
        return relevance, None


def _total(self: nn.Module, one: Tensor, other: Tensor) -> Tensor:
    return self.canonizer_sum(torch.stack([one, other], dim=-1))


def _inverted_v2(self, x: Tensor) -> Tensor:
    return _total(self, x, self.conv(x)) if self.use_res_connect else self.conv(x)


def _inverted_v3(self, x: Tensor) -> Tensor:
    return _total(self, x, self.block(x)) if self.use_res_connect else self.block(x)


def _inverted_mnas(self, x: Tensor) -> Tensor:
    return _total(self, x, self.layers(x)) if self.apply_residual else self.layers(x)


def _squeeze(self, x: Tensor) -> Tensor:
    return _Gated.apply(x, self._scale(x.detach()).detach())


def _gate(self, signal: Tensor, gate: Tensor) -> Tensor:
    return _Gated.apply(signal, gate.detach())


def _shuffle_net(self, x: Tensor) -> Tensor:
    x = self.conv5(self.stage4(self.stage3(self.stage2(self.maxpool(self.conv1(x))))))
    return self.fc(self.canonizer_mean(x).flatten(1))


def _dense_net(self, x: Tensor) -> Tensor:
    x = self.canonizer_relu(self.features(x))
    return self.classifier(self.canonizer_mean(x).flatten(1))


def _inception_v3(self, x: Tensor) -> Tensor:
    return torch.cat([*self._forward(x)[:-1], self.branch_pool(self.canonizer_pool(x))], 1)


FORWARDS: dict[type[nn.Module], Callable[..., Tensor]] = {
    Add: _total,
    Gate: _gate,
    SqueezeExcitation: _squeeze,
    mobilenetv2.InvertedResidual: _inverted_v2,
    mobilenetv3.InvertedResidual: _inverted_v3,
    efficientnet.MBConv: _inverted_v3,
    mnasnet._InvertedResidual: _inverted_mnas,
    shufflenetv2.ShuffleNetV2: _shuffle_net,
    densenet.DenseNet: _dense_net,
    inception.InceptionA: _inception_v3,
    inception.InceptionC: _inception_v3,
    inception.InceptionE: _inception_v3,
}


def _modules_for_functions(_name: str, module: nn.Module) -> dict[str, object] | None:
    forward = FORWARDS.get(type(module))
    if forward is None:
        return None
    return {
        "forward": forward.__get__(module),
        "canonizer_sum": Sum(),
        "canonizer_mean": nn.AdaptiveAvgPool2d(1),
        "canonizer_pool": nn.AvgPool2d(3, 1, 1),
        "canonizer_relu": nn.ReLU(),
    }


class MergeMarked(SequentialMergeBatchNorm):
    """Zennit's merging of batch norms, without those that `blocks.keep_apart` marked."""

    def apply(self, root_module: nn.Module) -> list:
        instances = []
        last: nn.Module | None = None
        for leaf in collect_leaves(root_module):
            follows = isinstance(last, self.linear_type) and isinstance(leaf, self.batch_norm_type)
            if follows and not is_apart(leaf):
                instance = self.copy()
                instance.register((last,), leaf)
                instances.append(instance)
            last = leaf
        return instances


def _canonizers() -> list:
    return [
        MergeMarked(),
        ResNetBottleneckCanonizer(),
        ResNetBasicBlockCanonizer(),
        AttributeCanonizer(_modules_for_functions),
    ]


def _composite(name: str) -> Composite:
    if name == "epsilon_plus":
        return EpsilonPlus(canonizers=_canonizers(), layer_map=PASSING)
    rules = [
        (Activation, Pass()),
        (Sum, Norm()),
        (AvgPool, Norm()),
        (BatchNorm, Pass()),
        (Linear, ZPlus(zero_params="bias")),
    ]
    return LayerMapComposite(PASSING + rules, canonizers=_canonizers())


def relevance(model: nn.Module, samples: Sequence[Tensor], target: int, name: str, pooling: str) -> np.ndarray:
    """What Zennit gives each element of the first of the samples for the target's logit."""
    if pooling == "proportional":
        model = _with_proportional_pools(model)
    forward: Callable[..., Tensor] = model.embedded if hasattr(model, "embedded") else model
    first, *others = samples
    x = (model.embedding(first) if hasattr(model, "embedded") else first).detach().clone().requires_grad_()
    with _composite(name).context(model):
        output = forward(x, *others)
        output = output[0] if isinstance(output, tuple) else output
        start = torch.zeros_like(output)
        start[:, target] = output[:, target].detach()
        (result,) = torch.autograd.grad(output, x, start)
    return (result if x.shape == first.shape else result.sum(-1)).detach().numpy()


def _with_proportional_pools(model: nn.Module) -> nn.Module:
    """Replaces, in place, every max pooling."""
    for name, module in list(model.named_modules()):
        if type(module) in (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d):
            parent, _, last = name.rpartition(".")
            setattr(model.get_submodule(parent), last, ProportionalPool(module))
    return model
