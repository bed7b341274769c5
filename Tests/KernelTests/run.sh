#!/usr/bin/env bash
# Tests the kernels of every instruction set in C, without Swift: those of this machine, and NEON under emulation when a
# cross compiler's libraries and qemu are there (Debian: qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross).
#
# usage: run.sh [native] [sanitized] [aarch64]    default: native aarch64
set -eu
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
compiler=${CC:-clang}

have() { command -v "$1" > /dev/null; }
build() {
    "$compiler" -std=gnu2x -O2 -g -Wall -Wextra -Werror -Wno-unused-function -I ../../Kernels/include "$@" ./*.c ../../Kernels/*.c -lm \
        -o "$folder/kernels"
}

if ! have "$compiler"; then
    echo "skipped: no $compiler, which comes with the Swift toolchain"
    exit 0
fi
[ $# -gt 0 ] || set -- native aarch64
for target in "$@"; do
    case $target in
    native)
        echo "kernels of $(uname -m)"
        build
        "$folder/kernels"
        ;;
    sanitized)
        echo "kernels of $(uname -m), address and undefined behaviour checked"
        build -fuse-ld=lld -fsanitize=address,undefined -fno-sanitize-recover=all
        "$folder/kernels"
        ;;
    aarch64)
        if ! have qemu-aarch64 || ! have aarch64-linux-gnu-gcc; then
            echo "skipped the NEON kernels: qemu-aarch64 and the libraries of aarch64-linux-gnu are not installed"
            continue
        fi
        echo "kernels of aarch64 under $(qemu-aarch64 --version | head -n 1)"
        build --target=aarch64-linux-gnu -static -fuse-ld=lld
        qemu-aarch64 "$folder/kernels"
        ;;
    *)
        echo "usage: run.sh [native] [sanitized] [aarch64]" >&2
        exit 2
        ;;
    esac
done
