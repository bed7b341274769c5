// swift-tools-version: 6.2
import PackageDescription

// A program of somebody else's: everything it uses is public, and everything that a run is made of is its own.
//
//     swift test --package-path Tests/Outside
//     swift test --package-path Tests/Outside -c release
let package = Package(
    name: "outside",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "sparsetrain", path: "../..")],
    targets: [
        .testTarget(
            name: "OutsideTests", dependencies: [.product(name: "SparseTraining", package: "sparsetrain")],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
