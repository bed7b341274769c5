#!/usr/bin/env bash
# Records what runs of every kind come to: their metrics without times, and a hash of everything in their last checkpoint but
# its metadata. Two builds that are to give the same bits give the same recordings:
#
#     Tests/record-runs.sh path/to/sparsetrain FOLDER [path/to/cifar-10]
#     diff -r before after
#
# The folder of CIFAR-10 is for ResNet-20 on a part of it; without one that run is left out, and said so.
set -eu
command=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
mkdir -p "$2"
out=$(cd "$2" && pwd)
cifar=${3:+$(cd "$3" && pwd)}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# Name and options of each run. What a default may one day change is spelled out.
common='--seed 3 --lr 0.05 --batch-size 32 --delta-t 20 --drop-fraction 0.3 --threads 2 --validation-fraction 0.1'
mlp="--epochs 6 $common"
images="--epochs 2 --data images --batch-size 64 --seed 3 --lr 0.05 --delta-t 9 --threads 2"
runs=(
    "static --algo static --epochs 6 --seed 3 --lr 0.05 --batch-size 32 --threads 2"
    "set --algo set $mlp"
    "rigl --algo rigl $mlp"
    "rigl-accumulation --algo rigl --grad-accumulation 3 $mlp"
    "dsr --algo dsr --epochs 6 --seed 3 --lr 0.05 --delta-t 20 --threads 2"
    "snfs --algo snfs $mlp"
    "granet --algo granet $mlp"
    "mest --algo mest --soft-bound $mlp"
    "topkast --algo topkast --epochs 6 --seed 3 --lr 0.05 --delta-t 20 --threads 2"
    "srigl --algo srigl $mlp"
    "deepr --algo deepr --epochs 6 --seed 3 --lr 0.05 --threads 2"
    "itop-rigl --algo itop-rigl $mlp"
    "adam --algo rigl --optimizer adam $mlp --lr 0.001"
    "adamw --algo set --optimizer adamw $mlp --lr 0.001"
    "dropout-batch-norm --algo rigl --dropout 0.2 --batch-norm $mlp"
    "blocks --algo rigl --model mlp:96,64 --block 8 --density 0.3 $mlp"
    "blocks-srigl --algo srigl --model mlp:96,64 --block fc1=4 --density 0.3 $mlp"
    "groups --algo rigl --nm fc1=2:4,fc2=1:4 $mlp"
    "constant-fan-in --algo set --constant-fan-in fc1,fc2 $mlp"
    "dense-layers --algo static --density 0.7 --dense-layers fc2 --epochs 6 --seed 3 --lr 0.05 --threads 2"
    "smoothing-clipped --algo rigl --label-smoothing 0.1 --clip-norm 1 --warmup-steps 20 $mlp"
    "squared-error --algo rigl --loss mse $mlp"
    "lenet5 --algo rigl --model lenet5 $images"
    "lenet5-augmented --algo set --model lenet5 --augment crop-flip $images"
    "wrn-blocks --algo rigl --model wrn-10-1 --block 8 --density 0.3 $images"
    "mobilenet --algo static --model mobilenet-v1 --density 0.1 --steps 4 --data images --batch-size 32 --seed 3 --lr 0.05 --threads 2"
)
if [ -n "$cifar" ]; then
    runs+=("resnet20 --algo rigl --model resnet20 --data $cifar --train-samples 2000 --augment crop-flip --epochs 2 --batch-size 128 --seed 3 --lr 0.1 --delta-t 7 --threads 2")
else
    echo "no folder of CIFAR-10 was named: resnet20 is left out"
fi

# IDX files of $2 images (a multiple of ten) of 16 x 16 pixels, ten kinds of stripes with noise, under names that begin with $1.
images() {
    local images="images/$1-images-idx3-ubyte" labels="images/$1-labels-idx1-ubyte" count
    count=$(printf '\\x00\\x00\\x%02x\\x%02x' $(($2 / 256)) $(($2 % 256)))
    printf "\x00\x00\x08\x03$count\x00\x00\x00\x10\x00\x00\x00\x10" > "$images"
    printf "\x00\x00\x08\x01$count" > "$labels"
    LC_ALL=C awk -v count="$2" 'BEGIN {
        srand(7)
        for (i = 0; i < count; i++)
            for (p = 0; p < 256; p++) printf "%c", 1 + int(rand() * 60) + (p % (2 + i % 10) == 0 ? 60 : 0)
    }' >> "$images"
    for ((ten = 0; ten < $2; ten += 10)); do printf '\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09'; done >> "$labels"
}

# What of run folder $1 must be the same, into recordings of name $2.
record() {
    sed -E 's/"(seconds|samples_per_second)":[^,}]*,?//g' "$1/metrics.jsonl" > "$out/$2.metrics"
    python3 - "$1/checkpoint.safetensors" > "$out/$2.weights" << 'PYTHON'
import hashlib, json, struct, sys

bytes = open(sys.argv[1], "rb").read()
(length,) = struct.unpack("<Q", bytes[:8])
header = json.loads(bytes[8:8 + length])
for name in sorted(header):
    # Times are no result.
    if name == "__metadata__" or "seconds" in name: continue
    begin, end = header[name]["data_offsets"]
    print(name, header[name]["shape"], hashlib.sha256(bytes[8 + length + begin:8 + length + end]).hexdigest()[:32])
PYTHON
}

mkdir images
images train 1000
images t10k 200
for run in "${runs[@]}"; do
    name=${run%% *}
    # shellcheck disable=SC2086
    "$command" ${run#* } --out "$name" --quiet > /dev/null
    record "$name" "$name"
done
# Stopped in the middle of an epoch, and gone on with.
# shellcheck disable=SC2086
"$command" --algo rigl $mlp --out resumed --quiet --checkpoint-steps 5 > /dev/null &
sleep 0.3
kill -KILL $! 2> /dev/null || true
wait $! 2> /dev/null || true
"$command" --out resumed --resume --quiet > /dev/null
record resumed resumed
echo "$((${#runs[@]} + 1)) runs recorded in $2"
