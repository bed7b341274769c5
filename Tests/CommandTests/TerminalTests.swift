import Foundation
import Testing

@testable import SparseTraining
@testable import sparsetrain

/// What a terminal shows.
@Suite struct TerminalTests {
    private let progress = TrainingProgress(
        step: 1234, steps: 46000, epoch: 27, epochs: 1000, loss: 0.1234,
        metric: Scores.Value(name: "accuracy", value: 0.9876), samplesPerSecond: 234567,
        seconds: 100)

    @Test func theLineFitsTheTerminal() {
        for width in 0...160 {
            let line = ProgressBar.line(progress, tested: 0.9513, width: width)
            #expect(line.count <= width)
            if width >= 60 { #expect(line.contains("epoch 27/1000") && line.contains("test 0.9513"), "\(line)") }
            if width >= 60 { #expect(line.contains("loss 0.1234") && line.contains("left"), "\(line)") }
        }
        let line = ProgressBar.line(progress, tested: 0.9513, width: 140)
        #expect(line.hasPrefix("[--------------------]  epoch") && line.contains("234567/s"), "\(line)")
        #expect(!ProgressBar.line(progress, tested: nil, width: 140).contains("test"))
    }

    @Test func readingSaysHowFar() {
        #expect(
            ReadingLine.line("t.csv", read: 250_000_000, of: 1_200_000_000) == "reading 250 of 1200 MB of t.csv ...")
        #expect(ReadingLine.line("images", read: 1_000_000, of: nil) == "reading 1 MB of images ...")
    }

    @Test func wordsForAShell() {
        #expect(ShellWord.quoted("runs/2026-set") == "runs/2026-set")
        #expect(ShellWord.quoted("my run's") == "'my run'\\''s'" && ShellWord.quoted("") == "''")
        #expect(ShellWord.quoted("gr\u{FC}n $x") == "'gr\u{FC}n $x'")
    }

    /// On a terminal of this width no drawing reaches the last column, and the test accuracy is shown.
    @Test(arguments: [60, 100, 20]) func drawingsStayOnTheirLine(columns: Int) throws {
        try withExecutable { command in
            let text = try command.terminal(
                ["--epochs", "150", "--out", "run", "--layer-density", "fc*=0.002", "--delta-t", "20"], columns: columns
            )
            let drawings = text.split { $0 == "\r" || $0 == "\n" || $0 == "\r\n" }
                .map { $0.replacing("\u{1B}[K", with: "") }.filter { $0.hasPrefix("[") || $0.hasPrefix("epoch ") }
            #expect(!drawings.isEmpty && drawings.allSatisfy { $0.count < columns }, "\(drawings.prefix(3))")
            if columns >= 60 { #expect(drawings.contains { $0.contains("  test 0.") }, "\(drawings.suffix(3))") }
            // A warning has a line of its own, and a bar is no line for good.
            let lines = visibleLines(text)
            let warnings = lines.filter { $0.contains("warning") }
            #expect(!warnings.isEmpty && warnings.allSatisfy { $0.hasPrefix("sparsetrain: warning: ") }, "\(warnings)")
            #expect(!lines.contains { $0.hasPrefix("epoch ") || $0.hasPrefix("[") }, "\(lines)")
        }
    }

    /// Few epochs have lines of their own above the bar; nothing but paths is wider than the terminal; colours are there
    /// unless they are not wanted.
    @Test(arguments: [(40, "xterm", ""), (80, "xterm", ""), (80, "xterm", "1"), (80, "dumb", "")])
    func aRunFitsTheTerminal(columns: Int, kind: String, noColor: String) throws {
        try withExecutable { command in
            let text = try command.terminal(
                ["--epochs", "6", "--out", "run", "--model", "mlp:32,32,32,32,32,32,32,32,32,32,32,32,32,32"],
                columns: columns, environment: ["TERM": kind, "NO_COLOR": noColor], withOutput: true)
            let lines = visibleLines(text)
            // Commands stay whole, and so do words: the name of the model is one.
            for line in lines where !line.contains("sparsetrain ") && !line.contains("mlp:32") {
                #expect(line.count < columns, "\(line)")
            }
            #expect(lines.count { $0.hasPrefix("epoch ") } == 6, "\(lines)")
            let folded = lines.filter { $0.contains("more layers (--verbose)") }
            #expect(folded == Array(repeating: "  ... 4 more layers (--verbose)", count: 2), "\(folded)")
            #expect(
                lines.contains { $0.hasPrefix("test accuracy 0.") } && lines.contains("next: sparsetrain report run"))
            #expect(text.contains("\u{1B}[1m") == (kind == "xterm" && noColor.isEmpty), "\(text)")
            #expect(text.contains("\u{1B}[K") == (kind == "xterm"))
        }
    }

    /// What is left on the screen, line by line, without colours.
    private func visibleLines(_ text: String) -> [String] {
        // A terminal's driver ends lines with both.
        text.replacing("\r\n", with: "\n").split(separator: "\n").map { line in
            String(line.split(separator: "\r").last ?? "").replacing("\u{1B}[K", with: "")
                .replacing(/\u{1B}\[[0-9]*m/, with: "")
        }.filter { !$0.isEmpty }
    }
}

extension Executable {
    /// Runs the command with a terminal of so many columns as its standard error, and returns what was written there.
    /// - Parameter withOutput: Standard output is the terminal, too.
    fileprivate func terminal(
        _ arguments: [String], columns: Int, environment: [String: String] = ["TERM": "xterm"], withOutput: Bool = false
    ) throws -> String {
        var (parent, child): (Int32, Int32) = (0, 0)
        var size = winsize()
        (size.ws_row, size.ws_col) = (24, UInt16(columns))
        try #require(openpty(&parent, &child, nil, nil, &size) == 0)
        let process = Process()
        process.executableURL = try url
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = withOutput ? FileHandle(fileDescriptor: child) : FileHandle.nullDevice
        process.standardError = FileHandle(fileDescriptor: child)
        try process.run()
        close(child)
        var shown = Data()
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(parent, &piece, piece.count)
            if count <= 0 { break }
            shown.append(contentsOf: piece[..<count])
        }
        process.waitUntilExit()
        close(parent)
        #expect(process.terminationStatus == 0)
        return String(decoding: shown, as: UTF8.self)
    }
}
