import Foundation
import SparseStore
import Testing

/// Streams of random numbers that serve different ends never meet.
@Suite struct RandomPurposeTests {
    /// A run's results depend on these numbers.
    @Test func numbersStay() {
        let names = RandomPurpose.allCases.map { "\($0)" }
        #expect(RandomPurpose.allCases.map(\.rawValue) == Array(0..<UInt32(names.count)))
        #expect(
            names == [
                "topology", "initialValues", "growth", "newValues", "shuffle", "testPart", "dropout", "augmentation",
                "noise",
                "test", "trainingSamples", "weightCount", "redistribution", "exploration",
                "validation", "sweep", "permutation", "inputNoise", "windows", "generation", "pruning",
            ])
    }

    @Test func noTwoStreamsShareAWord() {
        var words = Set<UInt64>()
        for purpose in RandomPurpose.allCases {
            for layer in [0, 1, 0xFFFF] {
                for step in [0, 1, 0xFF_FFFF_FFFF] {
                    let stream = CounterRandom(seed: 5, purpose: purpose, layer: layer, step: step)
                    for index in UInt64(0)..<20 { words.insert(stream.word(index)) }
                }
            }
        }
        #expect(words.count == RandomPurpose.allCases.count * 9 * 20)
    }

    /// Each purpose is named in one source file, and what tests draw from in none.
    @Test func eachUseHasItsOwn() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardized
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var users: [String: Set<String>] = [:]
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /(?:purpose: |random\()\.(\w+)/) {
                users[String(match.output.1), default: []].insert(file.lastPathComponent)
            }
        }
        #expect(Set(users.keys) == Set(RandomPurpose.allCases.map { "\($0)" }).subtracting(["test"]))
        for (purpose, files) in users { #expect(files.count == 1, "\(purpose): \(files.sorted())") }
    }
}
