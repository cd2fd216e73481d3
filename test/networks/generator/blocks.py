"""What Zennit must be told of: sums and products as modules (exported as Add and Mul), batch norms on their own."""

import torch
from torch import Tensor, nn


class Add(nn.Module):
    """The sum of two branches."""

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        return one + other


class Gate(nn.Module):
    """A signal times its gate."""

    def forward(self, signal: Tensor, gate: Tensor) -> Tensor:
        return signal * gate


class _Lrn(torch.autograd.Function):
    """The value is given; only the exporter asks how it came about."""

    @staticmethod
    def symbolic(g, x, value, size: int, alpha: float, beta: float, k: float):  # noqa: ANN001, ANN205
        return g.op("LRN", x, size_i=size, alpha_f=alpha, beta_f=beta, bias_f=k)

    @staticmethod
    def forward(ctx, x: Tensor, value: Tensor, *_settings: float) -> Tensor:
        return value.clone()


class Lrn(nn.LocalResponseNorm):
    """Local response normalisation, exported as ONNX's operator, as Caffe's converters do; PyTorch takes it apart."""

    def forward(self, x: Tensor) -> Tensor:
        value = super().forward(x)
        if torch.onnx.is_in_onnx_export():
            return _Lrn.apply(x, value, self.size, self.alpha, self.beta, self.k)
        return value


def keep_apart(norm: nn.Module) -> nn.Module:
    """Marks a batch norm that follows no layer of its own, though one stands before it in the list of modules."""
    norm.is_apart = True
    return norm


def is_apart(norm: nn.Module) -> bool:
    """Whether it was marked."""
    return getattr(norm, "is_apart", False)
