import Foundation

/// Rows of numbers with the name of a class at the end: `0.5,-0.2,inner`.
struct PointTable {
    var rows: [[Float]] = []
    var names: [String] = []

    struct Problem: LocalizedError {
        var errorDescription: String?
    }

    init(_ path: String) throws {
        for (number, line) in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").enumerated() {
            let fields = line.split(separator: ",").map(String.init)
            guard fields.count > 1, fields.count - 1 == rows.first?.count ?? fields.count - 1 else {
                throw Problem(errorDescription: "\(path), line \(number + 1): expected numbers and a class")
            }
            rows.append(try fields.dropLast().map { try Self.number($0, "\(path), line \(number + 1)") })
            names.append(fields[fields.count - 1])
        }
    }

    static func number(_ text: String, _ place: String) throws -> Float {
        guard let number = Float(text), number.isFinite else {
            throw Problem(errorDescription: "\(place): '\(text)' is no number")
        }
        return number
    }
}
