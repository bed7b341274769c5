import SparseData
import SparseStore
import Testing

@Suite struct FingerprintTests {
    private func source(_ features: [Float], _ labels: [Int]) throws -> DataSource {
        let all = try InMemoryDataset(features: features, labels: labels, shape: SampleShape(channels: 3))
        return DataSource(name: "own", train: Subset(all, samples: [0, 1, 2]), test: Subset(all, samples: [3]))
    }

    private func text(_ source: DataSource) -> String { DataFingerprint([source.train, source.test]).text }

    @Test func everyLabelAndInputCounts() throws {
        let (features, labels) = ((0..<12).map { Float($0) / 4 }, [0, 1, 1, 0])
        let first = text(try source(features, labels))
        #expect(first == text(try source(features, labels)) && first.count == 16)
        for place in features.indices {
            var changed = features
            changed[place] += 1
            #expect(text(try source(changed, labels)) != first)
        }
        for place in labels.indices {
            var changed = labels
            changed[place] = 1 - changed[place]
            #expect(text(try source(features, changed)) != first)
        }
        let whole = try source(features, labels)
        #expect(DataFingerprint([whole.test, whole.train]).text != first)
    }

    @Test func theBuiltInDigitsHaveAFingerprintOfTheirOwn() throws {
        let digits = try DataSource.open("digits")
        #expect(text(digits) == text(try DataSource.open("digits")))
        #expect(text(digits) != text(try digits.reshaped(SampleShape(channels: 1, rows: 8, columns: 8)).swapped))
    }

    @Test func samplesTakeAnotherShape() throws {
        let table = try source((0..<12).map { Float($0) }, [0, 1, 1, 0])
        let maps = try table.reshaped(SampleShape(channels: 1, rows: 1, columns: 3))
        #expect(maps.shape == SampleShape(channels: 1, rows: 1, columns: 3))
        #expect(rawValues(maps.train) == rawValues(table.train) && labels(maps.test) == labels(table.test))
        #expect(maps.train.dataset.preferredStandardization == .perChannel)
        for shape in [
            SampleShape(channels: 1, rows: 2, columns: 2), SampleShape(channels: 0, rows: 1, columns: 3),
            SampleShape(channels: .max, rows: .max, columns: .max), SampleShape(channels: -1, rows: -1, columns: 3),
        ] {
            #expect { try table.reshaped(shape) } throws: { "\($0)".contains("3 values") }
        }
        let digits = try DataSource.open("digits")
        #expect(try digits.reshaped(digits.shape).shape == digits.shape)
        #expect { try digits.reshaped(SampleShape(channels: 4, rows: 4, columns: 4)) } throws: {
            "\($0)".contains("1x8x8") && "\($0)".contains("4x4x4")
        }
    }
}

extension DataSource {
    fileprivate var swapped: DataSource { DataSource(name: name, train: test, test: train) }
}
