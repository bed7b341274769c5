import SparseStore
import Testing

@testable import SparseData

/// Data that a program has in arrays.
@Suite struct ArrayDataTests {
    /// 20 samples of two features, of three classes.
    private let features = (0..<40).map { Float($0) }
    private let labels = (0..<20).map { $0 % 3 }

    @Test func aFractionOfEachClassIsHeldOut() throws {
        let data = try DataSource(features: features, labels: labels, testFraction: 0.3, seed: 5, name: "mine")
        #expect(data.name == "mine" && data.shape == SampleShape(channels: 2) && data.classes == 3)
        #expect((data.train.samples + data.test.samples).sorted() == Array(0..<20))
        // 7, 7 and 6 samples: 2 of each.
        for label in 0..<3 { #expect(data.test.samples.count { labels[$0] == label } == 2) }
        #expect(data.train.dataset.label(of: data.test.samples[0]) == labels[data.test.samples[0]])
        let again = try DataSource(features: features, labels: labels, testFraction: 0.3, seed: 5)
        #expect(again.test.samples == data.test.samples)
        let other = try DataSource(features: features, labels: labels, testFraction: 0.3, seed: 6)
        #expect(other.test.samples != data.test.samples)
        #expect(try DataSource(features: features, labels: labels).test.count == 0)
        try data.check()
    }

    @Test func testSamplesMayBeGiven() throws {
        let data = try DataSource(
            features: features, labels: labels, testFeatures: [1, 2, 3, 4], testLabels: [0, 1],
            classNames: ["a", "b", "c"])
        #expect(data.train.count == 20 && data.test.count == 2 && data.classNames == ["a", "b", "c"])
        try data.check()
        let images = try DataSource(
            features: features, labels: Array(labels.prefix(10)), shape: SampleShape(channels: 1, rows: 2, columns: 2))
        #expect(images.shape.description == "1x2x2" && images.train.count == 10)
    }

    @Test func numbersAreTargetsToo() throws {
        let data = try DataSource(
            features: features, numbers: features.map { -$0 }, outputs: 2, outputNames: ["x", "y"], testFraction: 0.25)
        #expect(data.targets == .numbers(2) && data.train.count == 15 && data.test.count == 5)
        #expect(data.train.dataset.number(1, of: 3) == -7)
        let given = try DataSource(
            features: features, numbers: Array(features.prefix(20)), testFeatures: [1, 2], testNumbers: [3])
        #expect(given.test.count == 1 && given.test.dataset.number(0, of: 0) == 3)
        try given.check()
    }

    @Test func whatDoesNotFitIsRefused() {
        func refused(_ kind: DataError.Kind, _ make: () throws(DataError) -> DataSource) {
            #expect { try make() } throws: { ($0 as? DataError)?.kind == kind }
        }
        refused(.inconsistent) { () throws(DataError) in try DataSource(features: [1, 2, 3], labels: [0, 1]) }
        refused(.inconsistent) { () throws(DataError) in try DataSource(features: [], labels: [0, 1]) }
        refused(.inconsistent) { () throws(DataError) in try DataSource(features: [1, 2], labels: []) }
        refused(.inconsistent) { () throws(DataError) in
            try DataSource(features: [1, 2], labels: [0, 0], shape: SampleShape(channels: 3))
        }
        refused(.inconsistent) { () throws(DataError) in
            try DataSource(features: features, numbers: [1, 2, 3], outputs: 2)
        }
        refused(.inconsistent) { () throws(DataError) in try DataSource(features: [1], numbers: [1], outputs: 0) }
        refused(.inconsistent) { () throws(DataError) in
            try DataSource(features: features, labels: labels, testFeatures: [1, 2, 3], testLabels: [0])
        }
        refused(.labelOutOfRange) { () throws(DataError) in
            try DataSource(features: features, labels: labels, testFeatures: [1, 2], testLabels: [3])
        }
        refused(.labelOutOfRange) { () throws(DataError) in try DataSource(features: [1, 2], labels: [0, -1]) }
        refused(.nonFinite) { () throws(DataError) in try DataSource(features: [1, .nan], labels: [0, 1]) }
        refused(.nonFinite) { () throws(DataError) in try DataSource(features: [1, 2], numbers: [0, .infinity]) }
        for fraction in [1, -0.1, .nan, .infinity] {
            refused(.invalidOption) { () throws(DataError) in
                try DataSource(features: features, labels: labels, testFraction: fraction)
            }
        }
        // Three samples of a class, of which a tenth is none.
        refused(.inconsistent) { () throws(DataError) in
            try DataSource(features: [1, 2, 3], labels: [0, 0, 0], testFraction: 0.1)
        }
    }
}
