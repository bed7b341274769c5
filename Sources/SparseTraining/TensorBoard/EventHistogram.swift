/// How many numbers lie where: `HistogramProto` of TensorBoard, in buckets of equal width from the smallest number to the largest.
struct EventHistogram {
    private static let buckets = 30

    private(set) var minimum: Double
    private(set) var maximum: Double
    private(set) var sum = 0.0
    private(set) var sumOfSquares = 0.0
    /// Upper ends of the buckets, and how many numbers are in each.
    private(set) var limits: [Double]
    private(set) var counts: [Double]

    /// Nil for no numbers.
    init?(_ values: some Collection<Float>) {
        guard let least = values.min(), let most = values.max() else { return nil }
        (minimum, maximum) = (Double(least), Double(most))
        let width = (maximum - minimum) / Double(Self.buckets)
        let (start, isPoint) = (minimum, !(width > 0))
        limits = isPoint ? [maximum] : (1...Self.buckets).map { start + Double($0) * width }
        counts = Array(repeating: 0, count: limits.count)
        for value in values {
            let value = Double(value)
            sum += value
            sumOfSquares += value * value
            counts[isPoint ? 0 : min(Int((value - start) / width), Self.buckets - 1)] += 1
        }
    }

    var message: ProtobufMessage {
        var message = ProtobufMessage()
        message.add(1, minimum)
        message.add(2, maximum)
        message.add(3, counts.reduce(0, +))
        message.add(4, sum)
        message.add(5, sumOfSquares)
        message.add(6, packed: limits)
        message.add(7, packed: counts)
        return message
    }
}
