"""Why a method is behind static on Fashion-MNIST at density .05: the recipe of compare.py with what may be the cause taken
out. Accuracy over the seeds, and the mean difference from the static run of the same seed and momentum with its error.

    python3 Benchmarks/methods/ablation.py --data fashion-mnist
"""

import argparse
import math
import statistics

from runs import finished, mean, run, spread

RECIPE = (
    "--model lenet-300-100 --epochs 10 --batch-size 128 --drop-last --optimizer sgd "
    "--weight-decay 1e-4 --lr-schedule cosine --distribution erk --density 0.05").split()
MOMENTUM = "--momentum 0.9 --lr 0.05"
PLAIN = "--momentum 0 --lr 0.5"

# The run to compare with, and the options.
VARIANTS = {
    "static": (None, f"{MOMENTUM} --algo static"),
    "static, dense-fan-in values": ("static", f"{MOMENTUM} --algo static --init dense-fan-in"),
    "static, plain SGD": (None, f"{PLAIN} --algo static"),
    "deepr": ("static", f"{MOMENTUM} --algo deepr"),
    "deepr, never rewired": ("static", f"{MOMENTUM} --algo deepr --end-fraction 0"),
    "deepr, plain SGD": ("static, plain SGD", f"{PLAIN} --algo deepr"),
    "mest": ("static", f"{MOMENTUM} --algo mest --delta-t 100 --drop-schedule staged"),
    "mest, a third as often": ("static", f"{MOMENTUM} --algo mest --delta-t 300 --drop-schedule staged"),
    "mest, half as much": ("static", f"{MOMENTUM} --algo mest --delta-t 100 --drop-schedule staged --drop-fraction 0.1"),
    "mest, cosine": ("static", f"{MOMENTUM} --algo mest --delta-t 100 --drop-schedule cosine"),
    "topkast, A and B fixed": ("static", f"{MOMENTUM} --algo topkast --end-fraction 0"),
}
for steps, penalty in [(400, 1e-4), (100, 1e-4), (100, 1e-5), (100, 0), (5, 1e-4), (5, 1e-5), (5, 0), (1, 0)]:
    VARIANTS[f"topkast, every {steps} steps, penalty {penalty:g}"] = (
        "static", f"{MOMENTUM} --algo topkast --delta-t {steps} --exploration-penalty {penalty:g}")
VARIANTS["topkast, every 100 steps, penalty 0, B is A"] = (
    "static", f"{MOMENTUM} --algo topkast --delta-t 100 --exploration-penalty 0 --backward-density 0.05")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--command", default=".build/release/sparsetrain")
    arguments.add_argument("--seeds", type=int, nargs="+", default=list(range(5)))
    arguments.add_argument("--variants", nargs="+", default=list(VARIANTS))
    arguments.add_argument("--resume", action="store_true")
    chosen = arguments.parse_args()
    print("| run | test accuracy, % | beside static | R_s |")
    print("|---|---|---|---|")
    accuracies = {}
    for name in chosen.variants:
        beside, options = VARIANTS[name]
        runs = []
        for seed in chosen.seeds:
            folder = f"runs/ablation/{name.replace(' ', '-').replace(',', '')}-{seed}"
            runs.append((finished(folder) if chosen.resume else None) or run(
                chosen.command, *options.split(), *RECIPE, "--data", chosen.data, "--seed", seed, "--out", folder))
        accuracies[name] = [summary["test_accuracy"] for summary in runs]
        difference = ""
        if beside in accuracies:
            pairs = [100 * (a - b) for a, b in zip(accuracies[name], accuracies[beside])]
            difference = f"{mean(pairs):+.2f} ± {statistics.stdev(pairs) / math.sqrt(len(pairs)):.2f}"
        explored = mean([summary["explored_fraction"] for summary in runs])
        print(f"| {name} | {spread(accuracies[name])} | {difference} | {explored:.2f} |", flush=True)


main()
