"""Convolutional classifiers: torchvision's own blocks, in their own order, few and narrow."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torchvision.models import (
    densenet,
    efficientnet,
    inception,
    mnasnet,
    mobilenetv2,
    mobilenetv3,
    resnet,
    shufflenetv2,
    squeezenet,
    vgg,
)
from torchvision.models.googlenet import BasicConv2d as GoogLeNetConv
from torchvision.models.googlenet import Inception as GoogLeNetInception
from torchvision.ops.misc import Conv2dNormActivation

from .blocks import Add, Lrn, keep_apart
from .network import BOTH, network

CLASSES = 5


def _head(channels: int) -> list[nn.Module]:
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, CLASSES)]


def _alexnet(normalize: type[nn.Module]) -> nn.Module:
    """Krizhevsky et al. 2012: ReLU, then LRN, then overlapping pools; two groups."""
    return nn.Sequential(
        nn.Conv2d(3, 6, 5, 2, 2), nn.ReLU(), normalize(5, 1e-1, 0.75, 2.0), nn.MaxPool2d(3, 2),
        nn.Conv2d(6, 6, 5, padding=2, groups=2), nn.ReLU(), normalize(5, 1e-1, 0.75, 2.0), nn.MaxPool2d(3, 2),
        nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(),
        nn.Conv2d(8, 8, 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(8, 6, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Flatten(), nn.Dropout(), nn.Linear(6, 12), nn.ReLU(), nn.Dropout(), nn.Linear(12, 12), nn.ReLU(),
        nn.Linear(12, CLASSES),
    )  # fmt: skip


network("alexnet", "AlexNet", shape=(3, 31, 31), opset=13, references=BOTH)(partial(_alexnet, Lrn))
network("alexnet-if", "AlexNet", shape=(3, 31, 31), opset=17, references=("zplus",),
        note="PyTorch's decomposition of LRN, with an If whose condition is a shape that is fixed"
        )(partial(_alexnet, nn.LocalResponseNorm))  # fmt: skip


@network("caffenet", "CaffeNet", shape=(3, 31, 31), opset=9, references=BOTH,
         export={"keep_initializers_as_inputs": True},
         note="PyTorch's decomposition of LRN; every initialiser is an input, too")  # fmt: skip
def caffenet() -> nn.Module:
    """Caffe's reference model: AlexNet with pooling before normalisation."""
    return nn.Sequential(
        nn.Conv2d(3, 6, 5, 2, 2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True), nn.LocalResponseNorm(5, 1e-1),
        nn.Conv2d(6, 6, 5, padding=2, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True),
        nn.LocalResponseNorm(5, 1e-1),
        nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(),
        nn.Conv2d(8, 6, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True),
        nn.Flatten(), nn.Linear(24, 12), nn.ReLU(), nn.Dropout(), nn.Linear(12, CLASSES),
    )  # fmt: skip


class CaffeInception(nn.Module):
    """Szegedy et al. 2014's module as Caffe has it: no batch norms, a pooling branch with stride 1."""

    def __init__(self, channels: int, one: int, three: tuple[int, int], five: tuple[int, int], pooled: int) -> None:
        super().__init__()
        self.one = nn.Sequential(nn.Conv2d(channels, one, 1), nn.ReLU())
        self.three = nn.Sequential(
            nn.Conv2d(channels, three[0], 1), nn.ReLU(), nn.Conv2d(three[0], three[1], 3, padding=1), nn.ReLU()
        )
        self.five = nn.Sequential(
            nn.Conv2d(channels, five[0], 1), nn.ReLU(), nn.Conv2d(five[0], five[1], 5, padding=2), nn.ReLU()
        )
        self.pooled = nn.Sequential(nn.MaxPool2d(3, 1, padding=1), nn.Conv2d(channels, pooled, 1), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pooled(x)], 1)


@network("googlenet-caffe", "GoogLeNet with LRN", shape=(3, 24, 24), opset=13, references=BOTH)
def googlenet_caffe() -> nn.Module:
    """The published network."""
    return nn.Sequential(
        nn.Conv2d(3, 6, 7, 2, padding=3), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True), Lrn(5, 1e-1),
        nn.Conv2d(6, 6, 1), nn.ReLU(), nn.Conv2d(6, 8, 3, padding=1), nn.ReLU(), Lrn(5, 1e-1),
        CaffeInception(8, 3, (3, 4), (2, 2), 2), nn.MaxPool2d(3, 2, ceil_mode=True),
        CaffeInception(11, 3, (3, 4), (2, 3), 2),
        nn.AvgPool2d(3), nn.Dropout(), nn.Flatten(), nn.Linear(12, CLASSES),
    )  # fmt: skip


def _googlenet_bn() -> nn.Module:
    return nn.Sequential(
        GoogLeNetConv(3, 6, kernel_size=7, stride=2, padding=3), nn.MaxPool2d(3, 2, ceil_mode=True),
        GoogLeNetConv(6, 8, kernel_size=3, padding=1),
        GoogLeNetInception(8, 3, 3, 4, 2, 2, 2), nn.MaxPool2d(3, 2, ceil_mode=True),
        GoogLeNetInception(11, 3, 3, 4, 2, 3, 2), *_head(12),
    )  # fmt: skip


network("googlenet-bn", "GoogLeNet with batch norm", shape=(3, 24, 24), references=BOTH)(_googlenet_bn)
network("googlenet-bn-nonpositive", "GoogLeNet with batch norm", shape=(3, 24, 24), references=BOTH,
        biases="nonpositive", pooling="proportional")(_googlenet_bn)  # fmt: skip


def _vgg(batch_norm: bool) -> nn.Module:
    """torchvision's features; its classifier with few neurons."""
    features = vgg.make_layers([6, "M", 8, "M", 8, 8, "M"], batch_norm=batch_norm)
    classifier = [nn.Linear(32, 12), nn.ReLU(True), nn.Dropout(), nn.Linear(12, CLASSES)]
    return nn.Sequential(features, nn.AdaptiveAvgPool2d((2, 2)), nn.Flatten(), *classifier)


network("vgg", "VGG", opset=9, references=BOTH)(partial(_vgg, False))
network("vgg-bn", "VGG with batch norm", opset=11, references=BOTH,
        export={"training": torch.onnx.TrainingMode.PRESERVE})(partial(_vgg, True))  # fmt: skip
network("vgg-nonpositive", "VGG", references=BOTH, biases="nonpositive", pooling="proportional")(partial(_vgg, False))
network("vgg-bn-nonpositive", "VGG with batch norm", opset=20, references=BOTH, biases="nonpositive",
        pooling="proportional", export={"training": torch.onnx.TrainingMode.PRESERVE})(partial(_vgg, True))  # fmt: skip


def _squeezenet() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2), nn.ReLU(True), nn.MaxPool2d(3, 2, ceil_mode=True),
        squeezenet.Fire(8, 4, 6, 6), squeezenet.Fire(12, 4, 6, 6), nn.MaxPool2d(3, 2, ceil_mode=True),
        squeezenet.Fire(12, 4, 8, 8), nn.Dropout(),
        nn.Conv2d(16, CLASSES, 1), nn.ReLU(True), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
    )  # fmt: skip


network("squeezenet", "SqueezeNet", shape=(3, 24, 24), opset=13, references=BOTH)(_squeezenet)
network("squeezenet-dynamic-size", "SqueezeNet", shape=(3, 24, 20), references=BOTH,
        export={"dynamic_axes": {"input": {0: "batch", 2: "height", 3: "width"}}},
        note="height and width are free")(_squeezenet)  # fmt: skip
network("squeezenet-nonpositive", "SqueezeNet", shape=(3, 24, 24), references=BOTH, biases="nonpositive",
        pooling="proportional")(_squeezenet)  # fmt: skip


def _shortcut(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(resnet.conv1x1(before, after, 2), nn.BatchNorm2d(after))


def _stem(channels: int) -> list[nn.Module]:
    return [
        nn.Conv2d(3, channels, 5, 2, padding=2, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(True),
        nn.MaxPool2d(3, 2, 1),
    ]


def _resnet_basic() -> nn.Module:
    return nn.Sequential(*_stem(6), resnet.BasicBlock(6, 6), resnet.BasicBlock(6, 8, 2, _shortcut(6, 8)), *_head(8))


network("resnet-basic", "ResNet v1, basic blocks", shape=(3, 24, 24), opset=9, references=BOTH)(_resnet_basic)
network("resnet-basic-dynamo", "ResNet v1, basic blocks", shape=(3, 24, 24), exporter="dynamo", opset=18,
        references=BOTH)(_resnet_basic)  # fmt: skip


def _bottlenecks(groups: int, width: int) -> nn.Module:
    """torchvision's Bottleneck: `width` of 64 is plain ResNet, groups make it ResNeXt, a doubled width Wide ResNet."""
    block = partial(resnet.Bottleneck, groups=groups, base_width=width)
    return nn.Sequential(*_stem(16), block(16, 4), block(16, 6, 2, _shortcut(16, 24)), block(24, 6), *_head(24))


network("resnet-bottleneck", "ResNet v1, bottlenecks", shape=(3, 24, 24), opset=11, references=BOTH,
        export={"training": torch.onnx.TrainingMode.PRESERVE})(partial(_bottlenecks, 1, 64))  # fmt: skip
network("resnext", "ResNeXt", shape=(3, 24, 24), opset=13, references=BOTH)(partial(_bottlenecks, 2, 64))
network("wide-resnet", "Wide ResNet", shape=(3, 24, 24), opset=20, references=BOTH)(partial(_bottlenecks, 1, 128))


class PreActivation(nn.Module):
    """He et al. 2016: batch norm and ReLU before each convolution, a sum that nothing rectifies."""

    def __init__(self, before: int, after: int, stride: int = 1) -> None:
        super().__init__()
        self.first = nn.Sequential(keep_apart(nn.BatchNorm2d(before)), nn.ReLU())
        self.residual = nn.Sequential(
            nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU(),
            nn.Conv2d(after, after, 3, 1, 1, bias=False),
        )  # fmt: skip
        self.shortcut = nn.Conv2d(before, after, 1, stride, bias=False) if before != after else None
        self.add = Add()

    def forward(self, x: Tensor) -> Tensor:
        activated = self.first(x)
        shortcut = x if self.shortcut is None else self.shortcut(activated)
        return self.add(shortcut, self.residual(activated))


@network("resnet-v2", "ResNet v2 (pre-activation)", references=("zplus",),
         note="zplus: Zennit's Pass on batch norms that follow no layer")  # fmt: skip
@network("resnet-v2-dynamo", "ResNet v2 (pre-activation)", references=("zplus",), exporter="dynamo", opset=20,
         note="zplus: Zennit's Pass on batch norms that follow no layer")  # fmt: skip
def resnet_v2() -> nn.Module:
    """Three blocks."""
    blocks = [PreActivation(6, 6), PreActivation(6, 8, 2), PreActivation(8, 8)]
    return nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), *blocks, nn.BatchNorm2d(8), nn.ReLU(), *_head(8))


def _narrow(factor: int) -> Callable[..., nn.Module]:
    """torchvision's convolution with batch norm, every width divided."""

    def block(before: int, after: int, **settings: object) -> nn.Module:
        before = before if before == 3 else max(1, before // factor)
        return inception.BasicConv2d(before, max(1, after // factor), **settings)

    return block


@network("inception-v3", "Inception v3", references=BOTH, opset=13)
def inception_v3() -> nn.Module:
    """The blocks with 5×5 and with factored 7×7 kernels, all widths divided by 32."""
    conv = _narrow(32)
    return nn.Sequential(
        conv(3, 192, kernel_size=3, padding=1),
        inception.InceptionA(192, 32, conv_block=conv), inception.InceptionB(256, conv_block=conv),
        inception.InceptionC(736, 128, conv_block=conv), *_head(24),
    )  # fmt: skip


@network("inception-v3-top", "Inception v3", references=BOTH, opset=17, shape=(3, 10, 10))
def inception_v3_top() -> nn.Module:
    """The last two kinds of block, all widths divided by 32."""
    conv = _narrow(32)
    return nn.Sequential(
        conv(3, 192, kernel_size=3, padding=1),
        inception.InceptionD(192, conv_block=conv), inception.InceptionE(704, conv_block=conv), *_head(64),
    )  # fmt: skip


@network("densenet", "DenseNet", references=("zplus",), shape=(3, 24, 24),
         note="zplus: Zennit's Pass on batch norms that follow no layer")  # fmt: skip
def dense_net() -> nn.Module:
    """torchvision's, with two blocks of two layers."""
    model = densenet.DenseNet(4, (2, 2), 8, 2, num_classes=CLASSES)
    for name, module in model.named_modules():
        if name.rpartition(".")[2] in ("norm", "norm1", "norm5"):
            keep_apart(module)
    return model


@network("mobilenet-v2", "MobileNet v2", references=BOTH, opset=11)
@network("mobilenet-v2-dynamo", "MobileNet v2", references=BOTH, exporter="dynamo", opset=18)
def mobilenet_v2() -> nn.Module:
    """torchvision's inverted residuals with linear bottlenecks and ReLU6."""
    block = mobilenetv2.InvertedResidual
    return nn.Sequential(
        Conv2dNormActivation(3, 8, stride=2, activation_layer=nn.ReLU6),
        block(8, 4, 1, 1), block(4, 6, 2, 6), block(6, 6, 1, 6),
        Conv2dNormActivation(6, 24, kernel_size=1, activation_layer=nn.ReLU6), *_head(24),
    )  # fmt: skip


@network("mobilenet-v3", "MobileNet v3", references=BOTH, opset=17)
@network("mobilenet-v3-opset11", "MobileNet v3", references=BOTH, opset=11,
         note="HardSwish and HardSigmoid as Clip, Mul and Div")  # fmt: skip
@network("mobilenet-v3-dynamo", "MobileNet v3", references=BOTH, exporter="dynamo", opset=18)
def mobilenet_v3() -> nn.Module:
    """torchvision's, with squeeze-and-excitation and both activations."""
    block = partial(mobilenetv3.InvertedResidualConfig, dilation=1, width_mult=1)
    blocks = [block(8, 3, 8, 8, True, "RE", 2), block(8, 3, 16, 8, False, "RE", 1), block(8, 5, 16, 8, True, "HS", 1)]
    return mobilenetv3.MobileNetV3(blocks, last_channel=16, num_classes=CLASSES)


@network("efficientnet", "EfficientNet-B0", references=BOTH, opset=17)
@network("efficientnet-dynamo", "EfficientNet-B0", references=BOTH, exporter="dynamo", opset=18)
def efficient_net() -> nn.Module:
    """torchvision's: SiLU, squeeze-and-excitation."""
    block = partial(efficientnet.MBConvConfig, width_mult=1, depth_mult=1)
    blocks = [block(1, 3, 1, 8, 8, 1), block(4, 3, 2, 8, 8, 2)]
    return efficientnet.EfficientNet(blocks, 0.2, last_channel=24, num_classes=CLASSES)


@network("shufflenet-v2", "ShuffleNet v2", references=BOTH, opset=13)
def shufflenet() -> nn.Module:
    """torchvision's: channel splits and shuffles."""
    return shufflenetv2.ShuffleNetV2([2, 1, 1], [4, 8, 12, 16, 24], num_classes=CLASSES)


@network("mnasnet", "MNASNet", references=BOTH)
def mnas_net() -> nn.Module:
    """torchvision's stacks of inverted residuals, with kernels of 3 and 5."""
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1, stride=2, bias=False), nn.BatchNorm2d(6), nn.ReLU(True),
        nn.Conv2d(6, 6, 3, padding=1, groups=6, bias=False), nn.BatchNorm2d(6), nn.ReLU(True),
        nn.Conv2d(6, 4, 1, bias=False), nn.BatchNorm2d(4),
        mnasnet._stack(4, 6, 3, 2, 3, 2, 0.1), mnasnet._stack(6, 8, 5, 1, 3, 2, 0.1),
        nn.Conv2d(8, 24, 1, bias=False), nn.BatchNorm2d(24), nn.ReLU(True), *_head(24),
    )  # fmt: skip


class ChannelsLast(nn.Module):
    """Height × width × channels outside, channels first inside."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = _vgg(True)

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(x.permute(0, 3, 1, 2))


@network("vgg-channels-last", "VGG with batch norm", shape=(16, 16, 3), opset=17, references=BOTH)
def channels_last() -> nn.Module:
    """The layout of TensorFlow, with references in it."""
    return ChannelsLast()
