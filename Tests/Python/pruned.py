"""Trains a small network with PyTorch, prunes it with masks, trains what is left, and writes it with its outputs.

    python3 pruned.py MODEL DATA OUT

MODEL is mlp (a nn.Sequential, whose layers have no names), lenet5 or resnet20 (of modules.py); DATA a folder of IDX files (grey
images), or for resnet20 of CIFAR-10's binary batches. In the folder OUT are then model.safetensors, the state_dict with the
masks of torch.nn.utils.prune, and logits.bin, the outputs for the test samples, row by row. The share of them that is right is
printed.
"""
import sys

import numpy
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils import prune

import modules


def read_idx(folder, part):
    def read(name, header):
        return numpy.fromfile(f"{folder}/{part}-{name}-ubyte", dtype=numpy.uint8)[header:]

    labels = read("labels-idx1", 8)
    size = int((len(read("images-idx3", 16)) // len(labels)) ** 0.5)
    return read("images-idx3", 16).reshape(len(labels), 1, size, size), labels


def read_cifar(folder, part):
    name = "data_batch_1.bin" if part == "train" else "test_batch.bin"
    records = numpy.fromfile(f"{folder}/{name}", dtype=numpy.uint8).reshape(-1, 3073)
    return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0]


def main(kind, data, out):
    torch.manual_seed(1)
    torch.set_num_threads(1)
    read = read_cifar if kind == "resnet20" else read_idx
    (train, labels), (test, wanted) = read(data, "train"), read(data, "test" if kind == "resnet20" else "t10k")

    def inputs(images):
        return (torch.tensor(images, dtype=torch.float32) / 255 - 0.5) / 0.25

    classes = 10 if kind == "resnet20" else 3
    if kind == "mlp":
        size = train[0].size
        model = nn.Sequential(nn.Flatten(), nn.Linear(size, 30), nn.ReLU(), nn.Linear(30, classes))
    else:
        model = modules.build(kind, channels=train.shape[1], size=train.shape[2], classes=classes)
    x, y = inputs(train), torch.tensor(labels, dtype=torch.long)

    def learn(steps):
        optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
        model.train()
        for _ in range(steps):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), y).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1)
            optimizer.step()

    learn(60)
    layers = [layer for layer in model.modules() if isinstance(layer, (nn.Linear, nn.Conv2d))]
    for layer in layers:
        prune.l1_unstructured(layer, "weight", amount=0.6)
    learn(30)
    model.eval()
    with torch.no_grad():
        logits = model(inputs(test))
    logits.numpy().astype("<f4").tofile(f"{out}/logits.bin")
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, f"{out}/model.safetensors")
    print((logits.argmax(1).numpy() == wanted).mean())


main(*sys.argv[1:])
