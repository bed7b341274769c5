"""The comparison of SET's tutorial on 5,000 images of Fashion-MNIST: fixed random, SET, dense. Prints test accuracy by
epoch and draws the curves. With --resume, runs that are already finished in runs/tutorial are not repeated.

    python3 Benchmarks/methods/tutorial.py --data fashion-mnist
"""

import argparse

from runs import epochs, finished, mean, run, spread

RECIPE = (
    "--model mlp:1000,1000,1000 --train-samples 5000 --batch-size 40 --dropout 0.2 --lr 0.05 --lr-schedule constant "
    "--momentum 0.9 --weight-decay 2e-4 --init dense-fan-in --standardization channel").split()

NETWORKS = {
    "fixed random": "--algo static --epsilon 13 --sampling bernoulli",
    "SET": "--algo set --compat paper --epsilon 13 --sampling bernoulli --drop-fraction 0.3",
    "dense": "--algo static --density 1",
}


def figure(curves, path):
    """Test accuracy by epoch as an SVG."""
    width, height, low, high = 640, 360, 0.7, 0.9
    last = max(len(curve) for curve in curves.values())

    def point(epoch, accuracy):
        y = height - 30 - (max(accuracy, low) - low) / (high - low) * (height - 50)
        return f"{50 + (epoch - 1) / max(1, last - 1) * (width - 70):.1f},{y:.1f}"

    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
             f'<rect width="{width}" height="{height}" fill="white"/>']
    for step in range(5):
        accuracy = low + step * (high - low) / 4
        x, y = point(1, accuracy).split(",")
        lines.append(f'<path d="M{x} {y}H{width - 20}" stroke="#ddd"/><text x="12" y="{y}">{accuracy:.2f}</text>')
    lines.append(f'<text x="{width / 2}" y="{height - 8}">epoch, 1 to {last}</text>')
    for row, ((name, curve), colour) in enumerate(zip(curves.items(), ["#1f77b4", "#d62728", "#888888"])):
        path_points = " ".join(point(epoch, accuracy) for epoch, accuracy in enumerate(curve, 1))
        lines.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{path_points}"/>')
        lines.append(f'<text x="{width - 130}" y="{height - 90 + 16 * row}" fill="{colour}">{name}</text>')
    with open(path, "w") as file:
        file.write("\n".join(lines + ["</svg>", ""]))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--command", default=".build/release/sparsetrain")
    arguments.add_argument("--epochs", type=int, default=400)
    arguments.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments.add_argument("--dense-seeds", type=int, nargs="+", default=[0])
    arguments.add_argument("--resume", action="store_true")
    arguments.add_argument("--figure", default="docs/set-tutorial.svg")
    chosen = arguments.parse_args()
    shown = [epoch for epoch in (1, 10, 25, 50, 100, 200, 300, 400) if epoch <= chosen.epochs]
    print("| network | weights | " + " | ".join(map(str, shown)) + " | best, mean of seeds | last, mean ± deviation |")
    print("|---|---|" + "---|" * (len(shown) + 2))
    curves = {}
    for name, options in NETWORKS.items():
        accuracies = []
        for seed in chosen.dense_seeds if name == "dense" else chosen.seeds:
            folder = f"runs/tutorial/{name.replace(' ', '-')}-{seed}"
            summary = (finished(folder) if chosen.resume else None) or run(
                chosen.command, *options.split(), *RECIPE, "--data", chosen.data, "--epochs", chosen.epochs,
                "--seed", seed, "--out", folder)
            accuracies.append([record["test_accuracy"] for record in epochs(folder)])
        curves[name] = [mean(values) for values in zip(*accuracies)]
        print(
            f"| {name} | {summary['nonzeros']} | "
            + " | ".join(f"{curves[name][epoch - 1]:.4f}" for epoch in shown)
            + f" | {mean([max(curve) for curve in accuracies]):.4f} | {spread([curve[-1] for curve in accuracies])} |",
            flush=True)
    if chosen.figure:
        figure(curves, chosen.figure)


main()
