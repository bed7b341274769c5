extension UpdateClock {
    /// How many of the steps below `steps` are updates, without visiting each.
    public func updates(before steps: Int) -> Int {
        var count = 0
        for (index, stage) in stages.enumerated() {
            let next = index + 1 < stages.count ? stages[index + 1].from : Int.max
            let first = max(1, begin, index == 0 ? 1 : stage.from)
            // The first step that is not below `end`; a run is never as long as an integer can say.
            let last = min(steps, next, end < 0x1p62 ? Int(max(end, 0).rounded(.up)) : Int.max)
            if first < last { count += (last - 1) / stage.period - (first - 1) / stage.period }
        }
        return count
    }
}
