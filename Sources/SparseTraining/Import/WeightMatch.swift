internal import SparseParts

/// Which array of a file is which of a model: by names, those of `--map` and those that are the same; then layer by layer in
/// their order, where that can mean one thing only. Doubt is an error that lists both sides.
struct WeightMatch {
    /// What the file has for each array that is needed; nil where a bias is 0.
    private(set) var found: [FileWeight?]
    /// What was decided that nobody said.
    private(set) var remarks: [String] = []

    private let needed: [NeededArray]
    private let path: String

    /// - Throws: `ConfigurationError` when something is missing, is left over, or can mean several things.
    init(
        _ weights: [FileWeight], needed: [NeededArray], maps: [NameMap], path: String
    ) throws(ConfigurationError) {
        self.needed = needed
        self.path = path
        found = needed.map { _ in nil }
        let renamed = try Self.renamed(weights, maps, path)
        let places = Dictionary(renamed.enumerated().map { ($1, $0) }) { one, _ in one }
        var left = Set(weights.indices)
        for (index, array) in needed.enumerated() {
            guard let place = places[array.name] else { continue }
            guard weights[place].fits(array.shape) else {
                throw .rejected(
                    reason:
                        "\(path): '\(weights[place].name)' has the shape \(weights[place].shapeText), but '\(array.name)' "
                        + "of the model \(array.shapeText); give the --model and --data that the network was made for")
            }
            found[index] = weights[place]
            left.remove(place)
        }
        let unnamed = left.sorted().map { (name: renamed[$0], weight: weights[$0]) }
        try matchLayers(unnamed)
        try check(unnamed)
    }

    private static func renamed(
        _ weights: [FileWeight], _ maps: [NameMap], _ path: String
    ) throws(ConfigurationError) -> [String] {
        var used: Set<Int> = []
        let names = weights.map { weight in
            // The longest name counts, as in `a=x,a.0=y`.
            let fits = maps.indices.filter { maps[$0].renamed(weight.name) != nil }
            guard let best = fits.max(by: { maps[$0].old.count < maps[$1].old.count }) else { return weight.name }
            used.insert(best)
            return maps[best].renamed(weight.name) ?? weight.name
        }
        if let unused = maps.indices.first(where: { !used.contains($0) }) {
            let known = weights.map(\.name) + weights.flatMap { Self.layers(of: $0.name) }
            throw .rejected(
                reason: "--map \(maps[unused].optionText): \(path) has no array or layer '\(maps[unused].old)'"
                    + (NearestName.of(maps[unused].old, among: known).map { "; did you mean '\($0)'?" } ?? "")
                    + "; it has \(list(weights.map(\.name)))")
        }
        var seen: [String: String] = [:]
        for (name, weight) in zip(names, weights) {
            if let other = seen.updateValue(weight.name, forKey: name) {
                throw .rejected(
                    reason:
                        "--map: both '\(other)' and '\(weight.name)' of \(path) would be '\(name)'; give each a name of its own"
                )
            }
        }
        return names
    }

    /// Layers by their order: those of the model of which nothing was found, among those of the file of which nothing was used.
    private mutating func matchLayers(_ left: [(name: String, weight: FileWeight)]) throws(ConfigurationError) {
        var layers: [(name: String, arrays: [Int])] = []
        for index in needed.indices {
            let name = Self.parts(needed[index].name).layer
            if layers.last?.name == name {
                layers[layers.count - 1].arrays.append(index)
            } else {
                layers.append((name, [index]))
            }
        }
        layers = layers.filter { layer in layer.arrays.allSatisfy { found[$0] == nil } }
        let modules = Dictionary(grouping: left) { Self.parts($0.name).layer }
        var given: Set<String> = []
        while let layer = layers.first {
            let alike = layers.filter { isAlike($0.arrays, layer.arrays) }
            layers.removeAll { other in alike.contains { $0.name == other.name } }
            let fitting = modules.keys.filter { fits(modules[$0] ?? [], layer.arrays) }.sorted(by: Self.precedes)
            if fitting.isEmpty { continue }
            // Several have an order only where their names are the same but for the numbers in them.
            let patterns = Set(fitting.map(Self.withoutNumbers))
            guard fitting.count == alike.count, fitting.count == 1 || patterns.count == 1 else {
                throw doubt(
                    "the file's \(Self.list(fitting)) can be the model's \(Self.list(alike.map(\.name))) in more than one way",
                    example: (fitting.first ?? "OLD", alike[0].name))
            }
            for (module, layer) in zip(fitting, alike) {
                guard given.insert(module).inserted else {
                    throw doubt("the file's \(module) can be several layers", example: (module, layer.name))
                }
                for index in layer.arrays {
                    let part = Self.parts(needed[index].name).part
                    found[index] = modules[module]?.first { Self.parts($0.name).part == part }?.weight
                }
                remarks.append("\(path): '\(module)' is taken for '\(layer.name)', by order and shapes")
            }
        }
    }

    /// The same arrays of the same shapes.
    private func isAlike(_ one: [Int], _ other: [Int]) -> Bool {
        one.count == other.count
            && zip(one, other).allSatisfy {
                needed[$0].shape == needed[$1].shape
                    && Self.parts(needed[$0].name).part == Self.parts(needed[$1].name).part
            }
    }

    private func fits(_ module: [(name: String, weight: FileWeight)], _ arrays: [Int]) -> Bool {
        module.count == arrays.count
            && arrays.allSatisfy { index in
                module.contains {
                    Self.parts($0.name).part == Self.parts(needed[index].name).part
                        && $0.weight.fits(needed[index].shape)
                }
            }
    }

    /// Refuses what is missing and what is left over; says where a bias is.
    private mutating func check(_ left: [(name: String, weight: FileWeight)]) throws(ConfigurationError) {
        let used = Set(found.compactMap { $0?.name })
        let unused = left.filter { !used.contains($0.weight.name) }
        let missing = needed.indices.filter { found[$0] == nil }
        if unused.isEmpty && missing.allSatisfy({ needed[$0].mayBeMissing }) {
            remarks += missing.map { "\(path): it has no '\(needed[$0].name)', which is 0" }
            return
        }
        // Only what could be meant is proposed.
        let pairs = unused.lazy.flatMap { [needed] left in
            missing.lazy.filter { left.weight.fits(needed[$0].shape) }.map { (left.weight.name, needed[$0].name) }
        }
        let example = pairs.first
        var reasons: [String] = []
        if let first = missing.first(where: { !needed[$0].mayBeMissing }) ?? missing.first {
            reasons.append("nothing in the file is the model's '\(needed[first].name)' (\(needed[first].shapeText))")
        }
        if let first = unused.first {
            reasons.append("the file's '\(first.weight.name)' (\(first.weight.shapeText)) is nothing of the model's")
        }
        throw doubt(reasons.joined(separator: ", and "), unused: unused.map(\.weight), example: example)
    }

    /// The error that lists both sides, and what to type.
    private func doubt(
        _ reason: String, unused: [FileWeight] = [], example: (String, String)?
    ) -> ConfigurationError {
        let missing = needed.indices.filter { found[$0] == nil }.map { "\(needed[$0].name) (\(needed[$0].shapeText))" }
        var text = "\(path): \(reason)"
        if !unused.isEmpty { text += "; left over are \(Self.list(unused.map { "\($0.name) (\($0.shapeText))" }))" }
        if !missing.isEmpty { text += "; the model needs \(Self.list(missing))" }
        if let (old, new) = example {
            text += "; say which is which with --map \(old)=\(new),..."
        } else {
            text += "; give the --model that the network was made as"
        }
        return .rejected(reason: text)
    }

    // MARK: Names

    /// What comes before and after the last point of a name.
    static func parts(_ name: String) -> (layer: String, part: String) {
        guard let point = name.lastIndex(of: ".") else { return ("", name) }
        return (String(name[..<point]), String(name[name.index(after: point)...]))
    }

    /// The layer of an array, and those that it is in.
    private static func layers(of name: String) -> [String] {
        let layer = parts(name).layer
        return layer.isEmpty ? [] : [layer] + layers(of: layer)
    }

    private static func withoutNumbers(_ name: String) -> String { name.replacing(/[0-9]+/, with: "0") }

    /// By the numbers in them, the first that differs; then as texts.
    private static func precedes(_ one: String, _ other: String) -> Bool {
        func numbers(_ name: String) -> [Int] { name.matches(of: /[0-9]+/).map { Int($0.output) ?? .max } }
        let (a, b) = (numbers(one), numbers(other))
        return a == b ? one < other : a.lexicographicallyPrecedes(b)
    }

    /// Some names, and how many more.
    static func list(_ names: [String]) -> String {
        let shown = names.prefix(24).map { $0.isEmpty ? "''" : $0 }.joined(separator: ", ")
        return names.count > 24 ? shown + " and \(names.count - 24) more" : shown
    }
}
