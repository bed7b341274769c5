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
            var (parent, child): (Int32, Int32) = (0, 0)
            var size = winsize()
            (size.ws_row, size.ws_col) = (24, UInt16(columns))
            try #require(openpty(&parent, &child, nil, nil, &size) == 0)
            let process = Process()
            process.executableURL = try command.url
            process.arguments = ["--epochs", "150", "--out", "run", "--layer-density", "fc*=0.002", "--delta-t", "20"]
            process.currentDirectoryURL = command.folder
            process.environment = ProcessInfo.processInfo.environment.merging(["TERM": "xterm"]) { $1 }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
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
            let text = String(decoding: shown, as: UTF8.self)
            let drawings = text.split { $0 == "\r" || $0 == "\n" || $0 == "\r\n" }
                .map { $0.replacing("\u{1B}[K", with: "") }.filter { $0.hasPrefix("[") || $0.hasPrefix("epoch ") }
            #expect(!drawings.isEmpty && drawings.allSatisfy { $0.count < columns }, "\(drawings.prefix(3))")
            if columns >= 60 { #expect(drawings.contains { $0.contains("  test 0.") }, "\(drawings.suffix(3))") }
            // A warning has a line of its own.
            for line in text.split(whereSeparator: \.isNewline) where line.contains("warning") {
                let visible = line.split(separator: "\u{1B}[K").last ?? ""
                #expect(visible.trimmingPrefix("\r").hasPrefix("sparsetrain: warning: "), "\(line)")
            }
        }
    }
}
