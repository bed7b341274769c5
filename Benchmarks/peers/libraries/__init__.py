"""The libraries that are measured: a new one is a module here and a line in LIBRARIES.

A module has these classes:

    Linear(problem, threads)    forward(), input_gradient() and weight_gradient() do one product each; array(op, result)
                                turns what they return into what reference.linear has.
    Step(problem, threads)      calling it does one training step; weights() returns dense arrays.
    Convolution(problem, threads)   conv_forward() does one product; conv_training() returns output and both gradients;
                                weight_gradient() the last of these as a dense array.
    ModelStep(problem, threads)     calling it does one training step and returns its loss. Of a network that is not dense it
                                    takes the density, too.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True)
class Library:
    module: str
    #: What pip installs for it.
    packages: tuple[str, ...]
    #: Whether its work shrinks with the density.
    sparse: bool
    #: What can be measured. "text-model" is the part of "model" that is language models.
    classes: tuple[str, ...] = ("step", "linear")
    #: Whether its ModelStep takes a density.
    models_by_density: bool = False
    #: Whether it multiplies numbers of 8 bits of precision, which no result can be better than.
    halved: bool = False

    def measures(self, what: str, model: str) -> bool:
        return what in self.classes or what == "model" and model.startswith("gpt:") and "text-model" in self.classes

    def missing(self) -> list[str]:
        """Packages that are not installed."""
        absent = []
        for package in self.packages:
            try:
                importlib.metadata.version(package)
            except importlib.metadata.PackageNotFoundError:
                absent.append(package)
        return absent

    def load(self) -> ModuleType:
        return importlib.import_module(f"libraries.{self.module}")


LIBRARIES = {
    "torch-dense": Library(
        "torch_dense", ("torch",), sparse=False, classes=("step", "linear", "convolution", "model")),
    "torch-masked": Library(
        "torch_masked", ("torch",), sparse=False, classes=("step", "text-model"), models_by_density=True),
    "torch-dense-bf16": Library(
        "torch_bfloat16", ("torch",), sparse=False, classes=("step", "convolution", "model"), halved=True),
    "torch-masked-bf16": Library("torch_masked_bfloat16", ("torch",), sparse=False, classes=("step",), halved=True),
    "torch-csr": Library("torch_csr", ("torch",), sparse=True),
    "sparselab": Library(
        "sparselab_padded", ("torch", "sparselab"), sparse=True, classes=("step", "linear", "text-model"),
        models_by_density=True),
    "mkl": Library("mkl_products", ("mkl", "sparse_dot_mkl"), sparse=True),
    "sparseprop": Library("sparseprop_modules", ("torch", "sparseprop"), sparse=True, classes=("convolution",)),
}
