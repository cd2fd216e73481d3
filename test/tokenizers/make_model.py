"""A tiny network of BERT's kind with random weights, for the tokenizer in wordpiece/."""

from pathlib import Path

import torch
from torch import nn

PLACES, WORDS, SIZE, HEADS, LAYERS, CLASSES = 32, 220, 8, 2, 1, 4


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(SIZE, SIZE) for _ in range(4))
        self.wide, self.narrow = nn.Linear(SIZE, 2 * SIZE), nn.Linear(2 * SIZE, SIZE)
        self.norm1, self.norm2 = nn.LayerNorm(SIZE), nn.LayerNorm(SIZE)

    def forward(self, x, mask):
        def heads(y):
            return y.reshape(y.shape[0], y.shape[1], HEADS, SIZE // HEADS).transpose(1, 2)

        q, k, v = heads(self.query(x)), heads(self.key(x)), heads(self.value(x))
        weights = (q @ k.transpose(-1, -2) / (SIZE // HEADS) ** 0.5 + mask).softmax(-1)
        mixed = (weights @ v).transpose(1, 2).reshape(x.shape)
        x = self.norm1(x + self.out(mixed))
        return self.norm2(x + self.narrow(nn.functional.gelu(self.wide(x))))


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(WORDS, SIZE)
        self.places = nn.Embedding(PLACES, SIZE)
        self.types = nn.Embedding(2, SIZE)
        self.norm = nn.LayerNorm(SIZE)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.pooler = nn.Linear(SIZE, SIZE)
        self.classifier = nn.Linear(SIZE, CLASSES)

    def forward(self, input_ids, attention_mask, token_type_ids):
        places = torch.arange(input_ids.shape[1])
        x = self.norm(self.words(input_ids) + self.places(places) + self.types(token_type_ids))
        mask = (1 - attention_mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, mask)
        return self.classifier(torch.tanh(self.pooler(x[:, 0])))


torch.manual_seed(0)
model = Bert().eval()
ids = torch.randint(0, WORDS, (2, 12))
arguments = (ids, torch.ones_like(ids), torch.zeros_like(ids))
names = ['input_ids', 'attention_mask', 'token_type_ids']
batch, sequence = torch.export.Dim('batch'), torch.export.Dim('sequence', max=PLACES)
shapes = {name: {0: batch, 1: sequence} for name in names}
for file, options in [('bert.onnx', {'dynamic_shapes': shapes}), ('bert-fixed.onnx', {})]:
    if not options:
        arguments = tuple(torch.nn.functional.pad(x[:1], (0, 12), value=1) for x in arguments)
    program = torch.onnx.export(
        model, arguments, input_names=names, output_names=['logits'], dynamo=True, external_data=False, verbose=False,
        **options,
    )
    program.model.producer_name = 'test'
    for node in program.model.graph:
        node.metadata_props.clear()
        node.doc_string = None
    program.model.metadata_props.clear()
    program.model.graph.metadata_props.clear()
    program.save(Path(__file__).parent / 'wordpiece' / file)
