internal import Dispatch
internal import SparseData
internal import SparseStore
internal import Synchronization

/// Hands out the batches of a run in order, one epoch after the other, as many at once as an update follows. With `ahead` the next
/// ones are filled by another thread while the caller works on the current ones. What a batch holds follows from its epoch and
/// index alone, so both ways give the same bits.
///
/// Slots are passed to and fro by the two semaphores: each is touched by one side at a time, which is what makes the
/// unchecked conformance sound.
final class BatchFeeder: @unchecked Sendable {
    private final class Slot {
        /// Room for the batches of an update, and how many there are.
        var batches: [Batch]
        var count = 0
        init(_ batches: [Batch]) { self.batches = batches }
    }

    private let loader: BatchLoader
    private let subset: Subset
    private let seed: UInt64
    private let groups: BatchGroups
    private let slots: [Slot]
    private let ahead: Bool
    private let filled = DispatchSemaphore(value: 0)
    private let free = DispatchSemaphore(value: 0)
    private let stopped = Atomic(false)
    /// Number of the first batch to hand out, and of the next one.
    private let first: Int
    private var taken: Int
    private var order: SampleOrder?

    /// - Parameters:
    ///   - groups: How batches make updates.
    ///   - first: Updates' batches of the run that were used before.
    init(
        _ subset: Subset, loader: BatchLoader, groups: BatchGroups, shape: SampleShape, halos: [Int],
        seed: UInt64,
        from first: Int = 0, ahead: Bool
    ) {
        self.groups = groups
        self.first = first
        taken = first
        self.subset = subset
        self.loader = loader
        self.seed = seed
        self.ahead = ahead
        slots = (0..<(ahead ? 2 : 1)).map { _ in
            Slot((0..<groups.size).map { _ in loader.makeBatch(shape: shape, halos: halos) })
        }
        if ahead {
            for _ in slots { free.signal() }
            DispatchQueue(label: "batches").async { [self] in fillUntilStopped() }
        }
    }

    /// The batches of the next update; those before may be overwritten from now on.
    func next() -> ArraySlice<Batch> {
        defer { taken += 1 }
        if ahead {
            if taken > first { free.signal() }
            filled.wait()
        } else {
            fill(taken)
        }
        let slot = slots[taken % slots.count]
        return slot.batches[..<slot.count]
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
        let (epoch, index) = number.quotientAndRemainder(dividingBy: groups.count)
        if index == 0 || number == first { order = SampleOrder(subset, seed: seed, epoch: epoch) }
        guard let order else { return }
        let (slot, batches) = (slots[number % slots.count], groups.batches(of: index))
        for (place, batch) in batches.enumerated() { loader.load(batch, of: order, into: &slot.batches[place]) }
        slot.count = batches.count
    }
}

/// The batches of an epoch, as many together as a weight update follows. With `dropLast` a last group that would not be full is left out,
/// unless it is the only one.
struct BatchGroups {
    /// Batches of a full group, which are at most those of an epoch.
    let size: Int
    /// Groups in an epoch.
    let count: Int
    private let batchCount: Int

    init(_ loader: BatchLoader, of size: Int) {
        precondition(size > 0, "an update follows a batch")
        batchCount = loader.batchCount
        let size = min(size, batchCount)
        self.size = size
        let full = batchCount / size
        count = full == 0 || !loader.dropLast ? (batchCount + size - 1) / size : full
    }

    /// Batches of a group.
    func batches(of index: Int) -> Range<Int> { index * size..<min((index + 1) * size, batchCount) }
}
