internal import Foundation

/// Where lines go, as far as their layout depends on it: how wide they may be, and whether they may have colours.
struct Screen: Sendable {
    /// What a piece of text is, for its colour.
    enum Style: String {
        case heading = "1"
        case good = "32"
        case doubtful = "33"
        case wrong = "31"
    }

    /// Columns; nil where a line may be of any width, as in a file or a pipe.
    var width: Int?
    var hasColors = false

    static var standardOutput: Screen { Screen(of: STDOUT_FILENO) }
    static var standardError: Screen { Screen(of: STDERR_FILENO) }

    init(width: Int? = nil, hasColors: Bool = false) {
        (self.width, self.hasColors) = (width, hasColors)
    }

    private init(of descriptor: Int32) {
        guard isatty(descriptor) == 1 else { return }
        width = TerminalWidth.columns(of: descriptor)
        hasColors = Self.wantsColors(ProcessInfo.processInfo.environment)
    }

    /// Whether a terminal shows colours and its user wants them: https://no-color.org.
    static func wantsColors(_ environment: [String: String]) -> Bool {
        (environment["NO_COLOR"] ?? "").isEmpty && !["", "dumb"].contains(environment["TERM"] ?? "")
    }

    /// The text in a colour, or as it is.
    func ink(_ text: String, _ style: Style) -> String {
        hasColors ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Whether a line of so many letters fits. One that reaches the last column would leave an empty line on some terminals.
    func fits(_ count: Int) -> Bool { width.map { count < $0 } ?? true }

    /// The line, or its beginning if it is too wide.
    func cut(_ line: String) -> String {
        guard !fits(line.count), let width else { return line }
        let marks = width > 8 ? "..." : ""
        return line.prefix(max(width - 1 - marks.count, 0)) + marks
    }

    /// The line in as many lines as it takes, broken at blanks; what follows the first is indented. A word stays whole.
    func wrapped(_ line: String, indent: String = "    ") -> [String] {
        var lines: [String] = []
        var (current, blanks) = ("", "")
        for word in line.split(separator: " ", omittingEmptySubsequences: false) {
            let longer = current + blanks + word
            if word.isEmpty {
                blanks += " "
            } else if current.isEmpty || fits(longer.count) {
                (current, blanks) = (longer, " ")
            } else {
                lines.append(current)
                (current, blanks) = (indent + word, " ")
            }
        }
        return lines + [current]
    }
}

/// How many columns a terminal has.
enum TerminalWidth {
    /// Those of the terminal of standard error.
    static var columns: Int { columns(of: STDERR_FILENO) }

    /// What the terminal says, else the environment, else 80.
    static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        let told = ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) } ?? 0
        return told > 0 ? told : 80
    }
}
