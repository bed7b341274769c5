internal import Foundation
internal import SparseParts

/// A text: a line `mine`, and one for each array, with its name, its extents, and the number that all its elements are.
struct MineWeights: WeightFormat {
    static let entry = Registry<any WeightFormat>.Entry("mine", "a text that begins with mine", MineWeights())

    func recognises(_ location: WeightLocation) -> Bool { location.head.starts(with: Array("mine\n".utf8)) }

    func open(_ location: WeightLocation) throws(ImportError) -> any WeightArrays {
        guard let text = try? String(contentsOfFile: location.path, encoding: .utf8) else {
            throw ImportError(path: location.path, reason: "no text")
        }
        return try MineArrays(text, path: location.path)
    }
}

private final class MineArrays: WeightArrays {
    private(set) var arrays: [WeightArray] = []
    private var numbers: [String: Float] = [:]

    init(_ text: String, path: String) throws(ImportError) {
        for line in text.split(separator: "\n").dropFirst() {
            let words = line.split(separator: " ")
            guard words.count > 2, let number = words.last.flatMap({ Float($0) }) else {
                throw ImportError(path: path, reason: "'\(line)' is not a name, extents and a number")
            }
            let extents = words[1...].dropLast().map { Int($0) ?? -1 }
            arrays.append(try WeightArray(String(words[0]), shape: extents, in: path))
            numbers[String(words[0])] = number
        }
    }

    func floats(_ name: String, _ range: Range<Int>) throws(ImportError) -> [Float] {
        Array(repeating: numbers[name] ?? 0, count: range.count)
    }

    func integers(_ name: String, _ range: Range<Int>) throws(ImportError) -> [Int] {
        throw ImportError(path: name, reason: "no whole numbers")
    }
}
