internal import SparseData
internal import SparseModels
internal import SparseStore

/// Processes that train together must have the same of everything but their share of the samples.
extension Trainer {
    /// - Throws: `TrainingError.processesDiffer`.
    func compareProcesses() throws {
        guard let processes else { return }
        func hash(_ text: some Sequence<UInt8>) -> UInt64 {
            var hash = ByteHash()
            hash.add(text)
            return hash.hash
        }
        try processes.compare(hash(Release.version.utf8), of: "versions of sparsetrain")
        // Sums in vectors of another width have other bits.
        try processes.compare(hash(InstructionSet.name.utf8), of: "processor instructions")
        try processes.compare(hash(dataFingerprint.utf8), of: "data")
        // Where files are, and how many threads there are, is a machine's own.
        var options = configuration.recorded
        options.threads = nil
        (options.data, options.testData, options.cache) = ("", nil, nil)
        (options.initFrom, options.maskFrom) = (nil, nil)
        try processes.compare(hash(try options.json()), of: "options")
    }

    /// The same of what the network begins with, or goes on from.
    func compareWeights() throws {
        guard let processes else { return }
        try processes.compare(topology.hash, of: "connections at the start")
        var hash = ByteHash()
        for parameter in network.parameters {
            for value in parameter.values.elements { hash.add(UInt64(value.bitPattern)) }
        }
        try processes.compare(hash.hash, of: "weights at the start")
    }
}
