import Foundation
import SparseTraining

/// A service without the network around it: requests are answered by one trained network while a better one is trained in the
/// background, and by that one as soon as it is there. Nothing waits: not the tasks that ask, nor the actor that answers.
///
///     swift run -c release --package-path docs/Examples service
@main struct Service {
    /// What the requests came to: how many there were, and how many answers were right, for each network.
    struct Tally: Sendable {
        var asked = [0, 0]
        var right = [0, 0]

        var shares: [Double] { zip(right, asked).map { Double($0) / Double(max($1, 1)) } }

        static func + (a: Tally, b: Tally) -> Tally {
            Tally(asked: zip(a.asked, b.asked).map(+), right: zip(a.right, b.right).map(+))
        }
    }

    static func main() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "service-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let digits = try DataSource.open("digits")
        let (known, asked) = (try Digits(digits.train), try Digits(digits.test))
        let data = try DataSource(
            features: known.samples.flatMap { $0 }, labels: known.labels, testFraction: 0.2, name: "my digits")

        var configuration = TrainingConfiguration()
        configuration.model = "mlp:100"
        configuration.standardization = "none"
        configuration.threads = 1
        configuration.epochs = 1
        configuration.out = folder.appending(path: "first").path
        _ = try await Training(configuration, data: data).result()
        let classifier = try Classifier(run: folder.appending(path: "first").path)

        configuration.epochs = 15
        configuration.out = folder.appending(path: "second").path
        let second = configuration
        let training = Training(second, data: data)
        let replacing = Task {
            var epochs = 0
            for try await event in training.events { if case .epoch = event { epochs += 1 } }
            try await classifier.replace(byRun: folder.appending(path: "second").path)
            return epochs
        }
        let tally = try await withThrowingTaskGroup(of: Tally.self) { group in
            for first in 0..<8 { group.addTask { try await ask(classifier, asked, from: first) } }
            var all = Tally()
            for try await part in group { all = all + part }
            return all
        }
        let epochs = try await replacing.value
        let shares = tally.shares.map { String(format: "%.2f", $0) }
        print("8 tasks were answered while \(epochs) epochs were trained")
        print("first network: \(shares[0]) of \(tally.asked[0] > 0 ? "some" : "no") answers right")
        print("second network: \(shares[1]) of \(tally.asked[1] > 0 ? "some" : "no") answers right")
        print(
            tally.shares[1] > tally.shares[0] && tally.asked[0] > 0 ? "the second is better" : "the second is no better"
        )
    }

    /// Asks until the second network has answered for every sample.
    private static func ask(_ classifier: Classifier, _ digits: Digits, from first: Int) async throws -> Tally {
        var tally = Tally()
        var sample = first
        while tally.asked[1] < digits.samples.count {
            let answer = try await classifier.classify(digits.samples[sample % digits.samples.count])
            tally.asked[answer.version - 1] += 1
            if answer.digit == digits.labels[sample % digits.samples.count] { tally.right[answer.version - 1] += 1 }
            sample += 1
            // A request each millisecond or so: a service is not busy all the time.
            if answer.version == 1 { try await Task.sleep(for: .milliseconds(1)) }
        }
        return tally
    }
}
