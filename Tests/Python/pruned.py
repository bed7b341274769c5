"""Trains a small network with PyTorch, prunes it with masks, trains what is left, and writes it with its outputs.

    python3 pruned.py MODEL DATA OUT

MODEL is mlp, lenet5 or resnet20; DATA a folder of IDX files (grey images), or for resnet20 of CIFAR-10's binary batches. In
the folder OUT are then model.safetensors, the state_dict with the masks of torch.nn.utils.prune, and logits.bin, the outputs
for the test samples, row by row. The share of them that is right is printed.
"""
import re
import sys

import numpy
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils import prune


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


class LeNet5(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, classes)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = nn.functional.max_pool2d(torch.relu(self.conv2(x)), 2)
        x = torch.relu(self.fc1(x.flatten(1)))
        return self.fc3(torch.relu(self.fc2(x)))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        if stride > 1:
            self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.shortcut_bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (self.shortcut_bn(self.shortcut(x)) if hasattr(self, "shortcut") else x))


class ResNet20(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        channels = 16
        for stage, outputs in enumerate((16, 32, 64), 1):
            blocks = nn.Module()
            for block in (1, 2, 3):
                setattr(blocks, f"block{block}", Block(channels, outputs, 2 if stage > 1 and block == 1 else 1))
                channels = outputs
            setattr(self, f"stage{stage}", blocks)
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        for stage in (self.stage1, self.stage2, self.stage3):
            x = stage.block3(stage.block2(stage.block1(x)))
        return self.fc(x.mean((2, 3)))


def own_names(state):
    """The batch normalisation of a convolution is named after it."""
    return {
        re.sub(r"\bbn(\d)\.", r"conv\1.bn.", name).replace("shortcut_bn.", "shortcut.bn."): value.contiguous()
        for name, value in state.items()
    }


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
        model = LeNet5(classes) if kind == "lenet5" else ResNet20(classes)
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
    state = model.state_dict()
    save_file(own_names(state) if kind == "resnet20" else {k: v.contiguous() for k, v in state.items()}, f"{out}/model.safetensors")
    print((logits.argmax(1).numpy() == wanted).mean())


main(*sys.argv[1:])
