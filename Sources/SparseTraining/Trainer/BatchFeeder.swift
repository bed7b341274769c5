internal import Dispatch
internal import SparseData
internal import SparseStore
internal import Synchronization

/// Hands out the batches of a run in order, one epoch after the other. With `ahead` the next batch is filled by
/// another thread while the caller works on the current one. What a batch holds follows from its epoch and index
/// alone, so both ways give the same bits.
///
/// Slots are passed to and fro by the two semaphores: each is touched by one side at a time, which is what makes the
/// unchecked conformance sound.
final class BatchFeeder: @unchecked Sendable {
    private final class Slot {
        var batch: Batch
        init(_ batch: Batch) { self.batch = batch }
    }

    private let loader: BatchLoader
    private let subset: Subset
    private let seed: UInt64
    private let slots: [Slot]
    private let ahead: Bool
    private let filled = DispatchSemaphore(value: 0)
    private let free = DispatchSemaphore(value: 0)
    private let stopped = Atomic(false)
    /// Number of the first batch to hand out, and of the next one.
    private let first: Int
    private var taken: Int
    private var order: SampleOrder?

    /// - Parameter first: Batches of the run that were used before.
    init(
        _ subset: Subset, loader: BatchLoader, shape: SampleShape, halos: [Int], seed: UInt64, from first: Int = 0,
        ahead: Bool
    ) {
        self.first = first
        taken = first
        self.subset = subset
        self.loader = loader
        self.seed = seed
        self.ahead = ahead
        slots = (0..<(ahead ? 2 : 1)).map { _ in Slot(loader.makeBatch(shape: shape, halos: halos)) }
        if ahead {
            for _ in slots { free.signal() }
            DispatchQueue(label: "batches").async { [self] in fillUntilStopped() }
        }
    }

    /// The next batch; the one before it may be overwritten from now on.
    func next() -> Batch {
        defer { taken += 1 }
        if ahead {
            if taken > first { free.signal() }
            filled.wait()
        } else {
            fill(taken)
        }
        return slots[taken % slots.count].batch
    }

    /// Ends the other thread. `next` must not be called again.
    func stop() {
        stopped.store(true, ordering: .relaxed)
        free.signal()
    }

    private func fillUntilStopped() {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        var number = first
        while true {
            free.wait()
            if stopped.load(ordering: .relaxed) { return }
            fill(number)
            filled.signal()
            number += 1
        }
    }

    private func fill(_ number: Int) {
        let (epoch, index) = number.quotientAndRemainder(dividingBy: loader.batchCount)
        if index == 0 || number == first { order = SampleOrder(subset, seed: seed, epoch: epoch) }
        if let order { loader.load(index, of: order, into: &slots[number % slots.count].batch) }
    }
}
