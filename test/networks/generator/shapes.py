"""What is not one picture to one row of classes: maps, sequences, volumes, several inputs or outputs, shared layers."""

import numpy as np
import torch
from torch import Tensor, nn
from torchvision.models.segmentation.fcn import FCNHead

from .network import BOTH, network

CLASSES = 4


def _double_convolution(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(),
        nn.Conv2d(after, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(),
    )  # fmt: skip


class UNet(nn.Module):
    """Ronneberger et al. 2015, two levels deep; transposed convolutions or interpolation on the way up."""

    def __init__(self, transposed: bool, pooled: bool) -> None:
        super().__init__()
        self.first, self.second, self.bottom = (_double_convolution(*sizes) for sizes in ((3, 4), (4, 6), (6, 8)))
        self.pool = nn.MaxPool2d(2)
        self.up_second = nn.ConvTranspose2d(8, 6, 2, 2) if transposed else _resize(8, 6, "nearest")
        self.left_second = _double_convolution(12, 6)
        self.up_first = nn.ConvTranspose2d(6, 4, 2, 2) if transposed else _resize(6, 4, "bilinear")
        self.left_first = _double_convolution(8, 4)
        self.classes = nn.Conv2d(4, CLASSES, 1)
        self.end = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()) if pooled else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        first = self.first(x)
        second = self.second(self.pool(first))
        bottom = self.bottom(self.pool(second))
        x = self.left_second(torch.cat([second, self.up_second(bottom)], 1))
        x = self.left_first(torch.cat([first, self.up_first(x)], 1))
        return self.end(self.classes(x))


def _resize(before: int, after: int, mode: str) -> nn.Sequential:
    return nn.Sequential(nn.Upsample(scale_factor=2, mode=mode), nn.Conv2d(before, after, 1), nn.ReLU())


@network("unet", "U-Net with ConvTranspose", opset=13, note="the output is a map of classes")
def unet() -> nn.Module:
    """A map."""
    return UNet(transposed=True, pooled=False)


@network("unet-pooled", "U-Net with ConvTranspose", references=BOTH, note="the map's mean over places")
def unet_pooled() -> nn.Module:
    """Classes."""
    return UNet(transposed=True, pooled=True)


@network("unet-resize", "U-Net with Resize", opset=11, note="the output is a map of classes")
def unet_resize() -> nn.Module:
    """A map."""
    return UNet(transposed=False, pooled=False)


@network("unet-resize-pooled", "U-Net with Resize", references=BOTH, note="the map's mean over places")
@network("unet-resize-pooled-dynamo", "U-Net with Resize", references=BOTH, exporter="dynamo", opset=18,
         note="the map's mean over places")  # fmt: skip
def unet_resize_pooled() -> nn.Module:
    """Classes."""
    return UNet(transposed=False, pooled=True)


class Fcn(nn.Module):
    """Long et al. 2015 as torchvision has it: a backbone, a head, and its map enlarged to the input's size."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
            nn.Conv2d(8, 16, 3, 1, 2, dilation=2, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        )  # fmt: skip
        self.classifier = FCNHead(16, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        logits = self.classifier(self.backbone(x))
        return nn.functional.interpolate(logits, size=x.shape[-2:], mode="bilinear", align_corners=False)


@network("fcn", "FCN", shape=(3, 15, 17), opset=13, note="the output is a map of classes")
@network("fcn-dynamic-size", "FCN", shape=(3, 15, 17), opset=17,
         export={"dynamic_axes": {"input": {0: "batch", 2: "height", 3: "width"}}},
         note="the output is a map of classes; height and width are free")  # fmt: skip
def fcn() -> nn.Module:
    """A map, by a dilated backbone."""
    return Fcn()


def _conv_1d() -> nn.Module:
    return nn.Sequential(
        nn.Conv1d(2, 8, 7, 2, 3), nn.BatchNorm1d(8), nn.ReLU(), nn.MaxPool1d(3, 2, 1),
        nn.Conv1d(8, 12, 3, padding=1), nn.BatchNorm1d(12), nn.ReLU(), nn.AvgPool1d(2),
        nn.Conv1d(12, 12, 3, padding=2, dilation=2, groups=3), nn.ReLU(), nn.MaxPool1d(2),
        nn.Flatten(), nn.Linear(48, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, CLASSES),
    )  # fmt: skip


network("conv-1d", "Convolutions in one dimension", shape=(2, 64), opset=13, references=BOTH)(_conv_1d)
network("conv-1d-nonpositive", "Convolutions in one dimension", shape=(2, 64), references=BOTH, biases="nonpositive",
        pooling="proportional")(_conv_1d)  # fmt: skip


@network("conv-3d", "Convolutions in three dimensions", shape=(1, 8, 10, 10), opset=17, references=BOTH)
def conv_3d() -> nn.Module:
    """A volume."""
    return nn.Sequential(
        nn.Conv3d(1, 6, 3, padding=1), nn.BatchNorm3d(6), nn.ReLU(), nn.MaxPool3d(2),
        nn.Conv3d(6, 8, 3, padding=1), nn.ReLU(), nn.AvgPool3d(2),
        nn.Conv3d(8, 8, (2, 1, 1)), nn.ReLU(), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(8, CLASSES),
    )  # fmt: skip


class Maxout(nn.Module):
    """Goodfellow et al. 2013: a unit is the largest of several linear ones."""

    def __init__(self, before: int, units: int, pieces: int) -> None:
        super().__init__()
        self.units, self.pieces = units, pieces
        self.linear = nn.Linear(before, units * pieces)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x).view(-1, self.units, self.pieces).amax(2)


@network("maxout", "Max-out network", shape=(20,), references=BOTH)
@network("maxout-dynamic-batch", "Max-out network", shape=(20,), references=BOTH, opset=20,
         export={"dynamic_axes": {"input": {0: "batch"}, "output": {0: "batch"}}})  # fmt: skip
def maxout() -> nn.Module:
    """Two layers of units."""
    return nn.Sequential(Maxout(20, 12, 3), Maxout(12, 10, 2), nn.Linear(10, CLASSES))


def _mlp() -> nn.Module:
    return nn.Sequential(
        nn.Linear(20, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 12), nn.LeakyReLU(0.1),
        nn.Linear(12, CLASSES),
    )  # fmt: skip


network("mlp-dynamic-batch", "Dense layers", shape=(20,), references=BOTH, opset=9,
        export={"dynamic_axes": {"input": {0: "batch"}, "output": {0: "batch"}}})(_mlp)  # fmt: skip
network("mlp-dynamic-batch-dynamo", "Dense layers", shape=(20,), references=BOTH, opset=18, exporter="dynamo",
        export={"dynamic_shapes": ({0: torch.export.Dim("batch")},)})(_mlp)  # fmt: skip


def _picture_and_table(random: np.random.Generator) -> dict[str, np.ndarray]:
    picture = random.uniform(-2, 2, (1, 3, 12, 12)).astype(np.float32)
    return {"picture": picture, "table": random.uniform(-2, 2, (1, 6)).astype(np.float32)}


class TwoInputs(nn.Module):
    """A picture and a row of numbers, joined before the last two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = nn.Sequential(
            nn.Conv2d(3, 6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )  # fmt: skip
        self.table = nn.Sequential(nn.Linear(6, 8), nn.ReLU())
        self.joined = nn.Sequential(nn.Linear(16, 12), nn.ReLU(), nn.Linear(12, CLASSES))

    def forward(self, picture: Tensor, table: Tensor) -> Tensor:
        return self.joined(torch.cat([self.picture(picture), self.table(table)], 1))


@network("two-inputs", "Two inputs", inputs=_picture_and_table, references=BOTH, opset=13,
         note="the references are of the picture")  # fmt: skip
def two_inputs() -> nn.Module:
    """A picture with a table."""
    return TwoInputs()


class TwoOutputs(nn.Module):
    """A trunk with two heads."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv2d(3, 6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3), nn.ReLU(), nn.Flatten()
        )
        self.kind, self.size = nn.Linear(72, CLASSES), nn.Sequential(nn.Linear(72, 8), nn.ReLU(), nn.Linear(8, 1))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.trunk(x)
        return self.kind(x), self.size(x)


@network("two-outputs", "Two outputs", shape=(3, 12, 12), references=BOTH, outputs=("kind", "size"),
         note="the references are of the first output")  # fmt: skip
def two_outputs() -> nn.Module:
    """Classes and a number."""
    return TwoOutputs()


class Shared(nn.Module):
    """One layer that is used twice, on its own output."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.shared, self.last = nn.Conv2d(3, 6, 3), nn.Conv2d(6, 6, 3, padding=1), nn.Linear(6, CLASSES)
        self.rectify, self.pool, self.flatten = nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()

    def forward(self, x: Tensor) -> Tensor:
        x = self.rectify(self.first(x))
        x = self.rectify(self.shared(self.rectify(self.shared(x))))
        return self.last(self.flatten(self.pool(x)))


@network("shared-layer", "Shared layer", shape=(3, 12, 12), opset=11)
def shared_layer() -> nn.Module:
    """Zennit stores one activation per module, so that it cannot be the reference."""
    return Shared()
