#!/usr/bin/env bash
# Fuzzes every parser with libFuzzer under the address sanitizer, each for an equal share of SECONDS (a whole second at
# least). It begins with the files that the tests accept and with what earlier runs kept in the corpus. An input that
# crashes a parser, takes it five seconds or a gigabyte fails, and stays beside the corpus.
#
#     Tests/Fuzz/run.sh [SECONDS]        default: 30
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-30}
scratch=$PWD/.build-fuzz
mkdir -p "$scratch/corpus" "$scratch/failures"

link=(swiftc -O -swift-version 6 -parse-as-library -sanitize=fuzzer,address -use-ld=lld)
if ! echo '@_cdecl("LLVMFuzzerTestOneInput") public func f(_: Int, _: Int) -> Int32 { 0 }' \
    | "${link[@]}" -o "$scratch/probe" - > "$scratch/probe.log" 2>&1; then
    echo "skipped: this Swift toolchain has no libFuzzer ($(tail -n 1 "$scratch/probe.log"))"
    exit 0
fi

# The modules are built by the package manager, with coverage; the program, which has libFuzzer's `main`, is linked here.
for target in SparseTraining TestSupport; do
    build=(swift build -c release --scratch-path "$scratch" --target "$target" -Xswiftc -enable-testing
        -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=fuzzer-no-link,address)
    "${build[@]}"
done
modules=$("${build[@]}" --show-bin-path)
# What is `package` in the modules is so to a program that says it is of the same package: its name is that of the folder.
package=$(sed -n 's/.*"-package-name","\([^"]*\)".*/\1/p' "$scratch/release.yaml" | head -n 1)
flags=(-package-name "$package" -I "$modules/Modules")
for map in "$modules"/*.build/module.modulemap Sources/CZlib/module.modulemap; do
    flags+=(-Xcc "-fmodule-map-file=$map")
done
# shellcheck disable=SC2046
"${link[@]}" "${flags[@]}" Tests/Fuzz/Fuzz.swift Tests/SparseTrainingTests/Hostile/{HostileParser,DataParser}.swift \
    $(find "$modules/" -name '*.o') -lz -o "$scratch/fuzz"

export ASAN_OPTIONS='detect_leaks=0:quarantine_size_mb=16' SWIFT_BACKTRACE='enable=no'
mapfile -t parsers < <("$scratch/fuzz")
share=$((seconds > ${#parsers[@]} ? seconds / ${#parsers[@]} : 1))
total=0
for parser in "${parsers[@]}"; do
    corpus=$scratch/corpus/${parser// /-}
    mkdir -p "$corpus"
    log=$corpus.log
    SPARSETRAIN_PARSER=$parser SPARSETRAIN_SEEDS=$corpus "$scratch/fuzz" -max_total_time="$share" -timeout=5 \
        -rss_limit_mb=1024 -max_len=65536 -verbosity=0 -print_final_stats=1 \
        -artifact_prefix="$scratch/failures/${parser// /-}-" "$corpus" > "$log" 2>&1 || { cat "$log"; exit 1; }
    inputs=$(sed -nE 's/^stat::number_of_executed_units: *//p' "$log")
    echo "$parser: $inputs inputs, $(sed -nE 's/^stat::peak_rss_mb: *//p' "$log") MB"
    total=$((total + inputs))
done
echo "${#parsers[@]} parsers, $total inputs in $share s each: none crashed, took five seconds or a gigabyte"
