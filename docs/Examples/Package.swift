// swift-tools-version: 6.2
import PackageDescription

// Programs that use the library as any other package does. `docs/Examples/run.sh` builds and runs them, in debug and release.
let package = Package(
    name: "examples",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "sparsetrain", path: "../..")],
    targets: [
        .executableTarget(
            name: "service", dependencies: [.product(name: "SparseTraining", package: "sparsetrain")],
            path: "Service", swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(
            name: "points", dependencies: [.product(name: "SparseTraining", package: "sparsetrain")],
            path: "Points", swiftSettings: [.swiftLanguageMode(.v6)]),
    ]
)
