import Foundation
import SparseStore
import TestSupport
import Testing

@testable import SparseData

/// Arrays of NumPy, written here by the letter of its format.
@Suite struct NumPyTests {
    private func array(
        _ type: String, _ shape: String, _ bytes: [UInt8], fortran: Bool = false
    ) -> Data {
        var text = "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (\(shape)), }"
        while (10 + text.utf8.count + 1) % 64 != 0 { text += " " }
        text += "\n"
        return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count & 255), UInt8(text.utf8.count >> 8)])
            + Data(text.utf8) + Data(bytes)
    }

    private func bytes<Number: FixedWidthInteger>(_ numbers: [Number], big: Bool = false) -> [UInt8] {
        numbers.flatMap { number in
            withUnsafeBytes(of: big ? number.bigEndian : number.littleEndian) { Array($0) }
        }
    }

    private func open(
        _ x: Data, _ y: Data, _ change: (inout DataOptions) -> Void = { _ in }
    ) throws -> DataSource {
        let folder = try TemporaryFolder()
        try x.write(to: URL(filePath: folder.path("x.npy")))
        try y.write(to: URL(filePath: folder.path("y.npy")))
        var options = DataOptions()
        (options.labels, options.testData, options.testLabels) = (
            folder.path("y.npy"), folder.path("z.npy"), folder.path("y.npy")
        )
        try x.write(to: URL(filePath: folder.path("z.npy")))
        change(&options)
        return try DataSource.open(folder.path("x.npy"), options: options)
    }

    private let classes = [Int64](arrayLiteral: 7, -2, 7, 7)
    private var y: Data { array("<i8", "4,", bytes(classes)) }
    private let wanted: [[Float]] = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]

    /// Where inputs are to be found, nothing else needs to be there, and is not looked at where it is.
    @Test func inputsNeedNoTargets() throws {
        let x = array("|u1", "4, 3", bytes((0..<12).map { UInt8($0) }))
        for labels in [true, false] {
            let source = try open(x, array("<f8", "9,", bytes((0..<9).map { Double($0).bitPattern }))) {
                $0.task = .inputs
                if !labels { ($0.labels, $0.testLabels) = (nil, nil) }
            }
            #expect(source.targets == .inputs(3) && source.train.count == 4 && source.test.count == 4)
            let one = try open(x, x) {
                ($0.task, $0.testData, $0.testLabels, $0.testFraction) = (.inputs, nil, nil, 0.25)
                if !labels { $0.labels = nil }
            }
            #expect(one.train.count == 3 && one.test.count == 1 && one.test.dataset.targets == .inputs(3))
        }
    }

    @Test func everyTypeIsRead() throws {
        let numbers = (0..<12).map { $0 }
        let types: [(String, [UInt8])] = [
            ("|u1", bytes(numbers.map { UInt8($0) })), ("|i1", bytes(numbers.map { Int8($0) })),
            ("<i2", bytes(numbers.map { Int16($0) })), (">i2", bytes(numbers.map { Int16($0) }, big: true)),
            ("<u4", bytes(numbers.map { UInt32($0) })), (">i8", bytes(numbers.map { Int64($0) }, big: true)),
            ("<f4", bytes(numbers.map { Float($0).bitPattern })),
            (">f4", bytes(numbers.map { Float($0).bitPattern }, big: true)),
            ("<f8", bytes(numbers.map { Double($0).bitPattern })),
            (
                "<f2",
                bytes(
                    [0, 0x3C00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600, 0x4700, 0x4800, 0x4880, 0x4900, 0x4980]
                        as [UInt16])
            ),
        ]
        for (type, content) in types {
            let source = try open(array(type, "4, 3", content), y)
            #expect(rawValues(source.train) == wanted, "\(type)")
            #expect(source.classNames == ["-2", "7"] && labels(source.train) == [1, 0, 1, 1])
        }
    }

    @Test func columnsMayComeFirst() throws {
        let content = bytes((0..<3).flatMap { column in (0..<4).map { Int32($0 * 3 + column) } })
        #expect(rawValues(try open(array("<i4", "4, 3", content, fortran: true), y).train) == wanted)
    }

    @Test func imagesHaveTheirShape() throws {
        let content = bytes((0..<24).map { UInt8($0) })
        #expect(try open(array("|u1", "4, 3, 2", content), y).shape == SampleShape(channels: 1, rows: 3, columns: 2))
        #expect(try open(array("|u1", "4, 3, 2, 1", content), y).shape == SampleShape(channels: 3, rows: 2, columns: 1))
    }

    @Test func numbersAndLabels() throws {
        let x = array("|u1", "4, 3", bytes((0..<12).map { UInt8($0) }))
        let numbers = try open(x, array("<f4", "4, 2", bytes((0..<8).map { Float($0).bitPattern }))) {
            $0.task = .numbers
        }
        #expect(numbers.targets == .numbers(2) && numbers.train.dataset.number(1, of: 2) == 5)
        let truths = try open(x, array("|b1", "4, 2", [0, 1, 1, 1, 0, 0, 1, 0])) { $0.task = .labels }
        #expect(truths.targets == .labels(2) && truths.train.dataset.number(1, of: 0) == 1)
    }

    @Test func whatIsWrongIsSaid() {
        let x = bytes((0..<12).map { UInt8($0) })
        for (x, y, words) in [
            (array("|u1", "4, 4", x), y, ["12 bytes", "16 bytes"]), (array("|u1", "4, 2", x), y, ["8 bytes"]),
            (array("|O", "4, 3", x), y, ["|O"]), (array("|u1", "4, 0", x), y, ["shape"]),
            (array("|u1", "4611686018427387904, 4", x), y, ["shape"]),
            (array("|u1", "12,", x), y, ["(samples, features)"]),
            (array("|u1", "4, 3", x), array("<i8", "3,", bytes(classes.dropLast())), ["one for each of 4"]),
            (
                array("|u1", "4, 3", x), array("<f4", "4,", bytes(([0.5, 1, 2, 3] as [Float]).map(\.bitPattern))),
                ["0.5", "--task numbers"]
            ),
            (array("<f4", "4, 1", bytes(([0, .nan, 1, 2] as [Float]).map(\.bitPattern))), y, ["nan", "sample 1"]),
            (array("|u1", "4, 3", x), array("<i8", "4, 2", bytes(classes + classes)), ["one class a sample"]),
        ] {
            #expect { try open(x, y) } throws: { error in
                if words.allSatisfy("\(error)".contains) { return true }
                Issue.record("\(error)")
                return false
            }
        }
    }

    @Test(.enabled(if: Python.has("numpy"), "NumPy was not found; SPARSETRAIN_PYTHON names a Python that has it"))
    func anArchiveHasBothParts() throws {
        let folder = try TemporaryFolder()
        let program = """
            import numpy, sys
            x = numpy.arange(60, dtype='>f8').reshape(20, 3)
            y = numpy.arange(20) % 2
            numpy.savez(sys.argv[1] + '/a.npz', x=x, y=y)
            numpy.savez_compressed(sys.argv[1] + '/b.npz', x_train=numpy.asfortranarray(x), y_train=y, x_test=x[:5], y_test=y[:5])
            """
        try #require(Python.output(of: ["-c", program, folder.path("")]) != nil)
        let one = try DataSource.open(folder.path("a.npz"))
        #expect(one.train.count + one.test.count == 20 && one.shape.features == 3)
        let two = try DataSource.open(folder.path("b.npz"))
        #expect(two.train.count == 20 && two.test.count == 5 && rawValues(two.train)[7] == [21, 22, 23])
    }
}
