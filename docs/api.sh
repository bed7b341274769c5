#!/usr/bin/env bash
# Makes the API documentation, with the tools of the toolchain alone, and fails when it is not whole: a public declaration without a
# summary, a link that leads nowhere, or an example of an article that does not compile or run.
#
#     docs/api.sh [FOLDER]    FOLDER gets a site that any web server, or `python3 -m http.server`, serves; default: .build-api/site
set -eu
cd "$(dirname "$0")/.."
root=$PWD
site=${1:-.build-api/site}
catalog=Sources/SparseTraining/SparseTraining.docc
rooms=(SparseParts SparseStore SparsePolicies SparseModels SparseData SparseTraining)
tools=$(dirname "$(command -v swift)")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The blocks of each article, one after the other, are a program.
{
    printf '// swift-tools-version: 6.2\nimport PackageDescription\nlet swift: [SwiftSetting] = [.swiftLanguageMode(.v6)]\n'
    printf 'let package = Package(name: "articles", platforms: [.macOS(.v15)],\n'
    printf 'dependencies: [.package(name: "sparsetrain", path: "%s")], targets: [\n' "$root"
    for article in "$catalog"/*.md; do
        name=$(basename "$article" .md)
        mkdir -p "$folder/articles/$name"
        sed -n '/^```swift$/,/^```$/{/^```/d;p}' "$article" > "$folder/articles/$name/main.swift"
        printf '.executableTarget(name: "%s-article", ' "$name"
        printf 'dependencies: [.product(name: "SparseTraining", package: "sparsetrain")], path: "%s", swiftSettings: swift),\n' "$name"
    done
    printf '])\n'
} > "$folder/articles/Package.swift"
build=(swift build --package-path "$folder/articles" --scratch-path .build-examples -Xcc -O2)
"${build[@]}"
programs=$("${build[@]}" --show-bin-path)
mkdir "$folder/work"
for article in "$catalog"/*.md; do
    name=$(basename "$article" .md)
    (cd "$folder/work" && "$programs/$name-article" > "$folder/output") || { echo "$article: its program failed"; exit 1; }
    [ -s "$folder/output" ] || { echo "$article: its program printed nothing"; exit 1; }
done
echo "the programs of the articles run"

mkdir "$folder/graphs"
for room in "${rooms[@]}"; do
    "$tools/swift-symbolgraph-extract" -module-name "$room" -target "$(uname -m)-unknown-linux-gnu" -I "$programs/Modules" \
        -I Kernels/include -I Sources/CZlib -I Sources/EmbeddedDigits/include -minimum-access-level public -output-dir "$folder/graphs"
done
