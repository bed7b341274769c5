/// Names of columns that say that the classes are there.
enum TellingName {
    /// Wherever the column is.
    private static let anywhere: Set<String> = [
        "class", "classes", "label", "labels", "target", "targets", "class_label", "class_labels", "class_name",
        "label_name", "class_id", "label_id", "target_class", "target_label", "target_name", "y_true", "classlabel",
    ]
    /// In the first or the last column.
    private static let atTheEnds: Set<String> = ["y", "species", "outcome", "diagnosis", "category"]
    /// Numbers of samples.
    private static let ids: Set<String> = [
        "", "id", "ids", "index", "idx", "unnamed:_0", "row", "row_id", "rownames", "row_names", "row_number", "rownum",
    ]

    /// The columns, from 0, whose names say that they hold the classes; more than one leaves it open.
    static func columns(_ names: [String]) -> [Int] {
        let names = names.map(plain)
        let named = names.indices.filter { anywhere.contains(names[$0]) }
        if !named.isEmpty { return named }
        // Beside an "x" a "y" is a place.
        return Set([0, names.count - 1]).sorted().filter {
            atTheEnds.contains(names[$0]) && !(names[$0] == "y" && names.contains("x"))
        }
    }

    /// True when the name is that of a number which tells samples apart.
    static func isID(_ name: String) -> Bool {
        let end = name.suffix(2)
        return ids.contains(plain(name)) || plain(name).hasSuffix("_id")
            || (end == "Id" || end == "ID") && name.dropLast(2).last?.isLowercase == true
    }

    private static func plain(_ name: String) -> String {
        var letters = name.lowercased().drop { $0 == "#" || $0 == " " }
        while letters.last == " " { letters.removeLast() }
        return String(letters.map { " -.".contains($0) ? "_" : $0 })
    }
}
