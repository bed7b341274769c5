internal import Foundation
internal import SparseParts

/// The file of `--grid`: which options all runs have (`base`), which take several values (`grid`), which sets of options go
/// together (`pairs`), and which are drawn (`random`).
///
///     {"base": {"epochs": 10},
///      "grid": {"algo": ["static", "rigl"], "ratio": [2, 4]},
///      "pairs": [{"data": "digits", "model": "mlp:300,100"}, {"data": "cifar10", "model": "resnet20", "epochs": 5}],
///      "random": {"lr": {"from": 0.01, "to": 1, "scale": "log"}, "optimizer": ["sgd", "adam"]}}
package enum SweepFile {
    private static let parts = ["base", "grid", "pairs", "random"]

    /// Reads a grid.
    /// - Throws: `ConfigurationError` that names the file, the place in it, and what would be right.
    package static func read(_ path: String) throws(ConfigurationError) -> SweepGrid {
        func refuse(_ reason: String) -> ConfigurationError { .rejected(reason: "--grid \(path): \(reason)") }
        let bytes: Data
        do {
            let limit = TrainingConfiguration.fileSizeLimit
            bytes = try FileHandle(forReadingFrom: URL(filePath: path)).read(upToCount: limit + 1) ?? Data()
            guard bytes.count <= limit else { throw refuse("too many bytes for a grid; at most 1 MiB is read") }
        } catch let error as ConfigurationError { throw error } catch { throw refuse(reason(of: error)) }
        return try parse(bytes, path: path)
    }

    /// The same of what was read.
    static func parse(_ bytes: Data, path: String) throws(ConfigurationError) -> SweepGrid {
        func refuse(_ reason: String) -> ConfigurationError { .rejected(reason: "--grid \(path): \(reason)") }
        let root: JSONWord
        do { root = try JSONDecoder().decode(JSONWord.self, from: bytes) } catch let error as ConfigurationError {
            throw error
        } catch {
            throw refuse("not JSON, or nested too deeply; expected an object with \(parts.joined(separator: ", "))")
        }
        do throws(ConfigurationError) { return try grid(of: root) } catch { throw refuse("\(error)") }
    }

    private static func grid(of root: JSONWord) throws(ConfigurationError) -> SweepGrid {
        guard case .object(let root) = root else { throw wrong("the file", "an object with some of \(list(parts))") }
        for key in root.keys.sorted() where !parts.contains(key) {
            let nearest = NearestName.of(key, among: parts).map { "did you mean \"\($0)\"? " } ?? ""
            throw .rejected(reason: "unknown key \"\(key)\"; \(nearest)known: \(list(parts))")
        }
        var grid = SweepGrid()
        for (option, value) in try object(root, "base") {
            try grid.set(option, to: try word(value, "base", option))
        }
        for (option, values) in try object(root, "grid") {
            guard case .array(let values) = values else {
                throw wrong("grid, \(option)", "an array of values, such as [1, 2]")
            }
            var words: [String] = []
            for value in values { words.append(try word(value, "grid", option)) }
            try grid.vary(option, over: words)
        }
        if let pairs = root["pairs"] {
            guard case .array(let pairs) = pairs, !pairs.isEmpty else {
                throw wrong("pairs", "an array of objects whose keys are options")
            }
            for (index, pair) in pairs.enumerated() {
                guard case .object(let pair) = pair, !pair.isEmpty else {
                    throw wrong("pairs, number \(index + 1)", "an object whose keys are options")
                }
                var options: [String: String] = [:]
                for (option, value) in pair { options[option] = try word(value, "pairs", option) }
                try grid.add(pair: options)
            }
        }
        for (option, range) in try object(root, "random") { try grid.draw(self.range(option, range)) }
        return grid
    }

    private static func range(_ option: String, _ value: JSONWord) throws(ConfigurationError) -> SweepRange {
        let expected = #"an array of values, or {"from": NUMBER, "to": NUMBER, "scale": "log" or "linear"}"#
        switch value {
        case .array(let values):
            var words: [String] = []
            for value in values { words.append(try word(value, "random", option)) }
            return try SweepRange(option, .choices(words))
        case .object(let object):
            for key in object.keys.sorted() where !["from", "to", "scale"].contains(key) {
                throw .rejected(reason: "random, \(option): unknown key \"\(key)\"; expected \(expected)")
            }
            let scale: SweepRange.Scale
            switch object["scale"] {
            case nil: scale = .linear
            case .text(let name):
                guard let known = SweepRange.Scale(rawValue: name) else { throw wrong("random, \(option)", expected) }
                scale = known
            default: throw wrong("random, \(option)", expected)
            }
            switch (object["from"], object["to"]) {
            case (.integer(let from), .integer(let to)):
                return try SweepRange(option, .integers(from: from, to: to, scale))
            case (let from?, let to?):
                guard let from = from.number, let to = to.number else { throw wrong("random, \(option)", expected) }
                return try SweepRange(option, .numbers(from: from, to: to, scale))
            default: throw wrong("random, \(option)", expected)
            }
        default: throw wrong("random, \(option)", expected)
        }
    }

    /// The members of an object at a key, by name; none where the key is absent.
    private static func object(
        _ root: [String: JSONWord], _ key: String
    ) throws(ConfigurationError) -> [(String, JSONWord)] {
        guard let value = root[key] else { return [] }
        guard case .object(let object) = value else { throw wrong(key, "an object whose keys are options") }
        return object.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// A value as a word of the command line; of lists the elements with commas between them.
    private static func word(_ value: JSONWord, _ part: String, _ option: String) throws(ConfigurationError) -> String {
        if let word = value.word { return word }
        if case .array(let values) = value, !values.isEmpty {
            guard try SweepOption.name(of: option) != SweepOption.ratio,
                try TrainingConfiguration.option(named: option).isList
            else {
                throw wrong(
                    "\(part), \(option)", part == "base" ? "one value; several are for \"grid\"" : "single values")
            }
            let words = values.compactMap(\.word)
            if words.count == values.count { return words.joined(separator: ",") }
        }
        throw wrong("\(part), \(option)", "a number, a text, true or false")
    }

    private static func wrong(_ place: String, _ expected: String) -> ConfigurationError {
        .rejected(reason: "\(place): expected \(expected)")
    }

    private static func list(_ names: [String]) -> String { names.map { "\"\($0)\"" }.joined(separator: ", ") }
}

/// A value of JSON.
private enum JSONWord: Decodable {
    case truth(Bool)
    case integer(Int)
    case large(UInt64)
    case number(Double)
    case text(String)
    case array([JSONWord])
    case object([String: JSONWord])
    case null

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let truth = try? value.decode(Bool.self) {
            self = .truth(truth)
        } else if let integer = try? value.decode(Int.self) {
            self = .integer(integer)
        } else if let integer = try? value.decode(UInt64.self) {
            self = .large(integer)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let array = try? value.decode([JSONWord].self) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: JSONWord].self))
        }
    }

    /// As on the command line; nil for what is no single value.
    var word: String? {
        switch self {
        case .truth(let truth): truth.optionText
        case .integer(let integer): integer.optionText
        case .large(let integer): integer.optionText
        case .number(let number): number.optionText
        case .text(let text): text
        case .array, .object, .null: nil
        }
    }

    var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }
}
