"""Draw a small world of shapes, train two small ReLU networks on it, and export them as ONNX.

    python train.py --seed 7 --out .          train both networks and write everything (see below)
    python train.py --draw 24 --out DIR       only draw 24 scenes: DIR/pictures and DIR/masks

A scene is a 64x64 RGB picture holding exactly one shape of a known class (circle, square,
triangle, star, cross or ring) on textured ground, among distractors that belong to no class:
thin lines, small dots, soft blobs, short arcs and squiggles. Colours are drawn without regard
to the class. The mask of a scene says which pixels belong to the shape.

Training writes into --out:

    scenes.onnx                 the network with every bias constrained to be <= 0
    scenes-unconstrained.onnx   its twin: same architecture, data and seed, no constraint
    config.json                 class names (id2label, label2id)
    preprocessor_config.json    how to get from pixels to the network's input, [-1, 1]
    pictures/*.png, masks/*.png a few scenes of the test set, with the shapes' masks

and prints the accuracies and the numbers of positive biases. Needs torch, numpy, pillow and
onnx; runs on a CPU. Training and test scenes are functions of (seed, split, number), so the same
seed gives the same scenes on any machine; the weights agree up to the rounding of the machine's
floating-point arithmetic.
"""

import argparse
import json
import math
import multiprocessing
import time
from pathlib import Path

import numpy as np
import onnx
import onnx.reference
import torch
from PIL import Image, ImageDraw
from torch import nn
from torch.nn import functional

SIZE = 64  # side of a picture
OVER = 4  # supersampling: shapes are drawn OVER times larger, then averaged down
CLASSES = ["circle", "square", "triangle", "star", "cross", "ring"]
SPLITS = {"train": 0, "test": 1, "draw": 2}
TRAIN_SCENES, TEST_SCENES, EPOCHS = 24_000, 6_000, 10
SPARSITY = 0.05  # weight of the mean ReLU outputs in the loss: flat ground falls silent
SHIPPED = {  # test scenes to save as pictures, chosen by eye for seed 7: name -> number
    "circle-1": 30, "circle-2": 54, "square-1": 67, "triangle-1": 68, "triangle-2": 122,
    "star-1": 63, "star-2": 135, "cross-1": 76, "cross-2": 136, "ring-1": 47,
}

# ------------------------------------------------------------------------------ drawing scenes


def outline(kind):
    """The polygon of a class, around the origin; a ring is the polygon of its outer edge."""
    if kind in ("circle", "ring"):
        turns, radii = np.linspace(0, 1, 96, endpoint=False), np.ones(96)
    elif kind == "square":
        turns, radii = np.arange(4) / 4 + 1 / 8, np.ones(4)
    elif kind == "triangle":
        turns, radii = np.arange(3) / 3, np.ones(3)
    elif kind == "star":
        turns, radii = np.arange(10) / 10, np.tile([1, 0.45], 5)
    elif kind == "cross":
        a, b = 1.0, 0.36
        return np.array([(b, a), (b, b), (a, b), (a, -b), (b, -b), (b, -a),
                         (-b, -a), (-b, -b), (-a, -b), (-a, b), (-b, b), (-b, a)])
    angle = 2 * np.pi * turns
    return np.stack([np.cos(angle), np.sin(angle)], 1) * radii[:, None]


def polygon_area(points):
    x, y = points.T
    return abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2


def shrink(canvas):
    """The coverage, 0 to 1, of each pixel by a supersampled black-and-white drawing."""
    big = np.asarray(canvas, np.float32) / 255
    return big.reshape(SIZE, OVER, SIZE, OVER).mean((1, 3))


def stroke(points, width):
    """The coverage of a thin polyline with round joints; points and width in pixels."""
    canvas = Image.new("L", (SIZE * OVER, SIZE * OVER))
    path = [tuple(p) for p in np.asarray(points) * OVER]
    ImageDraw.Draw(canvas).line(path, fill=255, width=max(1, round(width * OVER)), joint="curve")
    return shrink(canvas)


def class_shape(kind, rng):
    """The coverage of one shape at a random place, in a random size and rotation."""
    points, hole = outline(kind), rng.uniform(0.55, 0.66) if kind == "ring" else 0.0
    area = rng.uniform(0.055, 0.125) * SIZE * SIZE
    angle = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = points @ turn.T * math.sqrt(area / (polygon_area(points) * (1 - hole**2)))
    low, high = 3 - points.min(0), SIZE - 3 - points.max(0)
    centre = rng.uniform(low, high)
    canvas = Image.new("L", (SIZE * OVER, SIZE * OVER))
    pen = ImageDraw.Draw(canvas)
    pen.polygon([tuple(p) for p in (points + centre) * OVER], fill=255)
    if hole:
        pen.polygon([tuple(p) for p in (points * hole + centre) * OVER], fill=0)
    return shrink(canvas)


def noise(rng, cells):
    """Smooth noise, 0 to 1, with about `cells` features along a side."""
    coarse = Image.fromarray(rng.random((cells + 3, cells + 3), dtype=np.float32))
    field = np.asarray(coarse.resize((SIZE, SIZE), Image.Resampling.BICUBIC))
    return (field - field.min()) / (field.max() - field.min() + 1e-6)


def hsv(hue, saturation, value):
    """An RGB colour, 0 to 1, from hue (turns), saturation and value."""
    k = (np.array([5, 3, 1]) + hue * 6) % 6
    return value - value * saturation * np.clip(np.minimum(k, 4 - k), 0, 1)


def palette(rng):
    """Two kindred ground colours and four accents, the first of which stands out the most."""
    hue = rng.random()
    value = rng.uniform(0.2, 0.9)
    ground = [hsv(hue + rng.normal(0, 0.05), rng.uniform(0.15, 0.65),
                  np.clip(value + rng.uniform(-0.1, 0.1), 0.08, 1)) for _ in range(2)]
    while True:
        accents = [hsv(hue + rng.uniform(0.2, 0.8), rng.uniform(0.35, 0.95), rng.uniform(0.25, 1))
                   for _ in range(4)]
        accents.sort(key=lambda c: -min(np.linalg.norm(c - g) for g in ground))
        if min(np.linalg.norm(c - g) for c in accents[:2] for g in ground) > 0.5:
            return ground, accents


def draw_ground(colours, rng):
    yy, xx = np.mgrid[0:SIZE, 0:SIZE] / (SIZE - 1)
    angle = rng.uniform(0, 2 * np.pi)
    along = xx * np.cos(angle) + yy * np.sin(angle)
    style = rng.choice(["gradient", "noise", "stripes"])
    if style == "gradient":
        field = 0.8 * (along - along.min()) / np.ptp(along) + 0.2 * noise(rng, 3)
    elif style == "noise":
        field = 0.7 * noise(rng, int(rng.integers(2, 5))) + 0.3 * noise(rng, 9)
    else:
        wave = along * rng.uniform(4, 9) + 0.5 * noise(rng, 2)
        field = 0.5 + rng.uniform(0.2, 0.5) * np.sin(2 * np.pi * wave)
    return colours[0] + (colours[1] - colours[0]) * field[..., None]


def draw_distractor(rng):
    """The coverage of one thing that belongs to no class."""
    kind = rng.choice(["line", "line", "dot", "dot", "dot", "blob", "arc", "squiggle"])
    centre = rng.uniform(2, SIZE - 2, 2)
    angle = rng.uniform(0, 2 * np.pi)
    ahead = np.array([np.cos(angle), np.sin(angle)])
    aside = np.array([-ahead[1], ahead[0]])
    width = rng.uniform(0.5, 1.3)
    if kind == "line":
        half = ahead * rng.uniform(5, 40)
        return stroke([centre - half, centre + half], width)
    if kind == "dot":
        yy, xx = np.mgrid[0:SIZE, 0:SIZE]
        far = np.hypot(xx - centre[0], yy - centre[1])
        return np.clip(rng.uniform(0.7, 1.8) - far + 0.5, 0, 1)
    if kind == "blob":
        yy, xx = np.mgrid[0:SIZE, 0:SIZE]
        far = np.hypot(xx - centre[0], yy - centre[1])
        return rng.uniform(0.15, 0.5) * np.exp(-((far / rng.uniform(4, 10)) ** 2))
    if kind == "arc":
        sweep = angle + np.linspace(0, rng.uniform(0.6, 2.0), 16)
        radius = rng.uniform(4, 11)
        return stroke(centre + radius * np.stack([np.cos(sweep), np.sin(sweep)], 1), width)
    s = np.linspace(-1, 1, 40)[:, None]
    wave = np.sin(s * rng.uniform(4, 9)) * rng.uniform(1, 2.5)
    return stroke(centre + ahead * s * rng.uniform(5, 11) + aside * wave, width)


def draw_scene(seed, split, number):
    """Scene `number` of a split: (picture uint8 64x64x3, mask bool 64x64, class index)."""
    rng = np.random.default_rng([seed, SPLITS[split], number])
    label = number % len(CLASSES)
    ground, accents = palette(rng)
    picture = draw_ground(ground, rng)
    for _ in range(rng.integers(4, 10)):
        cover = draw_distractor(rng)[..., None]
        picture = picture + (accents[rng.integers(4)] - picture) * cover
    shape = class_shape(CLASSES[label], rng)
    yy, xx = np.mgrid[0:SIZE, 0:SIZE] / (SIZE - 1) - 0.5
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 + 0.25 * (xx * np.cos(angle) + yy * np.sin(angle))
    fill = accents[rng.integers(2)] * light[..., None]
    picture = picture + (fill - picture) * shape[..., None]
    picture = picture + rng.normal(0, rng.uniform(0.005, 0.025), (SIZE, SIZE, 1))
    return np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8), shape >= 0.5, label


def draw_job(job):
    return draw_scene(*job)


def draw_split(seed, split, count):
    with multiprocessing.Pool() as pool:
        scenes = pool.map(draw_job, [(seed, split, n) for n in range(count)], chunksize=256)
    return tuple(np.stack(part) for part in zip(*scenes))


def save_scene(out, name, picture, mask):
    for folder, pixels in (("pictures", picture), ("masks", mask.astype(np.uint8) * 255)):
        (out / folder).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(out / folder / f"{name}.png", optimize=True)


# ------------------------------------------------------------------------------ the network


class Net(nn.Module):
    """Five 3x3 convolutions, each followed by a ReLU, two max poolings, the mean over the picture,
    one linear layer. The first convolution is not padded, so it never sees an edge of zeros."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(16, 24, 3, padding=1)
        self.relu2 = nn.ReLU()
        self.conv3 = nn.Conv2d(24, 32, 3, padding=1)
        self.relu3 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(2)
        self.conv4 = nn.Conv2d(32, 48, 3, padding=1)
        self.relu4 = nn.ReLU()
        self.conv5 = nn.Conv2d(48, 64, 3, padding=1)
        self.relu5 = nn.ReLU()
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.linear = nn.Linear(64, len(CLASSES))
        for layer in self.layers():
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)

    def layers(self):
        return [m for m in self.modules() if isinstance(m, nn.Conv2d | nn.Linear)]

    def forward(self, image, activity=None):
        x = image
        for module in self.children():
            x = module(x)
            if activity is not None and isinstance(module, nn.ReLU):
                activity.append(x.mean())
        return x


def to_input(pictures):
    """uint8 pictures, N x 64 x 64 x 3, as the network's input: N x 3 x 64 x 64 in [-1, 1]."""
    return (pictures.permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5


def vary(batch):
    """A batch of inputs turned, mirrored, with its colour channels swapped or inverted."""
    if torch.rand(()) < 0.5:
        batch = batch.flip(3)
    batch = batch.rot90(int(torch.randint(4, ())), (2, 3))
    sign = 1 - 2 * int(torch.randint(2, ()))
    batch = sign * batch[:, torch.randperm(3)]
    return batch.contiguous(memory_format=torch.channels_last)


def train(pictures, labels, seed, constrained, epochs):
    torch.manual_seed(seed)
    net = Net().to(memory_format=torch.channels_last)
    pictures, labels = torch.from_numpy(pictures), torch.from_numpy(labels)
    batch, rate = 64, 2e-3
    steps = epochs * (len(labels) // batch)
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    started = time.time()
    for epoch in range(epochs):
        order, losses, hits = torch.randperm(len(labels)), [], []
        for start in range(0, len(order) - batch + 1, batch):
            chosen = order[start : start + batch]
            activity = []
            logits = net(vary(to_input(pictures[chosen])), activity)
            loss = functional.cross_entropy(logits, labels[chosen])
            optimiser.zero_grad()
            (loss + SPARSITY * sum(activity)).backward()
            optimiser.step()
            schedule.step()
            if constrained:
                with torch.no_grad():
                    for layer in net.layers():
                        layer.bias.clamp_(max=0)
            losses.append(loss.item())
            hits.append((logits.argmax(1) == labels[chosen]).float().mean().item())
        print(f"  epoch {epoch + 1}: loss {np.mean(losses):.4f}, accuracy {np.mean(hits):.4f}, "
              f"{time.time() - started:.0f} s", flush=True)
    return net.eval()


def predict(net, pictures):
    with torch.no_grad():
        parts = torch.from_numpy(pictures).split(500)
        return torch.cat([net(to_input(part)) for part in parts]).numpy()


def export(net, path, sample):
    """Write the network as ONNX, name its nodes after the layers, and check what was written."""
    net = net.to(memory_format=torch.contiguous_format)
    torch.onnx.export(
        net, (sample[:1],), path, dynamo=False, opset_version=17,
        input_names=["image"], output_names=["logits"],
        dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
    )
    model = onnx.load(path)
    names = {"image": "image", "logits": "logits"}
    for node in model.graph.node:
        node.name = node.name.strip("/").split("/")[0]  # "/conv1/Conv" -> "conv1"
        names.setdefault(node.output[0], node.name)
        node.output[0] = names[node.output[0]]
        node.input[:] = [names.get(name, name) for name in node.input]
        node.doc_string = ""
        del node.metadata_props[:]
    model.doc_string = model.graph.doc_string = ""
    model.graph.name = path.stem
    del model.metadata_props[:], model.graph.metadata_props[:]
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
    written = onnx.reference.ReferenceEvaluator(str(path)).run(None, {"image": sample.numpy()})[0]
    with torch.no_grad():
        apart = np.abs(written - net(sample).numpy()).max()
    assert apart < 1e-3, f"the exported network differs from the trained one by {apart}"


def write_configs(out):
    config = {
        "architectures": ["ScenesNet"],
        "model_type": "scenes",
        "id2label": {str(i): name for i, name in enumerate(CLASSES)},
        "label2id": {name: i for i, name in enumerate(CLASSES)},
    }
    preprocessor = {
        "do_resize": True,
        "size": {"height": SIZE, "width": SIZE},
        "resample": 2,
        "do_center_crop": False,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    }
    for name, content in (("config", config), ("preprocessor_config", preprocessor)):
        (out / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path("."))
    parser.add_argument("--draw", type=int, metavar="N", help="only draw N scenes, train nothing")
    parser.add_argument("--scenes", type=int, default=TRAIN_SCENES, help="training scenes")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--threads", type=int, default=2, help="of torch; affects the rounding")
    options = parser.parse_args()
    seed, out = options.seed, options.out
    out.mkdir(parents=True, exist_ok=True)

    if options.draw is not None:
        for number in range(options.draw):
            picture, mask, label = draw_scene(seed, "draw", number)
            name = f"{CLASSES[label]}-{number // len(CLASSES) + 1}"
            save_scene(out, name, picture, mask)
        return

    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)
    pictures, _, labels = draw_split(seed, "train", options.scenes)
    test_pictures, test_masks, test_labels = draw_split(seed, "test", TEST_SCENES)
    write_configs(out)
    for name, number in SHIPPED.items():
        save_scene(out, name, test_pictures[number], test_masks[number])
    for name, constrained in (("scenes", True), ("scenes-unconstrained", False)):
        print(f"{name}:")
        net = train(pictures, labels, seed, constrained, options.epochs)
        accuracy = (predict(net, test_pictures).argmax(1) == test_labels).mean()
        positive = sum(int((layer.bias > 0).sum()) for layer in net.layers())
        biases = sum(layer.bias.numel() for layer in net.layers())
        print(f"  test accuracy {accuracy:.4f} on {len(test_labels)} scenes, "
              f"{positive} of {biases} biases > 0")
        export(net, out / f"{name}.onnx", to_input(torch.from_numpy(test_pictures[:8])))


if __name__ == "__main__":
    main()
