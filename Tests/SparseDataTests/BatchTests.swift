import SparseData
import SparseStore
import Testing

@Suite struct BatchTests {
    let dataset: InMemoryDataset
    let features: [Float]

    init() throws {
        var random = CounterRandom(seed: 4, purpose: .test)
        features = (0..<(103 * 6)).map { _ in Float(random.nextUnit() * 10 - 3) }
        dataset = try InMemoryDataset(
            features: features, labels: (0..<103).map { $0 % 4 }, shape: SampleShape(channels: 2, rows: 3))
    }

    @Test func fewerSamplesAreDrawnWithoutRepetition() {
        let images = Subset(dataset, samples: Array(50..<100))
        let ten = images.sampled(10, seed: 3)
        #expect(ten.count == 10 && Set(ten.samples).count == 10 && ten.samples == ten.samples.sorted())
        #expect(ten.samples.allSatisfy { (50..<100).contains($0) })
        #expect(
            images.sampled(10, seed: 3).samples == ten.samples && images.sampled(10, seed: 4).samples != ten.samples)
        #expect(images.sampled(50, seed: 3).count == 50 && images.sampled(nil, seed: 3).count == 50)
    }

    @Test func ordersArePermutationsThatRepeat() {
        let subset = Subset(dataset, samples: Array(stride(from: 1, to: 103, by: 2)))
        let orders = (0..<20).map { SampleOrder(subset, seed: 7, epoch: $0).samples }
        for order in orders { #expect(order.sorted() == subset.samples) }
        #expect(Set(orders).count == 20)
        #expect(SampleOrder(subset, seed: 7, epoch: 13).samples == orders[13])
        #expect(SampleOrder(subset, seed: 8, epoch: 13).samples != orders[13])
        // The same for ever, or old runs could not be resumed. From a program of its own (Philox, Fisher-Yates).
        let golden = [2, 6, 4, 1, 5, 0, 7, 3]
        #expect(SampleOrder(Subset(dataset, samples: Array(0..<8)), seed: 0, epoch: 0).samples == golden)
    }

    @Test func shuffleIsUnbiased() {
        let subset = Subset(dataset, samples: [0, 1, 2])
        var counts: [[Int]: Int] = [:]
        for epoch in 0..<6000 { counts[SampleOrder(subset, seed: 1, epoch: epoch).samples, default: 0] += 1 }
        #expect(counts.count == 6 && counts.values.allSatisfy { abs($0 - 1000) < 150 })
    }

    @Test func validationSplitIsDisjointAndStratified() {
        let (rest, taken) = Subset(dataset).split(fraction: 0.25, seed: 3)
        #expect((rest.samples + taken.samples).sorted() == Array(0..<103))
        #expect(
            histogram(taken) == [7, 7, 7, 6] || histogram(taken) == [6, 6, 6, 6] || histogram(taken) == [7, 6, 6, 6])
        #expect(Subset(dataset).split(fraction: 0.25, seed: 3).taken.samples == taken.samples)
        #expect(Subset(dataset).split(fraction: 0.25, seed: 4).taken.samples != taken.samples)
        #expect(Subset(dataset).split(fraction: 0, seed: 3).rest.samples == Array(0..<103))
        #expect(Subset(dataset).split(fraction: 0.25, seed: 3, purpose: .validation).taken.samples != taken.samples)
    }

    @Test(arguments: [1, 31, 32, 33, 40, 103, 128], [false, true]) func everySampleOnceAnEpoch(
        size: Int, dropLast: Bool
    ) {
        let subset = Subset(dataset)
        let loader = BatchLoader(subset, batchSize: size, scaling: .identity(6), dropLast: dropLast)
        var batch = loader.makeBatch(shape: dataset.shape.flattened)
        let order = SampleOrder(subset, seed: 1, epoch: 2)
        var seen: [Int] = []
        for index in 0..<loader.batchCount {
            loader.load(index, of: order, into: &batch)
            for i in 0..<batch.count {
                let sample = batch.samples[i]
                seen.append(sample)
                #expect(Int(batch.labels[i]) == sample % 4)
                #expect((0..<6).map { batch.input[i, $0] } == Array(features[(sample * 6)..<(sample * 6 + 6)]))
            }
            // What the previous batch left in unused lanes is gone.
            for i in batch.count..<(batch.input.panelCount * 32) {
                #expect(batch.labels[i] == -1 && (0..<6).allSatisfy { batch.input[i, $0] == 0 })
            }
        }
        let expected = dropLast && size <= 103 ? 103 / size * size : 103
        #expect(seen == Array(order.samples.prefix(expected)))
    }

    @Test func panelsMayBeFilledAtTheSameTime() {
        let loader = BatchLoader(Subset(dataset), batchSize: 103, scaling: .identity(6))
        let order = SampleOrder(Subset(dataset), seed: 1, epoch: 0)
        var (one, other) = (
            loader.makeBatch(shape: dataset.shape, halo: 2), loader.makeBatch(shape: dataset.shape, halo: 2)
        )
        loader.load(0, of: order, into: &one)
        loader.select(0, of: order, into: &other)
        let batch = other
        Workers(threads: 3).run(tasks: batch.panelCount) { loader.fill(panel: $0, of: batch) }
        #expect(one.input.buffer.array == other.input.buffer.array)
    }

    @Test func memoryIsChecked() {
        let shape = SampleShape(channels: 2)
        func make(_ features: [Float], _ labels: [Int], classes: Int? = nil, names: [String]? = nil) -> DataError.Kind?
        {
            let result = Result { () throws(DataError) in
                try InMemoryDataset(
                    features: features, labels: labels, shape: shape, classes: classes, classNames: names)
            }
            if case .failure(let error) = result { return error.kind } else { return nil }
        }
        #expect(make([1, 2, 3, 4], [0, 1]) == nil)
        #expect(make([1, 2, 3], [0, 1]) == .inconsistent)
        #expect(make([], []) == .empty)
        #expect(make([1, .nan, 3, 4], [0, 1]) == .nonFinite)
        #expect(make([1, 2, 3, -.infinity], [0, 1]) == .nonFinite)
        #expect(make([1, 2, 3, 4], [0, -1]) == .labelOutOfRange)
        #expect(make([1, 2, 3, 4], [0, 2], classes: 2) == .labelOutOfRange)
        #expect(make([1, 2, 3, 4], [0, Int.max]) == .labelOutOfRange)
        #expect(make([1, 2, 3, 4], [0, 1], classes: 2, names: ["a"]) == .inconsistent)
    }
}
