import Foundation
import SparsePolicies
import SparseStore
import TestSupport
import Testing

@testable import SparseTraining

/// The table of methods and structures in docs/methods.md, all of it: what fits trains and keeps structure and numbers of
/// weights, what does not is refused with the reason that the page gives.
@Suite struct StructureTableTests {
    private static let fixedNumber = "it changes how many weights a layer stores, which the structure fixes"
    private static let single = "it scores single weights"
    /// Why a method does not fit a structure; what is not listed fits.
    private static let reasons: [String: [String: String]] = ofTraining.merging(
        Parts.methods.entries.map(\.part).filter { $0.family == .initialisation }
            .map { ($0.name, ["blocks": single, "N:M": single, "constant fan-in": single]) }
    ) { $1 }
    private static let ofTraining: [String: [String: String]] = [
        "dense": ["N:M": "it stores every weight"],
        "deepr": ["blocks": "each weight goes when it crosses 0, and a block holds weights of both signs"],
        "dsr": ["N:M": fixedNumber, "constant fan-in": fixedNumber],
        "snfs": ["N:M": fixedNumber, "constant fan-in": fixedNumber],
        "granet": ["N:M": fixedNumber, "constant fan-in": fixedNumber],
        "gmp": ["N:M": fixedNumber, "constant fan-in": fixedNumber],
        "srigl": ["N:M": "it says itself how many inputs an output has, and ablated ones have none"],
        "topkast": ["N:M": "it stores more weights than it uses, and N:M says one number for both"],
    ]
    private static let structures: [(name: String, option: String, values: [String])] = [
        ("unstructured", "", [""]), ("blocks", "block", ["4", "8", "16"]), ("N:M", "nm", ["2:4", "1:4", "5:8"]),
        ("constant fan-in", "constant-fan-in", ["*"]),
    ]

    private func configuration(_ algorithm: String, _ option: String, _ value: String) throws -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        configuration.method = algorithm
        (configuration.model, configuration.density) = ("mlp:50,36", 0.3)
        (configuration.batchSize, configuration.steps) = (100, 26)
        configuration.deltaT = .steps(["deepr", "dsr"].contains(algorithm) ? 1 : 5)
        switch algorithm {
        case "dsr": configuration.dropThreshold = 0.05
        case "snfs": configuration.growWindow = 3
        case "granet", "gmp": configuration.initialDensity = 0.5
        default: break
        }
        if !option.isEmpty { try configuration.set(option, to: value) }
        return configuration
    }

    @Test(arguments: Parts.methods.names) func everyMethodOnEveryStructure(algorithm: String) throws {
        for (name, option, values) in Self.structures {
            for value in values {
                let configuration = try configuration(algorithm, option, value)
                guard let reason = Self.reasons[algorithm]?[name] else {
                    try train(configuration, structure: name, value: value)
                    continue
                }
                let error = #expect(throws: ConfigurationError.self, "\(algorithm), \(name)") {
                    try Trainer(configuration)
                }
                #expect(error.map { "\($0)".hasSuffix(": " + reason) && !"\($0)".contains("\n") } == true)
            }
        }
    }

    private final class Checks: TrainingObserver {
        var updates = 0
        var moved = 0
        var check: () -> Void = {}

        func topologyDidChange(_ record: TopologyRecord) throws {
            updates += 1
            moved += record.layers.map(\.grown).reduce(0, +)
            check()
        }
    }

    private func train(_ configuration: TrainingConfiguration, structure: String, value: String) throws {
        let algorithm = configuration.method
        let checks = Checks()
        let trainer = try Trainer(configuration, observers: [checks])
        let weights = trainer.network.weights
        let before = weights.map(\.storedCount)
        let numbers = value.split(separator: ":").compactMap { Int($0) }
        var latest = before
        checks.check = {
            let counts = weights.map(\.storedCount)
            switch algorithm {
            case "dsr", "snfs":
                #expect(counts.reduce(0, +) == before.reduce(0, +), "\(algorithm), \(structure) \(value)")
            case "granet", "gmp": #expect(counts.reduce(0, +) <= latest.reduce(0, +))
            // Each output that is not ablated has as many; what is left over of the budget is less than one for each.
            case "srigl":
                for (matrix, old) in zip(weights, before) {
                    #expect(matrix.storedCount > 0 && matrix.storedCount < old + matrix.rows)
                }
            default: #expect(counts == before, "\(algorithm), \(structure) \(value)")
            }
            latest = counts
            for matrix in weights {
                if structure == "blocks" && algorithm != "dense" { #expect(matrix.format == "block" + value) }
                if structure == "N:M" {
                    expectGroups(matrix.storedPositions(), of: matrix, stored: numbers[0], width: numbers[1])
                }
                let sets = [matrix.storedPositions()] + [matrix.forwardSet?.positions].compactMap { $0 }
                for positions in sets where structure == "constant fan-in" || algorithm == "srigl" {
                    let across = (matrix.columns + matrix.unitColumns - 1) / matrix.unitColumns
                    let rows = Dictionary(grouping: positions) { $0 / across }
                    #expect(Set(rows.values.map(\.count)).count == 1, "\(algorithm), \(structure) \(value)")
                    #expect(algorithm == "srigl" || rows.count == matrix.rows)
                }
            }
        }
        checks.check()
        let summary = try trainer.run()
        #expect(summary.testLoss?.isFinite == true)
        let moves = try Parts.methods.named(algorithm).movesConnections
        #expect(!moves || checks.updates >= 3, "\(algorithm), \(structure) \(value)")
        // So short a run need not bring anything to a few large blocks, or among the largest weights.
        #expect(
            !moves || ["gmp", "topkast"].contains(algorithm) || structure == "blocks" || checks.moved > 0,
            "\(algorithm), \(structure) \(value)")
        if algorithm == "granet" && structure == "unstructured" {
            let positions = weights.map(\.positionCount).reduce(0, +)
            #expect(summary.nonzeros == StoredCount.of(density: 0.3, positions: positions))
        }
    }

    /// Every `width` consecutive inputs of an output hold `stored` weights, the short last ones as many as they have room for.
    private func expectGroups(_ positions: [Int], of matrix: any SparseMatrix, stored: Int, width: Int) {
        let across = (matrix.columns + width - 1) / width
        var counts = [Int](repeating: 0, count: matrix.rows * across)
        for position in positions {
            counts[position / matrix.columns * across + position % matrix.columns / width] += 1
        }
        for (group, count) in counts.enumerated() {
            let room = min(width, matrix.columns - group % across * width)
            #expect(count == min(stored, room))
        }
    }

    @Test func softBoundsNeedLayersThatMayShrink() throws {
        var configuration = try configuration("mest", "nm", "2:4")
        configuration.softBound = true
        let error = #expect(throws: ConfigurationError.self) { try Trainer(configuration) }
        #expect(error.map { "\($0)".contains(Self.fixedNumber) } == true)
    }

    @Test func thePageGivesTheSameReasons() throws {
        let text = try String(contentsOfFile: SharedData.packageRoot + "/docs/methods.md", encoding: .utf8)
        for reason in Set(Self.reasons.values.flatMap(\.values)) { #expect(text.contains(reason), "\(reason)") }
    }
}
