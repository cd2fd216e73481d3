"""Trains the text example: praise or complaint, told by planted words. `python train.py`; needs torch and numpy.

Sentences are put together from a small grammar that this file holds. Fillers say nothing about the class; each
text has one to three evidence words of its class, and sometimes one of the other class behind "not", which turns it.
The network is a small one of the kind of Kim 2014 with biases kept <= 0, so that the assumption of deep Taylor
decomposition holds.
"""
import json
import pathlib

import numpy as np
import torch
from torch import nn

SEED, PLACES, WIDTH = 1, 24, 16
PRAISE = ['wonderful', 'delightful', 'superb', 'charming', 'brilliant', 'lovely', 'moving', 'perfect']
COMPLAINT = ['dreadful', 'boring', 'clumsy', 'awful', 'tedious', 'shallow', 'broken', 'ugly']
THINGS = ['film', 'book', 'meal', 'hotel', 'concert', 'play', 'song', 'garden', 'train', 'phone']
PLACES_IN = ['yesterday', 'last week', 'in the evening', 'with friends', 'after work', 'on sunday', 'by the sea', 'in town']
FILLERS = ['we went there', 'i saw it', 'they showed us the way', 'it was raining', 'the door was open', 'she told me about it',
           'there were many people', 'it took an hour', 'we sat near the window', 'the lights were on']
FRAMES = ['the {t} was {e}', 'what a {e} {t}', 'i found the {t} {e}', 'it is a {e} {t}', 'such a {e} {t}']


def text(rng, label):
    own, other = (PRAISE, COMPLAINT) if label else (COMPLAINT, PRAISE)
    parts = []
    for _ in range(rng.integers(1, 4)):
        parts.append(rng.choice(FRAMES).format(t=rng.choice(THINGS), e=rng.choice(own)))
    if rng.random() < 0.3:
        parts.append(f'not {rng.choice(other)} at all')
    for _ in range(rng.integers(1, 3)):
        parts.append(f'{rng.choice(FILLERS)} {rng.choice(PLACES_IN)}')
    rng.shuffle(parts)
    return ' . '.join(parts) + ' .'


class Network(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.embedding = nn.Embedding(words, WIDTH, padding_idx=0)
        self.two, self.three = nn.Conv1d(WIDTH, 12, 2), nn.Conv1d(WIDTH, 12, 3)
        self.dense = nn.Linear(24, 2)

    def forward(self, tokens):
        x = self.embedding(tokens).transpose(1, 2)
        maxima = [torch.relu(conv(x)).amax(2) for conv in (self.two, self.three)]
        return self.dense(torch.cat(maxima, 1))


def main():
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    labels = rng.integers(0, 2, 8000)
    texts = [text(rng, label) for label in labels]
    vocabulary = ['<pad>', '<unk>', *sorted({word for t in texts for word in t.split()})]
    numbers = {word: i for i, word in enumerate(vocabulary)}

    def tokens(t):
        row = [numbers.get(word, 1) for word in t.split()][:PLACES]
        return row + [0] * (PLACES - len(row))

    x = torch.tensor([tokens(t) for t in texts])
    # One word in twenty is unknown in training, so that <unk> means nothing.
    x = torch.where((torch.rand(x.shape) < 0.05) & (x > 1), torch.ones_like(x), x)
    y = torch.tensor(labels)
    network = Network(len(vocabulary))
    optimiser = torch.optim.Adam(network.parameters(), 3e-3, weight_decay=1e-4)
    for epoch in range(12):
        for batch in torch.randperm(7000).split(64):
            loss = nn.functional.cross_entropy(network(x[batch]), y[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            with torch.no_grad():
                for layer in (network.two, network.three, network.dense):
                    layer.bias.clamp_(max=0)
    network.eval()
    with torch.no_grad():
        accuracy = (network(x[7000:]).argmax(1) == y[7000:]).float().mean().item()
    print(f'test accuracy {accuracy:.4f} on 1000 texts, seed {SEED}, {len(vocabulary)} words')
    here = pathlib.Path(__file__).parent
    torch.onnx.export(network, x[:1], str(here / 'reviews.onnx'), opset_version=17, dynamo=False, input_names=['tokens'],
                      output_names=['logits'], dynamic_axes={'tokens': {0: 'n'}, 'logits': {0: 'n'}})
    (here / 'vocab.txt').write_text('\n'.join(vocabulary) + '\n')
    (here / 'config.json').write_text(json.dumps({'id2label': {'0': 'complaint', '1': 'praise'}}, indent=2) + '\n')
    folder = here / 'texts'
    folder.mkdir(exist_ok=True)
    fresh = np.random.default_rng(1000 + SEED)
    for i in range(6):
        label = i % 2
        name = ['complaint', 'praise'][label]
        (folder / f'{name}-{i // 2 + 1}.txt').write_text(text(fresh, label) + '\n')


if __name__ == '__main__':
    main()
