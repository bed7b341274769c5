extension MetricSums {
    /// Numbers that the sums of these metrics are.
    package static func count(of metrics: [any Metric], outputs: Int) -> Int {
        metrics.reduce(2) { $0 + $1.sumCount(outputs: outputs) }
    }

    /// Writes them one after the other, zeros where there are no samples.
    package func write(to numbers: UnsafeMutableBufferPointer<Double>) {
        for place in numbers.indices {
            numbers[place] =
                place == 0 ? loss : place == 1 ? Double(samples) : place - 2 < sums.count ? sums[place - 2] : 0
        }
    }

    /// Reads what `write` wrote.
    package init(_ numbers: UnsafeMutableBufferPointer<Double>) {
        self.init(loss: numbers[0], samples: Int(numbers[1]), sums: Array(numbers[2...]))
    }
}
