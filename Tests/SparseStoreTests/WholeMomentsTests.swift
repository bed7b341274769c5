import Testing

@testable import SparseStore

struct WholeMomentsTests {
    private func panel(_ values: [Float], channel: Int) -> Panels {
        let panels = Panels(channels: channel + 1, samples: Panels.lanes)
        for (lane, value) in values.enumerated() { panels.buffer[channel * Panels.lanes + lane] = value }
        return panels
    }

    /// Every sum is that of a plain loop in double precision, to the last bit.
    @Test func sumsOfWholeNumbersAreExact() throws {
        var random = CounterRandom(seed: 3, purpose: .test, step: 0)
        for trial in 0..<200 {
            let width = [1, 2, 255, 512][trial % 4]
            let values = (0..<Panels.lanes).map { _ in Float(random.next(below: 2 * width + 1) - width) }
            let moments = try #require(WholeMoments(panel(values, channel: trial % 3), channel: trial % 3))
            #expect(moments.sum == values.reduce(0) { $0 + Double($1) })
            #expect(moments.squares == values.reduce(0) { $0 + Double($1) * Double($1) })
            #expect(moments.least == values.min() && moments.largest == values.max())
            #expect(moments.zeros == values.count { $0 == 0 })
        }
    }

    @Test(arguments: [0.5, -0.5, 511.5, -0.25, 513, -513, 1e9, 8_388_609, .infinity, -.infinity, .nan] as [Float])
    func fractionsAndLargeNumbersAreLeftToOthers(odd: Float) {
        for lane in [0, 7, 31] {
            var values = [Float](repeating: 3, count: Panels.lanes)
            values[lane] = odd
            #expect(WholeMoments(panel(values, channel: 0), channel: 0) == nil)
        }
    }
}
