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
    /// The batches that an update follows.
    struct Update {
        /// Those of this process.
        var batches: ArraySlice<Batch> = []
        /// Places among all of the update that they have.
        var places = 0..<0
        /// How many there are in all, and what means over all of them are taken over.
        var count = 0
        var counted = 0

        /// The batch in one of `places`.
        subscript(place: Int) -> Batch { batches[place - places.lowerBound] }

        /// The part of a batch in the mean over all.
        func share(of batch: Batch) -> Float { Float(batch.targets.counted(of: batch.count)) / Float(counted) }
    }

    private final class Slot {
        /// Room for the batches of an update that are loaded here.
        var batches: [Batch]
        /// What else is to be known of them; without the batches, of which there would be two owners.
        var update = Update()
        init(_ batches: [Batch]) { self.batches = batches }
    }

    private let loader: BatchLoader
    private let subset: Subset
    private let seed: UInt64
    private let groups: BatchGroups
    private let shards: ShardPlan
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
    ///   - shards: Which of them are loaded here.
    ///   - first: Updates' batches of the run that were used before.
    init(
        _ subset: Subset, loader: BatchLoader, groups: BatchGroups, shards: ShardPlan = ShardPlan(),
        shape: SampleShape, halos: [Int], seed: UInt64,
        from first: Int = 0, ahead: Bool
    ) {
        self.groups = groups
        self.shards = shards
        self.first = first
        taken = first
        self.subset = subset
        self.loader = loader
        self.seed = seed
        self.ahead = ahead
        slots = (0..<(ahead ? 2 : 1)).map { _ in
            Slot(
                shards.ownPlaces.clamped(to: 0..<groups.size).map { _ in loader.makeBatch(shape: shape, halos: halos) })
        }
        if ahead {
            for _ in slots { free.signal() }
            DispatchQueue(label: "batches").async { [self] in fillUntilStopped() }
        }
    }

    /// The batches of the next update; those before may be overwritten from now on.
    func next() -> Update {
        defer { taken += 1 }
        if ahead {
            if taken > first { free.signal() }
            filled.wait()
        } else {
            fill(taken)
        }
        let slot = slots[taken % slots.count]
        var update = slot.update
        update.batches = slot.batches[..<update.places.count]
        return update
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
        var update = Update(count: batches.count)
        update.places = shards.ownPlaces.clamped(to: 0..<batches.count)
        for place in 0..<batches.count {
            let batch = batches.lowerBound + place
            update.counted += loader.counted(batch, of: order)
            guard update.places.contains(place) else { continue }
            loader.load(batch, of: order, into: &slot.batches[place - update.places.lowerBound])
        }
        slot.update = update
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
