import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Runs that begin from a file or from another run.
@Suite struct StartTests {
    private func file(in folder: TemporaryFolder) throws -> String {
        try folder.write(PlainWeightFile.safetensors(PrunedNetwork.perceptron.dense()), to: "a.safetensors")
    }

    /// The weights and the order of its batches follow from file and seed.
    @Test(arguments: ["rigl", "set", "snfs", "dsr", "granet", "mest", "itop-rigl", "static"])
    func everyMethodTrainsOn(method: String) throws {
        let folder = try TemporaryFolder()
        let file = try file(in: folder)
        func run(_ threads: Int, _ name: String) throws -> [UInt8] {
            var configuration = try importing(file, ["algo": method, "steps": "120", "delta-t": "10"])
            (configuration.threads, configuration.out) = (threads, folder.path(name))
            if method == "granet" { configuration.density = 0.2 }
            let summary = try Trainer(configuration).run()
            #expect((summary.testAccuracy ?? 0) > 0.5, "\(method)")
            let checkpoint = try Data(contentsOf: URL(filePath: folder.path(name + "/checkpoint.safetensors")))
            // All but the times.
            return Array(checkpoint.dropLast(16))
        }
        let one = try run(1, "one")
        #expect(try one == run(2, "two"))
    }

    /// A run that was stopped and goes on has the bits of a whole one; it does not look into the file again.
    @Test func goingOnWithoutTheFile() throws {
        let folder = try TemporaryFolder()
        let file = try file(in: folder)
        func configuration(_ name: String) throws -> TrainingConfiguration {
            var configuration = try importing(file, ["algo": "rigl", "steps": "60", "delta-t": "10"])
            (configuration.out, configuration.threads) = (folder.path(name), 1)
            configuration.checkpointSteps = 25
            return configuration
        }
        let whole = try Trainer(configuration("whole"))
        _ = try whole.run()
        let stop = Cancellation()
        _ = try Trainer(configuration("part"), observers: [StopAfter(step: 25, stop)], cancellation: stop).run()
        try FileManager.default.removeItem(atPath: file)
        // As the options were given, and as the folder recorded them.
        let given = try Trainer(configuration("part"), resumption: .exact)
        #expect(given.network.weights[0].storedCount == whole.network.weights[0].storedCount)
        let recorded = URL(filePath: folder.path("part/config.json"))
        var options = try TrainingConfiguration(file: recorded)
        options.out = folder.path("part")
        withExtendedLifetime(given) {}
        given.folder?.release()
        let rest = try Trainer(options, resumption: .exact)
        _ = try rest.run()
        for (one, other) in zip(whole.network.parameters, rest.network.parameters) {
            #expect(one.values.array == other.values.array, "\(one.name)")
        }
    }

    private final class StopAfter: TrainingObserver {
        let step: Int
        let cancellation: Cancellation
        init(step: Int, _ cancellation: Cancellation) { (self.step, self.cancellation) = (step, cancellation) }
        func stepDidEnd(_ progress: TrainingProgress) { if progress.step == step { cancellation.cancel() } }
    }

    /// What another run ended with, in every store, with the scaling that it trained with.
    @Test(arguments: [
        ["algo": "rigl"], ["algo": "set", "block": "8", "model": "mlp:24", "density": "0.3"],
        ["algo": "static", "nm": "2:4"],
        ["algo": "static", "dense-layers": "fc2", "standardization": "feature", "density": "0.5"],
        ["algo": "topkast"],
    ]) func fromARun(options: [String: String]) throws {
        let folder = try TemporaryFolder()
        var first = TrainingConfiguration()
        (first.model, first.steps, first.threads) = ("mlp:12", 50, 2)
        for (name, value) in options { try first.set(name, to: value) }
        first.out = folder.path("first")
        let summary = try Trainer(first).run()
        var kept = options
        (kept["algo"], kept["density"], kept["standardization"]) = (nil, nil, nil)
        var second = try importing(folder.path("first"), model: first.model, kept)
        second.out = folder.path("second")
        let trainer = try Trainer(second)
        let imported = try trainer.keepUntrained()
        #expect(imported.testAccuracy == summary.testAccuracy && imported.testLoss == summary.testLoss)
        #expect(imported.nonzeros == summary.nonzeros && imported.steps == 0 && !imported.interrupted)
        #expect(imported.layers.map(\.format) == summary.layers.map(\.format) || options["algo"] == "topkast")
        let model = try TrainedModel(contentsOf: folder.path("second"))
        #expect(try model.evaluate(DataSource.open("digits").test).loss == summary.testLoss)
        // And it can be gone on with.
        second.steps = 10
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("second"))
        #expect(Set(names).isSuperset(of: ["config.json", "metrics.jsonl", "summary.json", "checkpoint.safetensors"]))
        let next = try Trainer(second, resumption: .exact).run()
        #expect(next.steps == 10)
    }

    /// Numbers of the network's own training in place of the data's.
    @Test func scalingAsGiven() throws {
        let folder = try TemporaryFolder()
        let file = try file(in: folder)
        var run = try importing(file, ["input-mean": "0.25", "input-deviation": "0.5"])
        run.out = folder.path("run")
        let trainer = try Trainer(run)
        _ = try trainer.keepUntrained()
        let checkpoint = try PlainSafetensors(path: folder.path("run/checkpoint.safetensors"))
        // Digits have values up to 16.
        #expect(checkpoint.floats("input.mean") == Array(repeating: 4, count: 64))
        #expect(checkpoint.floats("input.scale") == Array(repeating: 0.125, count: 64))
        #expect(trainer.importReport?.scaling == "inputs: (x - 0.25) / 0.5, as given")
        // The same in the file, as arrays or as texts.
        let arrays = PrunedNetwork.perceptron.dense()
        let numbers = [("input.mean", 4.0), ("input.scale", 0.125)].map { ($0, Array(repeating: $1, count: 64)) }
        let texts = Dictionary(uniqueKeysWithValues: numbers.map { ($0, "\($1)") })
        for bytes in [
            PlainWeightFile.safetensors(arrays + numbers.map { .init($0, [64], numbers: $1) }),
            PlainWeightFile.safetensors(arrays, texts: texts),
        ] {
            let other = try Trainer(importing(folder.write(bytes, to: "b.safetensors"), ["data": "digits"]))
            #expect(other.setup.loader.scaling.means == Array(repeating: 4, count: 64))
            #expect(other.setup.loader.scaling.factors == Array(repeating: 0.125, count: 64))
            #expect(other.importReport?.scaling.hasPrefix("inputs: scaled as ") == true)
        }
        #expect(throws: ConfigurationError.self) { try importing(file, ["input-mean": "0.25"]).validate() }
        #expect(throws: ConfigurationError.self) {
            try importing(file, ["input-mean": "0", "input-deviation": "1", "standardization": "none"]).validate()
        }
    }
}

/// A run on a thread of its own tells what it took from the file first.
extension StartTests {
    @Test func theReportIsTheFirstEvent() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            PlainWeightFile.safetensors(PrunedNetwork.perceptron.dense()), to: "a.safetensors")
        var events: [TrainingEvent] = []
        for try await event in Training(try importing(file)).events { events.append(event) }
        guard case .weightsRead(let report) = events.first else {
            Issue.record("no report")
            return
        }
        #expect(report.path == file && report.layers.map(\.name) == ["fc1", "fc2"])
        guard case .started = events[1] else {
            Issue.record("no start")
            return
        }
    }

    /// The connections of a run, and weights that are drawn: with its seed those that its dense network began with.
    @Test(arguments: ["fc2=4", ""]) func connectionsAlone(block: String) throws {
        let folder = try TemporaryFolder()
        var first = TrainingConfiguration()
        (first.method, first.model, first.density, first.seed) = ("rigl", "mlp:40,24", 0.2, 5)
        (first.steps, first.deltaT, first.out) = (30, .steps(5), folder.path("first"))
        (first.initialization, first.threads) = (.denseFanIn, 1)
        if !block.isEmpty { try first.set("block", to: block) }
        let pruned = try Trainer(first)
        _ = try pruned.run()
        var second = first
        (second.method, second.maskFrom, second.out) = ("static", folder.path("first"), folder.path("second"))
        // What follows from the file need not be said.
        let ticket = try Trainer(second)
        for (layer, matrix) in ticket.network.weights.enumerated() {
            #expect(matrix.storedPositions() == pruned.network.weights[layer].storedPositions())
        }
        let field = ticket.setup.initialField(0)
        #expect(
            ticket.network.weights[0].elements(of: .values)
                == ticket.network.weights[0].storedPositions().map(field.value))
        #expect(ticket.network.weights[0].elements(of: .values) != pruned.network.weights[0].elements(of: .values))
        #expect(
            ticket.network.parameters.filter { $0.matrix == nil }.allSatisfy { $0.values.array.allSatisfy { $0 == 0 } })
        let summary = try ticket.run()
        let stored: Int = pruned.network.weights.reduce(0) { $0 + $1.storedWeights }
        #expect(summary.nonzeros == stored)
        second.seed = 6
        second.out = nil
        let control = try Trainer(second)
        #expect(control.network.weights[0].storedPositions() == ticket.network.weights[0].storedPositions())
        #expect(control.network.weights[0].elements(of: .values) != ticket.network.weights[0].elements(of: .values))
        second.initFrom = folder.path("first")
        #expect(throws: ConfigurationError.self) { try Trainer(second) }
    }

    /// A run with another's connections goes on without that run.
    @Test func goingOnWithoutTheMask() throws {
        let folder = try TemporaryFolder()
        let file = try file(in: folder)
        func configuration(_ name: String) throws -> TrainingConfiguration {
            var configuration = try importing(file, ["algo": "static", "steps": "60"])
            (configuration.initFrom, configuration.maskFrom) = (nil, file)
            (configuration.out, configuration.threads) = (folder.path(name), 1)
            configuration.checkpointSteps = 25
            return configuration
        }
        let whole = try Trainer(configuration("whole"))
        _ = try whole.run()
        let stop = Cancellation()
        _ = try Trainer(configuration("part"), observers: [StopAfter(step: 25, stop)], cancellation: stop).run()
        try FileManager.default.removeItem(atPath: file)
        let rest = try Trainer(configuration("part"), resumption: .exact)
        _ = try rest.run()
        for (one, other) in zip(whole.network.parameters, rest.network.parameters) {
            #expect(one.values.array == other.values.array, "\(one.name)")
        }
    }
}
