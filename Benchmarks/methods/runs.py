"""Runs of the command for the tables of docs/results.md. Needs Python alone."""

import json
import pathlib
import resource
import statistics
import subprocess


def run(command, *options, threads=1):
    """The summary of one run, with the processor seconds that it took on `threads` threads."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run(
        [command, *map(str, options), "--threads", str(threads), "--json", "--quiet"], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    summary = json.loads(result.stdout)
    summary["processor_seconds"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return summary


def finished(folder):
    """The summary of a run that is done, or None."""
    path = pathlib.Path(folder, "summary.json")
    return json.loads(path.read_text()) if path.exists() else None


def mean(values):
    return statistics.mean(values)


def spread(values):
    """Mean and standard deviation of shares, in percent."""
    deviation = statistics.stdev(values) if len(values) > 1 else 0
    return f"{100 * mean(values):.2f} ± {100 * deviation:.2f}"


def epochs(folder):
    """The epoch records of a run folder."""
    with open(f"{folder}/metrics.jsonl") as file:
        return [record for record in map(json.loads, file) if record["event"] == "epoch"]
