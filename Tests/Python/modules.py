"""PyTorch modules of the architectures of `sparsetrain models`, whose parameters have the names that sparsetrain gives them:
`load_state_dict` takes what `sparsetrain export --format safetensors --layout dense` writes.

    module = modules.build("resnet20", channels=3, size=32, classes=10)
    module.load_state_dict(safetensors.torch.load_file("resnet20.safetensors"))
"""
import re

from torch import nn
from torch.nn.functional import relu


class Normalized(nn.Conv2d):
    """A convolution with batch normalisation, named after it."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1, active=True):
        super().__init__(inputs, outputs, kernel, stride, (kernel - 1) // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(outputs)
        self.active = active

    def forward(self, x):
        x = self.bn(super().forward(x))
        return relu(x) if self.active else x


class MLP(nn.Module):
    def __init__(self, sizes, batch_norm):
        super().__init__()
        self.depth, self.batch_norm = len(sizes) - 1, batch_norm
        for number in range(1, self.depth + 1):
            setattr(self, f"fc{number}", nn.Linear(sizes[number - 1], sizes[number]))
            if batch_norm and number < self.depth:
                setattr(self, f"bn{number}", nn.BatchNorm1d(sizes[number]))

    def forward(self, x):
        x = x.flatten(1)
        for number in range(1, self.depth):
            x = getattr(self, f"fc{number}")(x)
            x = relu(getattr(self, f"bn{number}")(x) if self.batch_norm else x)
        return getattr(self, f"fc{self.depth}")(x)


class LeNet5(nn.Module):
    def __init__(self, channels, size, classes):
        super().__init__()
        padding = 2 if size < 32 else 0
        side = ((size + 2 * padding - 4) // 2 - 4) // 2
        self.conv1, self.conv2 = nn.Conv2d(channels, 6, 5, padding=padding), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(16 * side * side, 120), nn.Linear(120, 84), nn.Linear(84, classes)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        x = self.pool(relu(self.conv1(x)))
        x = self.pool(relu(self.conv2(x))).flatten(1)
        return self.fc3(relu(self.fc2(relu(self.fc1(x)))))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = Normalized(inputs, outputs, 3, stride)
        self.conv2 = Normalized(outputs, outputs, 3, active=False)
        changes = stride > 1 or inputs != outputs
        self.shortcut = Normalized(inputs, outputs, 1, stride, active=False) if changes else nn.Identity()

    def forward(self, x):
        return relu(self.conv2(self.conv1(x)) + self.shortcut(x))


class ResNet(nn.Module):
    """Three stages of 16, 32 and 64 channels."""

    def __init__(self, depth, channels, classes):
        super().__init__()
        self.conv1 = Normalized(channels, 16, 3)
        inputs = 16
        for stage, outputs in enumerate([16, 32, 64], 1):
            blocks = nn.Sequential()
            for block in range(1, (depth - 2) // 6 + 1):
                blocks.add_module(f"block{block}", Block(inputs, outputs, 2 if stage > 1 and block == 1 else 1))
                inputs = outputs
            setattr(self, f"stage{stage}", blocks)
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        x = self.stage3(self.stage2(self.stage1(self.conv1(x))))
        return self.fc(x.mean((2, 3)))


class WideBlock(nn.Module):
    """Normalisation before each convolution; where the shape changes, the shortcut reads what is normalised."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1, self.bn2 = nn.BatchNorm2d(inputs), nn.BatchNorm2d(outputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.changes = stride > 1 or inputs != outputs
        if self.changes:
            self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        y = relu(self.bn1(x))
        return self.conv2(relu(self.bn2(self.conv1(y)))) + (self.shortcut(y) if self.changes else x)


class WideResNet(nn.Module):
    def __init__(self, depth, width, channels, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 16, 3, 1, 1, bias=False)
        inputs = 16
        for stage, base in enumerate([16, 32, 64], 1):
            blocks = nn.Sequential()
            for block in range(1, (depth - 4) // 6 + 1):
                stride = 2 if stage > 1 and block == 1 else 1
                blocks.add_module(f"block{block}", WideBlock(inputs, base * width, stride))
                inputs = base * width
            setattr(self, f"stage{stage}", blocks)
        self.bn = nn.BatchNorm2d(inputs)
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = relu(self.bn(self.stage3(self.stage2(self.stage1(self.conv1(x))))))
        return self.fc(x.mean((2, 3)))


class MobileNet(nn.Module):
    """MobileNet v1 for images of at most 64 pixels a side."""

    def __init__(self, channels, classes):
        super().__init__()
        self.conv1 = Normalized(channels, 32, 3)
        inputs, self.blocks = 32, 13
        sizes = [64, 128, 128, 256, 256] + [512] * 6 + [1024] * 2
        for number, outputs in enumerate(sizes, 1):
            block = nn.Sequential()
            stride = 2 if number in (2, 4, 6, 12) else 1
            block.add_module("depthwise", Normalized(inputs, inputs, 3, stride, groups=inputs))
            block.add_module("pointwise", Normalized(inputs, outputs, 1))
            setattr(self, f"block{number}", block)
            inputs = outputs
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.conv1(x)
        for number in range(1, self.blocks + 1):
            x = getattr(self, f"block{number}")(x)
        return self.fc(x.mean((2, 3)))


def build(model, channels, size, classes, batch_norm=False):
    """The module of a model's name, for images of `channels` x `size` x `size`; in evaluation mode."""
    if model.startswith("mlp:"):
        hidden = [int(word) for word in model[4:].split(",")]
        module = MLP([channels * size * size] + hidden + [classes], batch_norm)
    elif model == "lenet5":
        module = LeNet5(channels, size, classes)
    elif match := re.fullmatch(r"resnet(20|32|56)", model):
        module = ResNet(int(match[1]), channels, classes)
    elif match := re.fullmatch(r"wrn-(\d+)-(\d+)", model):
        module = WideResNet(int(match[1]), int(match[2]), channels, classes)
    elif model == "mobilenet-v1":
        module = MobileNet(channels, classes)
    else:
        raise ValueError(f"no module for the model {model}")
    return module.eval()
