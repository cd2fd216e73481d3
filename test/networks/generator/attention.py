"""Vision transformers and their kin, and texts: layer norms, GELU, attention, embeddings of tokens."""

import numpy as np
import torch
from timm.models import mlp_mixer
from timm.models import swin_transformer as timm_swin
from timm.models import vision_transformer as timm_vit
from torch import Tensor, nn
from torchvision.models import convnext, swin_transformer, vision_transformer

from .network import BOTH, network
from .rewrite import with_short_names

CLASSES = 5
WORDS, PLACES = 30, 12


@network("convnext", "ConvNeXt", shape=(3, 32, 32), opset=17)
@network("convnext-opset13", "ConvNeXt", shape=(3, 32, 32), opset=13, note="LayerNorm and GELU taken apart")
@network("convnext-dynamo", "ConvNeXt", shape=(3, 32, 32), opset=20, exporter="dynamo")
def convnext_tiny() -> nn.Module:
    """torchvision's, with two stages."""
    stages = [convnext.CNBlockConfig(6, 8, 1), convnext.CNBlockConfig(8, None, 1)]
    return convnext.ConvNeXt(stages, layer_scale=0.5, num_classes=CLASSES)


@network("vit", "Vision transformer", opset=17)
@network("vit-opset14", "Vision transformer", opset=14, note="LayerNorm and GELU taken apart")
@network("vit-dynamo", "Vision transformer", opset=20, exporter="dynamo")
def vit() -> nn.Module:
    """torchvision's, with nn.MultiheadAttention."""
    return vision_transformer.VisionTransformer(16, 4, 2, 2, 8, 16, num_classes=CLASSES)


@network("vit-timm", "Vision transformer", opset=17)
@network("vit-timm-dynamo", "Vision transformer", opset=18, exporter="dynamo")
def vit_timm() -> nn.Module:
    """timm's, with one matrix for query, key and value and fused attention."""
    settings = {"img_size": 16, "patch_size": 4, "embed_dim": 8, "depth": 2, "num_heads": 2, "mlp_ratio": 2}
    return timm_vit.VisionTransformer(**settings, num_classes=CLASSES)


@network(
    "swin",
    "Swin transformer",
    opset=17,
    finish=with_short_names,
    note="names shortened, which were most of the file; torchvision's by this exporter are hundreds of nodes",
)
@network("swin-timm-dynamo", "Swin transformer", opset=18, exporter="dynamo")  # fmt: skip
def swin_timm() -> nn.Module:
    """timm's: shifted windows whose masks are constants."""
    settings = {"img_size": 16, "patch_size": 2, "embed_dim": 6, "depths": (2,), "num_heads": (2,), "window_size": 4}
    return timm_swin.SwinTransformer(**settings, mlp_ratio=2, num_classes=CLASSES)


@network("swin-dynamo", "Swin transformer", opset=20, exporter="dynamo")
def swin() -> nn.Module:
    """torchvision's: shifted windows, relative positions, merged patches."""
    return swin_transformer.SwinTransformer([2, 2], 6, [2, 1], [2, 2], [4, 4], 2.0, num_classes=CLASSES)


@network("mlp-mixer", "MLP-Mixer", opset=17)
@network("mlp-mixer-dynamo", "MLP-Mixer", opset=18, exporter="dynamo")
def mixer() -> nn.Module:
    """timm's."""
    return mlp_mixer.MlpMixer(CLASSES, 16, patch_size=4, num_blocks=2, embed_dim=8)


def _tokens(random: np.random.Generator) -> dict[str, np.ndarray]:
    return {"tokens": random.integers(1, WORDS, (1, PLACES))}


class TextCnn(nn.Module):
    """Kim 2014: an embedding, convolutions of several widths over it, the largest over all places."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(WORDS, 8)
        self.convolutions = nn.ModuleList([nn.Conv1d(8, 6, width) for width in (2, 3, 4)])
        self.dense = nn.Linear(18, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.embedded(self.embedding(tokens))

    def embedded(self, x: Tensor) -> Tensor:
        """Logits of an embedded text."""
        x = x.transpose(1, 2)
        maxima = [torch.relu(convolution(x)).amax(2) for convolution in self.convolutions]
        return self.dense(torch.cat(maxima, 1))


@network("text-cnn", "Text CNN", box=None, inputs=_tokens, references=BOTH, opset=13,
         note="a token's reference is the sum over its row of the embedding")  # fmt: skip
@network("text-cnn-dynamic", "Text CNN", box=None, inputs=_tokens, references=BOTH, opset=17,
         export={"dynamic_axes": {"tokens": {0: "batch", 1: "places"}}},
         note="a token's reference is the sum over its row of the embedding; the length is free")  # fmt: skip
@network("text-cnn-nonpositive", "Text CNN", box=None, inputs=_tokens, references=BOTH, biases="nonpositive",
         note="a token's reference is the sum over its row of the embedding")  # fmt: skip
def text_cnn() -> nn.Module:
    """Two classes."""
    return TextCnn()


def _masked_tokens(random: np.random.Generator) -> dict[str, np.ndarray]:
    mask = np.ones((1, PLACES), np.int64)
    mask[:, 9:] = 0
    return {"input_ids": random.integers(1, WORDS, (1, PLACES)), "attention_mask": mask}


class TextTransformer(nn.Module):
    """A block of attention over embedded tokens that skips padding, as the exports of BERT have it."""

    def __init__(self, width: int = 8, heads: int = 2) -> None:
        super().__init__()
        self.heads = heads
        self.words, self.places = nn.Embedding(WORDS, width), nn.Embedding(PLACES, width)
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(3)])
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.dense = nn.Linear(width, 3)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        places = torch.arange(input_ids.shape[1], device=input_ids.device).unsqueeze(0)
        x = self.norms[0](self.words(input_ids) + self.places(places))
        x = self.norms[1](x + self.out(self._attend(x, attention_mask)))
        x = self.norms[2](x + self.down(nn.functional.gelu(self.up(x))))
        return self.dense(torch.tanh(x[:, 0]))

    def _attend(self, x: Tensor, mask: Tensor) -> Tensor:
        query, key, value = (self._split(layer(x)) for layer in (self.query, self.key, self.value))
        hidden = (1.0 - mask[:, None, None, :].to(x.dtype)) * -10000.0
        weights = (query @ key.transpose(2, 3) / query.shape[3] ** 0.5 + hidden).softmax(3)
        return (weights @ value).transpose(1, 2).flatten(2)

    def _split(self, x: Tensor) -> Tensor:
        return x.view(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)


@network("text-transformer", "Text transformer with a mask", box=None, inputs=_masked_tokens, opset=17)
@network("text-transformer-opset11", "Text transformer with a mask", box=None, inputs=_masked_tokens, opset=11)
@network("text-transformer-dynamo", "Text transformer with a mask", box=None, inputs=_masked_tokens, opset=18,
         exporter="dynamo")  # fmt: skip
def text_transformer() -> nn.Module:
    """Three classes; the last three tokens are padding."""
    return TextTransformer()
