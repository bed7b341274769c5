"""The masked reference of the CIFAR-10 table in docs/results.md: a wide residual network in PyTorch whose dense weights are
multiplied with 0/1 masks, trained on the first batch of CIFAR-10 by the recipe of that table.

    python3 Benchmarks/methods/masked.py --data cifar-10 --algo rigl --density 0.1 --seed 0

Prints one line of JSON. Needs torch and numpy; the files may be compressed with gzip.
"""

import argparse
import gzip
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

sys.path.append(str(Path(__file__).resolve().parent.parent / "peers"))
from libraries.torch_convolution import WideResidualNetwork  # noqa: E402

BATCH, DELTA_T, DROP_FRACTION, END_FRACTION = 128, 50, 0.3, 0.75
RATE, MOMENTUM, WEIGHT_DECAY = 0.1, 0.9, 5e-4


def load(folder, name):
    """Images in 0 ... 1 and labels of a file of the binary version."""
    path = Path(folder) / name
    data = path.read_bytes() if path.exists() else gzip.open(f"{path}.gz").read()
    records = np.frombuffer(data, np.uint8).reshape(-1, 3073)
    images = records[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / 255
    return torch.from_numpy(images), torch.from_numpy(records[:, 0].astype(np.int64))


def augmented(images):
    """Each image cropped at random from itself with a border of four zeros, and flipped or not."""
    padded = functional.pad(images, (4, 4, 4, 4))
    corners = torch.randint(0, 9, (len(images), 2)).tolist()
    flips = (torch.rand(len(images)) < 0.5).tolist()
    crops = [image[:, row:row + 32, column:column + 32] for image, (row, column) in zip(padded, corners)]
    return torch.stack([crop.flip(-1) if flip else crop for crop, flip in zip(crops, flips)])


def erdos_renyi_kernel(weights, density):
    """Densities proportional to the sum of a weight's extents over their product, where that is at most 1."""
    full = set()
    while True:
        stored = sum(density * w.numel() for w in weights) - sum(weights[i].numel() for i in full)
        scale = stored / sum(sum(w.shape) for i, w in enumerate(weights) if i not in full)
        shares = [1.0 if i in full else scale * sum(w.shape) / w.numel() for i, w in enumerate(weights)]
        if max(shares) <= 1:
            return shares
        full.add(max(range(len(weights)), key=shares.__getitem__))


def random_mask(weight, density):
    mask = torch.zeros(weight.numel())
    mask[torch.randperm(weight.numel())[:round(density * weight.numel())]] = 1
    return mask.view(weight.shape)


def move(weight, mask, momentum, fraction):
    """RigL: drops the smallest weights and grows as many where the gradient is largest, from 0 and without momentum.
    A weight that is dropped may come back, with what it had."""
    if mask.all():
        return
    stored = int(mask.sum())
    moved = int(fraction * stored)
    dropped = weight.abs().masked_fill(mask == 0, math.inf).flatten().topk(moved, largest=False).indices
    kept = mask.clone()
    kept.view(-1)[dropped] = 0
    grown = weight.grad.abs().masked_fill(kept == 1, -1).flatten().topk(moved).indices
    new = kept.clone()
    new.view(-1)[grown] = 1
    stays = new * mask
    weight.mul_(stays)
    momentum.mul_(stays)
    mask.copy_(new)


def train(chosen):
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(chosen.seed)
    images, labels = load(chosen.data, "data_batch_1.bin")
    mean, deviation = images.mean((0, 2, 3), keepdim=True), images.std((0, 2, 3), keepdim=True)
    network = WideResidualNetwork(chosen.depth, chosen.width, 10)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    network.to(memory_format=torch.channels_last)
    weights = [p for p in network.parameters() if p.dim() > 1]
    with torch.no_grad():
        masks = [random_mask(w, d) for w, d in zip(weights, erdos_renyi_kernel(weights, chosen.density))]
        for weight, mask in zip(weights, masks):
            weight.mul_(mask)
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY)
    steps_an_epoch = len(images) // BATCH
    steps = steps_an_epoch * chosen.epochs
    for step in range(steps):
        if step % steps_an_epoch == 0:
            order = torch.randperm(len(images))
        batch = order[step % steps_an_epoch * BATCH:][:BATCH]
        inputs = augmented((images[batch] - mean) / deviation).contiguous(memory_format=torch.channels_last)
        for group in optimizer.param_groups:
            group["lr"] = RATE / 2 * (1 + math.cos(math.pi * step / steps))
        optimizer.zero_grad()
        functional.cross_entropy(network(inputs), labels[batch]).backward()
        moment = step + 1
        with torch.no_grad():
            if chosen.algo == "rigl" and moment % DELTA_T == 0 and moment < END_FRACTION * steps:
                # This batch chooses what grows; the weights stay as they are.
                fraction = DROP_FRACTION / 2 * (1 + math.cos(math.pi * moment / (END_FRACTION * steps)))
                for weight, mask in zip(weights, masks):
                    move(weight, mask, optimizer.state[weight]["momentum_buffer"], fraction)
                continue
            for weight, mask in zip(weights, masks):
                weight.grad.mul_(mask)
            optimizer.step()
            for weight, mask in zip(weights, masks):
                weight.mul_(mask)
    images, labels = load(chosen.data, "test_batch.bin")
    network.eval()
    with torch.no_grad():
        parts = zip(((images - mean) / deviation).split(500), labels.split(500))
        correct = sum((network(part).argmax(1) == classes).sum().item() for part, classes in parts)
    return {"test_accuracy": correct / len(images), "nonzeros": sum(int(mask.sum()) for mask in masks)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--algo", choices=["static", "rigl"], default="static")
    arguments.add_argument("--density", type=float, default=0.1)
    arguments.add_argument("--depth", type=int, default=16)
    arguments.add_argument("--width", type=int, default=2)
    arguments.add_argument("--epochs", type=int, default=10)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--threads", type=int, default=1)
    chosen = arguments.parse_args()
    begin = time.process_time()
    result = train(chosen)
    print(json.dumps(vars(chosen) | result | {"processor_seconds": round(time.process_time() - begin)}))


main()
