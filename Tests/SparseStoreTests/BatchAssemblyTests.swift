import SparseKernels
import Testing

@testable import SparseStore

/// Batches assembled by every instruction set of this machine, against the definition in double precision.
@Suite struct BatchAssemblyTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        var channels, rows, columns, halo: Int
        var features: Int { channels * rows * columns }
        var testDescription: String { "\(channels)x\(rows)x\(columns) halo \(halo)" }
    }

    /// Fixed corners, then shapes at random.
    static let shapes: [Shape] = {
        var random = CounterRandom(seed: 1, purpose: .test)
        let fixed = [
            (1, 1, 1, 0), (64, 1, 1, 0), (784, 1, 1, 0), (1, 28, 28, 1), (3, 32, 32, 2), (15, 1, 1, 0), (17, 1, 1, 0),
        ]
        return fixed.map(Shape.init)
            + (0..<20).map { _ in
                Shape(
                    channels: 1 + random.next(below: 5), rows: 1 + random.next(below: 9),
                    columns: 1 + random.next(below: 40), halo: random.next(below: 3))
            }
    }()
    static let batches = [1, 31, 32, 33, 128]

    /// Records with a gap between them, in two blocks, the first of which begins at an odd place.
    func records<Element>(
        _ shape: Shape, _ values: [Element], samples: Int, zero: Element
    ) -> SampleRecords<Element> {
        let stride = shape.features + 3
        var records = SampleRecords<Element>(features: shape.features, stride: stride)
        let inFirst = samples / 3
        for part in [0..<inFirst, inFirst..<samples] {
            let padded =
                [zero]
                + part.flatMap { s in
                    Array(values[(s * shape.features)..<((s + 1) * shape.features)]) + [zero, zero, zero]
                }
            // The last record may end with its values.
            records.append(AlignedBuffer(part.isEmpty ? padded : padded.dropLast(3)), first: 1, samples: part.count)
        }
        return records
    }

    func expectAssembly<Element>(
        _ shape: Shape, count: Int, capacity: Int, values: [Element], of records: SampleRecords<Element>,
        kernel: Panels.GatherKernel<Element>, number: (Element) -> Double
    ) {
        var random = CounterRandom(seed: 2, purpose: .test, layer: shape.features, step: count)
        let mean = (0..<shape.features).map { _ in Float(random.nextUnit() * 200 - 50) }
        let deviation = (0..<shape.features).map { _ in Float(random.nextUnit() + 0.1) }
        let samples = AlignedBuffer((0..<capacity).map { _ in random.next(below: records.count) })
        let panels = Panels(
            channels: shape.channels, rows: shape.rows, columns: shape.columns, halo: shape.halo, samples: capacity)
        // Left over from another batch: everything but the halo is overwritten.
        for lane in 0..<(panels.panelCount * 32) {
            for f in 0..<shape.features {
                panels[lane, f / (shape.rows * shape.columns), f / shape.columns % shape.rows, f % shape.columns] = 7
            }
        }
        let scaling = FeatureScaling(mean: mean, deviation: deviation)
        for panel in 0..<panels.panelCount {
            panels.assemble(
                panel: panel, samples: samples, count: count, from: records, scaling: scaling, kernel: kernel)
        }
        var (wrong, sum, inner) = (0, 0.0, 0.0)
        for lane in 0..<(panels.panelCount * 32) {
            for f in 0..<shape.features {
                let found = panels[
                    lane, f / (shape.rows * shape.columns), f / shape.columns % shape.rows, f % shape.columns]
                inner += Double(found.magnitude)
                guard lane < count else {
                    if found != 0 { wrong += 1 }
                    continue
                }
                let raw = number(values[samples[lane] * shape.features + f])
                let wanted = (raw - Double(mean[f])) / Double(deviation[f])
                if abs(Double(found) - wanted) > 1e-6 * (abs(wanted) + abs(raw) / Double(deviation[f])) { wrong += 1 }
            }
        }
        for value in panels.buffer.elements { sum += Double(value.magnitude) }
        #expect(wrong == 0)
        #expect(abs(sum - inner) <= 1e-9 * inner, "the halo is not zero")
    }

    @Test(arguments: shapes, batches) func everyInstructionSet(shape: Shape, count: Int) {
        var random = CounterRandom(seed: 3, purpose: .test, layer: shape.features)
        let bytes = (0..<(9 * shape.features)).map { _ in UInt8(random.next(below: 256)) }
        let floats = (0..<(9 * shape.features)).map { _ in Float(random.nextUnit() * 100) }
        let byteRecords = records(shape, bytes, samples: 9, zero: 0)
        let floatRecords = records(shape, floats, samples: 9, zero: 0)
        for table in InstructionSet.tables {
            for capacity in [count, count + 40] {
                expectAssembly(
                    shape, count: count, capacity: capacity, values: bytes, of: byteRecords,
                    kernel: table.assembly.gather_bytes, number: { Double($0) })
                expectAssembly(
                    shape, count: count, capacity: capacity, values: floats, of: floatRecords,
                    kernel: table.assembly.gather_floats, number: { Double($0) })
            }
        }
    }
}
