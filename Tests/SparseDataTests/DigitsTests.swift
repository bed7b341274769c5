import SparseData
import Testing

@Suite struct DigitsTests {
    @Test func splitAndContent() throws {
        let source = try DataSource.open("digits")
        #expect(source.shape == SampleShape(channels: 1, rows: 8, columns: 8) && source.classes == 10)
        #expect(source.train.count == 1442 && source.test.count == 355)
        #expect(Set(source.train.samples).isDisjoint(with: source.test.samples))
        let all = Subset(source.train.dataset)
        #expect(histogram(all) == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
        let values = rawValues(all)
        #expect(values[0].prefix(8) == [0, 0, 5, 13, 9, 1, 0, 0] && labels(all)[0] == 0)
        // Mean pixel that scikit-learn's copy has.
        #expect(abs(values.joined().reduce(0.0) { $0 + Double($1) } / (1797 * 64) - 4.884164579855314) < 1e-12)
        #expect(histogram(source.test) == [35, 36, 35, 36, 36, 36, 36, 35, 34, 36])
    }
}
