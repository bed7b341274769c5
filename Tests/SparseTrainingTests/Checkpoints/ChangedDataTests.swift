import Foundation
import SparseData
import TestSupport
import Testing

@testable import SparseTraining

/// A run goes on with the data it began with.
@Suite struct ChangedDataTests {
    /// Ninety samples; one of the inputs and one of the labels may be others.
    private func table(input: Float = 0.5, label: Int = 0) -> String {
        "a,b,label\n"
            + (0..<90).map { $0 == 40 ? "\(input),1,\(label)\n" : "\(Float($0) / 9),\($0 % 7),\($0 % 2)\n" }.joined()
    }

    private func run(_ folder: TemporaryFolder, data: DataSource? = nil, _ resumption: Resumption) throws {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.epochs, configuration.threads) = ("mlp:8", 2, 1)
        (configuration.data, configuration.out) = (folder.path("t.csv"), folder.path("run"))
        _ = try Trainer(configuration, data: data, resumption: resumption).run()
    }

    @Test func filesThatChangedAreRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write(table(), to: "t.csv")
        try run(folder, .none)
        try run(folder, .exact)
        for changed in [table(input: 0.75), table(label: 1)] {
            try folder.write(changed, to: "t.csv")
            #expect { try run(folder, .exact) } throws: {
                "\($0)".contains("other data") && "\($0)".contains("--override") && !"\($0)".contains("\n")
            }
        }
        try run(folder, .overriding)
        try run(folder, .exact)
    }

    @Test func soAreAProgramsOwnData() throws {
        func own(_ shift: Float) throws -> DataSource {
            let all = try InMemoryDataset(
                features: (0..<80).map { Float($0 % 9) + ($0 == 41 ? shift : 0) }, labels: (0..<40).map { $0 % 2 },
                shape: SampleShape(channels: 2))
            return DataSource(
                name: "own", train: Subset(all, samples: Array(0..<30)), test: Subset(all, samples: Array(30..<40)))
        }
        let folder = try TemporaryFolder()
        try run(folder, data: own(0), .none)
        try run(folder, data: own(0), .exact)
        #expect { try run(folder, data: own(1), .exact) } throws: { "\($0)".contains("other data") }
    }

    /// Checkpoints of earlier releases know how many samples there were, and nothing more.
    @Test func olderCheckpointsAreTakenUp() throws {
        let old = try JSONDecoder().decode(
            CheckpointState.Data.self, from: Data(#"{"training":1,"validation":0,"test":2,"batchesPerEpoch":1}"#.utf8))
        #expect(old.fingerprint == nil)
        let other = CheckpointState.Data(training: 1, validation: 0, test: 2, batchesPerEpoch: 1, fingerprint: "0")
        #expect(!old.sizesDiffer(from: other))
    }
}
