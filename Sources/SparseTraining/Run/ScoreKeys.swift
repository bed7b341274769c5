internal import SparseModels

/// A key of JSON that is put together when it is written: "test_accuracy".
struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// Scores as keys of a flat object: `test_loss`, `test_accuracy`, ...
extension KeyedEncodingContainer<AnyKey> {
    /// - Parameter nulls: Whether what was not measured is written as null; else it is left out.
    mutating func encode(_ scores: Scores, prefix: String, nulls: Bool) throws {
        for (name, value) in [("loss", scores.loss)] + scores.values.map({ ($0.name, $0.value) }) {
            let key = AnyKey(prefix + name)
            if nulls { try encode(value, forKey: key) } else { try encodeIfPresent(value, forKey: key) }
        }
    }
}

extension KeyedDecodingContainer<AnyKey> {
    /// The scores whose keys begin so, but for `others`, which are none.
    func scores(prefix: String, others: Set<String> = []) throws -> Scores {
        var scores = Scores(loss: nil, values: [])
        for key in allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
            guard key.stringValue.hasPrefix(prefix), !others.contains(key.stringValue) else { continue }
            let name = String(key.stringValue.dropFirst(prefix.count))
            let value = try decodeIfPresent(Double.self, forKey: key)
            if name == "loss" {
                scores.loss = value
            } else {
                scores.values.append(Scores.Value(name: name, value: value))
            }
        }
        return scores
    }
}
