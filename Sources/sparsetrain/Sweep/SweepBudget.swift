/// Cores and memory that runs share.
struct SweepBudget {
    let cores: Int
    /// In bytes.
    let memory: Double
    private(set) var usedCores = 0
    private(set) var usedMemory = 0.0

    init(cores: Int, memory: Double) {
        self.cores = cores
        self.memory = memory
    }

    /// Whether a run fits beside those that go on.
    func hasRoom(threads: Int, bytes: Double) -> Bool {
        usedCores + threads <= cores && usedMemory + bytes <= memory
    }

    /// Why a run would not fit even alone; nil for one that does.
    func refusal(bytes: Double) -> String? {
        guard bytes > memory else { return nil }
        return "it needs about \(ByteCount.text(bytes)) of memory, and the runs of this sweep have "
            + "\(ByteCount.text(memory)) (--memory)"
    }

    mutating func take(threads: Int, bytes: Double) {
        usedCores += threads
        usedMemory += bytes
    }

    mutating func giveBack(threads: Int, bytes: Double) {
        usedCores -= threads
        usedMemory -= bytes
    }
}
