/// The little that readers need of path syntax.
enum Paths {
    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    /// Last component.
    static func name(_ path: String) -> String { path.split(separator: "/").last.map { String($0) } ?? path }

    /// All but the last component; "." when there is no other.
    static func folder(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
