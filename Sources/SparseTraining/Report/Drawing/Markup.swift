internal import Foundation

/// Text for HTML and SVG. All that comes from data, paths and options goes through `text`, so that it stays text.
enum Markup {
    /// With what means something to a browser escaped, for content and for attributes in double quotes. Control characters,
    /// which XML has no way to say, become the sign for what cannot be shown.
    static func text(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            default:
                let isShown =
                    scalar.properties.generalCategory != .control && !(0xFFFE...0xFFFF).contains(scalar.value)
                escaped.unicodeScalars.append(isShown ? scalar : "\u{FFFD}")
            }
        }
        return escaped
    }

    /// A coordinate: two places at most, so that files stay small.
    static func number(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
    }
}

/// How wide a line of text is in a chart. Nothing here knows the reader's font: it is taken for a wide one.
enum TextWidth {
    static func of(_ text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) {
            $0 + ($1.value >= 0x1100 ? 1.1 : $1.properties.isUppercase ? 0.76 : 0.63) * size
        }
    }

    /// As much of a text as fits, with an ellipsis for the rest.
    static func fitted(_ text: String, into width: Double, size: Double) -> String {
        if of(text, size: size) <= width { return text }
        var kept = ""
        for character in text {
            if of(kept + String(character) + "…", size: size) > width { break }
            kept.append(character)
        }
        return kept + "…"
    }
}

/// Numbers as a reader sees them.
enum NumberText {
    /// With some four significant digits, and a suffix where it is large: "0.8834", "12.5k", "3.1M".
    static func short(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        for (size, suffix) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")] where abs(value) >= size {
            return String(format: "%.4g", value / (suffix == "k" ? 1e3 : size)) + suffix
        }
        return String(format: "%.4g", value)
    }

    /// All digits, for other programs.
    static func exact(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }

    /// Thousands apart: "266,610".
    static func whole(_ value: Int) -> String {
        var digits = String(value.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }
}
