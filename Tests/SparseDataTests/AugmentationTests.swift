import SparseStore
import Testing

@testable import SparseData

@Suite struct AugmentationTests {
    /// Every offset comes about equally often, in both directions, and every other image is mirrored.
    @Test func offsetsAreEven() {
        let augmentation = Augmentation(padding: 2)
        var counts: [[Int]: Int] = [:]
        for epoch in 0..<10 {
            let random = CounterRandom(seed: 3, purpose: .augmentation, step: epoch)
            for sample in 0..<1000 {
                let change = augmentation.change(of: sample, random)
                counts[[change.down, change.right, change.mirrored ? 1 : 0], default: 0] += 1
            }
        }
        #expect(counts.count == 50)
        for (change, count) in counts {
            #expect(change[0] >= -2 && change[0] <= 2 && change[1] >= -2 && change[1] <= 2)
            // 200 expected, with a deviation of 14.
            #expect(count > 120 && count < 280, "\(change): \(count)")
        }
    }

    /// A batch holds the crops and mirror images that the changes say, the same whatever the order of filling; one for
    /// evaluation is left alone.
    @Test func batchesHoldTheChangedImages() throws {
        var numbers = CounterRandom(seed: 1, purpose: .test)
        let shape = SampleShape(channels: 2, rows: 5, columns: 6)
        let features = (0..<40 * 60).map { _ in Float(numbers.nextUnit()) }
        let dataset = try InMemoryDataset(features: features, labels: (0..<40).map { $0 % 2 }, shape: shape)
        let subset = Subset(dataset)
        let augmentation = Augmentation(padding: 3)
        let loader = BatchLoader(subset, batchSize: 40, scaling: .identity(60), augmentation: augmentation)
        let random = CounterRandom(seed: 7, purpose: .augmentation, step: 4)
        // A network that takes vectors gets the same changed images, flattened.
        for (order, changed, flattened) in [
            (SampleOrder(subset, seed: 7, epoch: 4), true, false), (SampleOrder(subset), false, false),
            (SampleOrder(subset, seed: 7, epoch: 4), true, true), (SampleOrder(subset), false, true),
        ] {
            var batch = loader.makeBatch(shape: flattened ? shape.flattened : shape, halo: flattened ? 0 : 1)
            loader.load(0, of: order, into: &batch)
            for place in 0..<40 {
                let sample = order.samples[place]
                let change = changed ? augmentation.change(of: sample, random) : PixelShift()
                for index in 0..<60 {
                    let (channel, row, column) = (index / 30, index % 30 / 6, index % 6)
                    let fromRow = row + change.down
                    let fromColumn = (change.mirrored ? 5 - column : column) + change.right
                    let inside = fromRow >= 0 && fromRow < 5 && fromColumn >= 0 && fromColumn < 6
                    let expected = inside ? features[sample * 60 + channel * 30 + fromRow * 6 + fromColumn] : 0
                    let found = flattened ? batch.input[place, index] : batch.input[place, channel, row, column]
                    #expect(found == expected)
                }
            }
        }
    }

    @Test func imagesNeedRoomForTheChanges() {
        func shape(_ rows: Int, _ columns: Int) -> SampleShape {
            SampleShape(channels: 3, rows: rows, columns: columns)
        }
        #expect(Augmentation().fits(shape(5, 5)) && !Augmentation().fits(shape(5, 4)))
        #expect(Augmentation(padding: 0).fits(shape(2, 2)))
        let borders = [2, 8, 14, 27, 28, 224].map { Augmentation().fitted(to: shape($0, 300)).padding }
        #expect(borders == [1, 1, 2, 3, 4, 4])
        #expect(Augmentation(padding: 0).fitted(to: shape(28, 28)) == Augmentation(padding: 0))
        #expect(!Augmentation(padding: 0).fits(shape(1, 8)) && !Augmentation(padding: 0).fits(shape(1, 1)))
    }

    /// An epoch's last batch may fill fewer panels than the others.
    @Test func panelsWithoutSamplesStayEmpty() throws {
        let shape = SampleShape(channels: 1, rows: 3, columns: 3)
        let features = [Float](repeating: 1, count: 105 * 9)
        let subset = Subset(try InMemoryDataset(features: features, labels: (0..<105).map { $0 % 2 }, shape: shape))
        let loader = BatchLoader(
            subset, batchSize: 100, scaling: .identity(9), augmentation: Augmentation(padding: 0))
        var batch = loader.makeBatch(shape: shape)
        for index in 0...1 { loader.load(index, of: SampleOrder(subset, seed: 1, epoch: 0), into: &batch) }
        #expect(batch.count == 5)
        for place in 0..<128 { #expect(batch.input[place, 0, 1, 1] == (place < 5 ? 1 : 0)) }
    }
}
