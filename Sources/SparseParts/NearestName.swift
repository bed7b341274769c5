/// Finds the known name a user most likely meant.
package enum NearestName {
    /// The name in `known` closest to `name` by edit distance, ignoring case, or nil when none is near: more than a
    /// third of the letters (but at least two) would have to change. Of equally near ones the first is taken.
    package static func of(_ name: String, among known: [String]) -> String? {
        let wanted = name.lowercased()
        let limit = max(2, wanted.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in known {
            let distance = distance(wanted, candidate.lowercased())
            if distance <= limit && distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Levenshtein's distance: the fewest insertions, deletions and replacements of letters that turn `a` into `b`.
    package static func distance(_ a: String, _ b: String) -> Int {
        let b = Array(b)
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let replaced = diagonal + (letter == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}

/// A name that nothing has, with what was likely meant.
public struct UnknownName: Error, Equatable, CustomStringConvertible {
    /// What the name would be of: "method", "layer".
    public var kind: String
    /// The name that was given.
    public var name: String
    /// The known name most like it, if one is.
    public var nearest: String?
    /// The names that there are.
    public var known: [String]

    /// The nearest is found among the known.
    public init(kind: String, name: String, known: [String]) {
        self.kind = kind
        self.name = name
        self.known = known
        nearest = NearestName.of(name, among: known)
    }

    public var description: String {
        "unknown \(kind) '\(name)'; " + (nearest.map { "did you mean '\($0)'? " } ?? "")
            + (known.isEmpty ? "there is none" : "known: \(known.joined(separator: ", "))")
    }
}
