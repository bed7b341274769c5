internal import Foundation

/// How many columns the terminal of standard error has.
enum TerminalWidth {
    /// What the terminal says, else the environment, else 80.
    static var columns: Int {
        var size = winsize()
        if ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        let told = ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) } ?? 0
        return told > 0 ? told : 80
    }
}
