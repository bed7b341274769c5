"""PyTorch's dense convolutions and residual networks, channels last: no sparsity at all. With `halved`, in bfloat16 as torch's
autocast chooses it; weights, optimiser and loss stay in 32 bits."""

from __future__ import annotations

import torch
from torch import nn

from problems import MOMENTUM, RATE, WEIGHT_DECAY, ConvolutionProblem, ResidualProblem


class Convolution:
    """One convolution: forward, and backward to inputs and weights. What its neighbours would give it is in bfloat16 already."""

    def __init__(self, problem: ConvolutionProblem, threads: int, halved: bool = False):
        torch.set_num_threads(threads)
        self.halved = halved
        layout = {"memory_format": torch.channels_last}
        maps = layout | {"dtype": torch.bfloat16 if halved else torch.float32}
        self.padding = problem.weights.shape[2] // 2
        self.weights = torch.from_numpy(problem.weights).to(**layout).requires_grad_()
        self.x = torch.from_numpy(problem.x).to(**maps).requires_grad_()
        self.dy = torch.from_numpy(problem.dy).to(**maps)

    def product(self) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=self.halved):
            return nn.functional.conv2d(self.x, self.weights, padding=self.padding)

    def conv_forward(self) -> torch.Tensor:
        with torch.no_grad():
            return self.product()

    def conv_training(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        self.x.grad = self.weights.grad = None
        y = self.product()
        y.backward(self.dy)
        return y, self.x.grad, self.weights.grad

    def weight_gradient(self) -> torch.Tensor:
        return self.weights.grad


class Block(nn.Module):
    """Normalisation before each convolution; where the shape changes, the shortcut too reads what is normalised."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.norm1, self.norm2 = nn.BatchNorm2d(inputs), nn.BatchNorm2d(outputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        changes = inputs != outputs or stride > 1
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False) if changes else None
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        normal = self.relu(self.norm1(x))
        rest = x if self.shortcut is None else self.shortcut(normal)
        return rest + self.conv2(self.relu(self.norm2(self.conv1(normal))))


class WideResidualNetwork(nn.Sequential):
    def __init__(self, depth: int, width: int, classes: int):
        layers: list[nn.Module] = [nn.Conv2d(3, 16, 3, 1, 1, bias=False)]
        channels = 16
        for stage in range(3):
            for block in range((depth - 4) // 6):
                outputs = (16 << stage) * width
                layers.append(Block(channels, outputs, 2 if stage > 0 and block == 0 else 1))
                channels = outputs
        layers += [nn.BatchNorm2d(channels), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                   nn.Linear(channels, classes)]
        super().__init__(*layers)


class ModelStep:
    """Forward, cross-entropy, backward and SGD of a wide residual network, in the mode that was fastest."""

    def __init__(self, problem: ResidualProblem, threads: int, halved: bool = False):
        torch.set_num_threads(threads)
        self.halved = halved
        torch.manual_seed(0)
        layout = {"memory_format": torch.channels_last}
        self.network = WideResidualNetwork(problem.depth, problem.width, problem.classes).to(**layout)
        self.optimizer = torch.optim.SGD(
            self.network.parameters(), lr=RATE, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY, fused=True)
        self.inputs = torch.from_numpy(problem.inputs).to(**layout)
        self.labels = torch.from_numpy(problem.labels)

    def parameters(self) -> int:
        return sum(p.numel() for p in self.network.parameters())

    def __call__(self) -> float:
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.halved):
            loss = nn.functional.cross_entropy(self.network(self.inputs), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()
