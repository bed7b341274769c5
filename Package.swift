// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// A room imports only rooms above it in this list; docs/architecture.md says what each is for.
let package = Package(
    name: "sparsetrain",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "SparseTraining", targets: ["SparseTraining"]),
        .library(name: "SparseMPI", targets: ["SparseMPI"]),
        .executable(name: "sparsetrain", targets: ["sparsetrain"]),
    ],
    traits: [
        .trait(name: "MPI", description: "training by several processes, with the system's MPI"),
        .default(enabledTraits: []),
    ],
    targets: [
        .target(name: "SparseKernels", path: "Kernels", exclude: ["README.md", "generic", "avx512"]),
        .target(name: "SparseParts", exclude: ["README.md"], swiftSettings: swift),
        .target(name: "SparseStore", dependencies: ["SparseKernels"], exclude: ["README.md"], swiftSettings: swift),
        .target(
            name: "SparsePolicies", dependencies: ["SparseParts", "SparseStore"], exclude: ["README.md"],
            swiftSettings: swift),
        .target(
            name: "SparseModels", dependencies: ["SparseParts", "SparseStore"], exclude: ["README.md"],
            swiftSettings: swift),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "EmbeddedDigits", exclude: ["digits.csv.gz"]),
        .target(
            name: "SparseData", dependencies: ["SparseParts", "SparseStore", "EmbeddedDigits", "CZlib"],
            exclude: ["README.md"], swiftSettings: swift),
        .target(
            name: "SparseTraining",
            dependencies: ["SparseParts", "SparseStore", "SparsePolicies", "SparseModels", "SparseData", "CZlib"],
            exclude: ["README.md"],
            swiftSettings: swift),
        // On Debian this name is that of the MPI in use; elsewhere it may have to be made for Open MPI's ompi-c or MPICH's mpich.
        .systemLibrary(
            name: "CMPI", pkgConfig: "mpi-c", providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),
        .target(
            name: "SparseMPI", dependencies: ["SparseStore", .target(name: "CMPI", condition: .when(traits: ["MPI"]))],
            exclude: ["README.md"], swiftSettings: swift),
        .executableTarget(
            name: "sparsetrain",
            dependencies: [
                "SparseParts", "SparseStore", "SparsePolicies", "SparseModels", "SparseData", "SparseTraining",
                "SparseMPI",
            ], exclude: ["README.md"], swiftSettings: swift),
        .executableTarget(
            name: "sparsebench",
            dependencies: [
                "SparseParts", "SparseStore", "SparsePolicies", "SparseModels", "SparseData", "SparseTraining",
            ],
            path: "Benchmarks/sparsebench",
            swiftSettings: swift),
        .target(
            name: "TestSupport", dependencies: ["SparseStore", "CZlib"], path: "Tests/TestSupport",
            swiftSettings: swift),
        .testTarget(name: "SparsePartsTests", dependencies: ["SparseParts"], swiftSettings: swift),
        .testTarget(
            name: "SparseStoreTests", dependencies: ["SparseStore", "SparseKernels", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "SparsePoliciesTests", dependencies: ["SparseParts", "SparsePolicies", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "SparseModelsTests", dependencies: ["SparseParts", "SparseModels", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "SparseDataTests", dependencies: ["SparseParts", "SparseData", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "SparseTrainingTests", dependencies: ["SparseTraining", "TestSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "CommandTests", dependencies: ["sparsetrain", "sparsebench", "TestSupport"], swiftSettings: swift),
    ],
    cLanguageStandard: .c2x
)
