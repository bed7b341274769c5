/// The events of a run, from the first, and what it came to. The run appends and any number of tasks read, each from the
/// beginning and at its own pace: nothing is lost, and the memory taken is that of what a run logs.
final class EventLog: Sendable {
    private struct State {
        var events: [TrainingEvent] = []
        var outcome: Result<TrainingSummary, any Error>?
        /// Tasks that have read all there is.
        var waiting: [CheckedContinuation<Void, Never>] = []

        func has(_ number: Int) -> Bool { number < events.count || outcome != nil }
    }

    private let state = Locked(State())

    func append(_ event: TrainingEvent) {
        wake { $0.events.append(event) }
    }

    /// The run is over.
    func end(_ outcome: Result<TrainingSummary, any Error>) {
        wake {
            if case .success(let summary) = outcome { $0.events.append(.finished(summary)) }
            $0.outcome = outcome
        }
    }

    /// An event by its number from 0, as soon as it is there; nil after the last.
    /// - Throws: What ended the run, in place of an event after the last.
    func event(_ number: Int) async throws -> TrainingEvent? {
        await wait { $0.has(number) }
        let (event, outcome) = state.withLock { state in
            (number < state.events.count ? state.events[number] : nil, state.outcome)
        }
        if let event { return event }
        _ = try outcome?.get()
        return nil
    }

    /// What the run comes to, once it is over.
    /// - Throws: What ended it.
    func summary() async throws -> TrainingSummary {
        await wait { $0.outcome != nil }
        guard let outcome = state.withLock({ $0.outcome }) else { preconditionFailure("the run is over") }
        return try outcome.get()
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Comes back when `isThere` holds, however often the run wakes it before.
    private func wait(until isThere: @Sendable (State) -> Bool) async {
        var isDone = state.withLock { state in isThere(state) }
        while !isDone {
            await withCheckedContinuation { continuation in
                let mayGoOn = state.withLock { state in
                    if isThere(state) { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if mayGoOn { continuation.resume() }
            }
            isDone = state.withLock { state in isThere(state) }
        }
    }
}
