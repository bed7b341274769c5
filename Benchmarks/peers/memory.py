#!/usr/bin/env python3
"""Peak memory of training a wide residual network or a language model: sparsetrain beside dense PyTorch, same network and batch.

    python3 Benchmarks/peers/memory.py --data path/to/cifar-10-batches-bin
    python3 Benchmarks/peers/memory.py --model gpt:6x384 --data path/to/input.txt --batch 16

Each side is a process of its own, once with the network and once without (libraries and data alone); peaks are resident
bytes as the system counts them. sparsetrain reads the data and evaluates once; PyTorch gets a random batch.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SPARSETRAIN = HERE.parent.parent / ".build" / "release" / "sparsetrain"


def network(depth: int, width: int):
    """Normalisation before each convolution; a shortcut that changes the shape reads what is normalised. ReLU in place."""
    import torch.nn.functional as f
    from torch import nn

    class Block(nn.Module):
        def __init__(self, inputs: int, outputs: int, stride: int):
            super().__init__()
            self.bn1, self.bn2 = nn.BatchNorm2d(inputs), nn.BatchNorm2d(outputs)
            self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
            self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
            same = inputs == outputs and stride == 1
            self.shortcut = None if same else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

        def forward(self, x):
            y = f.relu(self.bn1(x), inplace=True)
            shortcut = x if self.shortcut is None else self.shortcut(y)
            return self.conv2(f.relu(self.bn2(self.conv1(y)), inplace=True)) + shortcut

    layers, channels = [nn.Conv2d(3, 16, 3, 1, 1, bias=False)], 16
    for stage, base in enumerate((16, 32, 64)):
        for block in range((depth - 4) // 6):
            layers.append(Block(channels, base * width, 2 if stage > 0 and block == 0 else 1))
            channels = base * width
    layers += [nn.BatchNorm2d(channels), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(channels, 10))


def train_text(model: str, batch: int, steps: int) -> None:
    """Windows of 128 tokens of a vocabulary of 65."""
    import torch

    from libraries.torch_transformer import TextStep
    from problems import TextProblem

    torch.set_num_threads(1)
    if steps > 0:
        step = TextStep(TextProblem.random(model, batch), 1)
        for _ in range(steps):
            step()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def train_torch(model: str, batch: int, steps: int) -> None:
    import torch

    depth, width = (int(n) for n in model.removeprefix("wrn-").split("-"))

    torch.set_num_threads(1)
    torch.manual_seed(0)
    x, y = torch.randn(batch, 3, 32, 32), torch.randint(10, (batch,))
    if steps > 0:
        model = network(depth, width).to(memory_format=torch.channels_last)
        x = x.contiguous(memory_format=torch.channels_last)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            torch.nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def torch_peak(options: argparse.Namespace, steps: int) -> float:
    command = [sys.executable, __file__, "--torch", str(steps), "--model", options.model, "--batch", str(options.batch)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    return float(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout) / 1e6


def sparsetrain_peak(options: argparse.Namespace, model: str, density: float, micro_batches: int = 1) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [options.sparsetrain, "--model", model, "--density", density, "--data", options.data, "--algo",
                   options.algo, "--batch-size", options.batch // micro_batches, "--micro-batches", micro_batches, "--steps", options.steps, "--delta-t", "2", "--threads", "1", "--json", "--quiet",
                   "--out", f"{folder}/run"]
        if model.startswith("gpt:"):
            command += ["--tokenizer", "characters", "--context", "128"]
        done = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["peak_rss_bytes"] / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder of CIFAR-10, binary, or a text")
    parser.add_argument("--model", default="wrn-22-2", help="wrn-DEPTH-WIDTH or gpt:LAYERSxWIDTH; default %(default)s")
    parser.add_argument("--algo", default="rigl", help="the method; default %(default)s")
    parser.add_argument("--micro-batches", type=int, default=1, help="parts of a batch that sparsetrain trains on one after the other")
    parser.add_argument("--batch", type=int, default=128, help="default %(default)s")
    parser.add_argument("--steps", type=int, default=4, help="weight updates; default %(default)s")
    parser.add_argument("--density", type=float, default=0.1, help="default %(default)s")
    parser.add_argument("--sparsetrain", type=Path, default=SPARSETRAIN, help="the program; default %(default)s")
    parser.add_argument("--torch", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.torch is not None:
        (train_text if options.model.startswith("gpt:") else train_torch)(options.model, options.batch, options.torch)
        return
    if options.data is None:
        parser.error("--data is needed")
    print(f"{options.model}, batch {options.batch}: peak MB (without the network; difference)")
    least = "gpt:1x1" if options.model.startswith("gpt:") else "mlp:1"
    for label, peak, bare in [
        (f"sparsetrain, {options.algo}, density {options.density:g}",
         sparsetrain_peak(options, options.model, options.density, options.micro_batches),
         sparsetrain_peak(options, least, 1)),
        ("PyTorch, dense", torch_peak(options, options.steps), torch_peak(options, 0)),
    ]:
        print(f"  {label:<34}{peak:8.0f}  ({bare:.0f}; {peak - bare:.0f})")


if __name__ == "__main__":
    main()
