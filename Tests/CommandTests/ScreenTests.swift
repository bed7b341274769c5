import Foundation
import Testing

@testable import SparseModels
@testable import SparseTraining
@testable import sparsetrain

/// What is printed fits a screen, and a log.
@Suite struct ScreenTests {
    private let layers = (1...25).map {
        TrainingSummary.Layer(
            name: "layer\($0)", shape: [1000 + $0, 9 * $0], density: 0.25, nonzeros: 250 * $0, format: "csr")
    }

    @Test func coloursAreForTerminalsWhoseUserWantsThem() {
        #expect(Screen.wantsColors(["TERM": "xterm"]) && Screen.wantsColors(["TERM": "xterm", "NO_COLOR": ""]))
        for environment in [["TERM": "xterm", "NO_COLOR": "1"], ["TERM": "dumb"], ["TERM": ""], [:]] {
            #expect(!Screen.wantsColors(environment))
        }
        #expect(Screen(width: 80, hasColors: true).ink("word", .good) == "\u{1B}[32mword\u{1B}[0m")
        #expect(Screen(width: 80).ink("word", .good) == "word")
        // The tests' own output may be a terminal; a pipe is none.
        #expect(Screen().width == nil && !Screen().hasColors)
    }

    @Test func linesAreWrappedAtBlanks() {
        let text =
            "ten steps in two epochs;  no topology updates; learning rate 0.05 and averyveryverylongword at the end"
        for width in 13...120 {
            let lines = Screen(width: width).wrapped(text)
            #expect(lines.allSatisfy { $0.count < width || $0.contains("averyveryverylongword") }, "\(lines)")
            let words = lines.flatMap { $0.split(separator: " ") }
            #expect(words == text.split(separator: " ") && !lines.contains { $0.hasSuffix(" ") })
            #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("    ") && !$0.hasPrefix("     ") })
        }
        #expect(Screen().wrapped(text) == [text])
        #expect(
            Screen(width: 10).cut("1234567890") == "123456..." && Screen(width: 11).cut("1234567890") == "1234567890")
        for width in 0...30 { #expect(Screen(width: width).cut(text).count < max(width, 1)) }
    }

    /// The first layers and the last, and how many are between; what is left out on a narrow terminal is a column.
    @Test(arguments: [40, 80, 1000]) func theTableOfLayersFits(width: Int) throws {
        let screen = Screen(width: width)
        let lines = LayerTable.lines(layers, isWhole: false, screen: screen)
        #expect(lines.count == 13 && lines.allSatisfy { $0.count < width }, "\(lines)")
        #expect(lines[7] == "  ... 14 more layers (--verbose)")
        let names = lines.compactMap { $0.firstMatch(of: #/^  layer(\d+) /#)?.1 }.compactMap { Int($0) }
        #expect(names == [1, 2, 3, 4, 5, 6, 21, 22, 23, 24, 25])
        #expect(lines[1].contains("1001 x 9 ") && lines[1].contains("0.2500"))
        if width >= 80 { #expect(lines[1].hasSuffix("  250        csr"), "\(lines[1])") }
        let all = LayerTable.lines(layers, isWhole: true, screen: screen)
        #expect(all.count == 26 && all.allSatisfy { $0.count < width })
        // No more are left out than it takes.
        for count in [0, 1, 12] {
            #expect(LayerTable.lines(Array(layers.prefix(count)), isWhole: false, screen: screen).count == count + 1)
        }
        let thirteen = LayerTable.lines(Array(layers.prefix(13)), isWhole: false, screen: screen)
        #expect(thirteen.count == 13 && thirteen[7] == "  ... 2 more layers (--verbose)")
        let colored = LayerTable.lines(layers, isWhole: false, screen: Screen(width: width, hasColors: true))
        #expect(colored.dropFirst() == lines.dropFirst() && colored[0] == "\u{1B}[1m\(lines[0])\u{1B}[0m")
    }

    @Test func namesThatAreTooLongAreCut() {
        let long = TrainingSummary.Layer(
            name: String(repeating: "stage.", count: 40), shape: [512, 4608], density: 1, nonzeros: 1, format: "csr")
        for width in [10, 20, 40, 80] {
            for isWhole in [true, false] {
                let lines = LayerTable.lines([long], isWhole: isWhole, screen: Screen(width: width))
                #expect(lines.count == 2 && lines.allSatisfy { $0.count < width }, "\(lines)")
            }
        }
    }

    @Test(arguments: [40, 80, 200]) func anEpochIsALine(width: Int) {
        let scores = { (value: Double) in Scores(loss: 1.25, values: [.init(name: "accuracy", value: value)]) }
        let record = EpochRecord(
            epoch: 7, step: 123456, learningRate: 0.1, train: scores(0.5), validation: scores(0.625),
            test: scores(0.75),
            nonzeros: 1, density: 1, trainFLOPsRatio: 1, seconds: 1, samplesPerSecond: 123456)
        let line = ProgressLines.line(record, epochs: 1000, screen: Screen(width: width))
        #expect(line.count < width && line.hasPrefix("epoch 7/1000  ") && line.contains("test 0.7500"), "\(line)")
        #expect(line.contains("loss 1.2500") == (width >= 80), "\(line)")
        #expect(
            ProgressLines.line(record, epochs: 1000, screen: Screen())
                == "epoch 7/1000  step 123456  loss 1.2500  accuracy 0.5000  validation 0.6250  test 0.7500  123456 samples/s"
        )
    }

    @Test func aLogHasAtMostTwentyLinesOfEpochs() {
        for epochs in 1...3000 {
            let shown = ShownEpochs(epochs: epochs, most: 20)
            let lines = (1...epochs).filter(shown.contains)
            #expect(lines.count <= 20 && lines.last == epochs && (epochs < 20 || lines.count >= 8), "\(epochs)")
            #expect((shown.remark == nil) == (lines.count == epochs), "\(epochs)")
        }
        let intervals = [20, 21, 40, 41, 100, 101, 200, 201, 1000, 1001].map {
            ShownEpochs(epochs: $0, most: 20).interval
        }
        #expect(intervals == [1, 2, 2, 5, 5, 10, 10, 20, 50, 100])
        #expect(ShownEpochs(epochs: 30, most: 20).remark == "every 2nd epoch is shown; --verbose shows all")
    }

    /// In a log: no codes for a terminal, a screen of lines, and all of them when asked for.
    @Test func aRunOfAHundredEpochsIsAScreen() throws {
        try withExecutable { command in
            let words = ["--epochs", "100", "--model", "mlp:16", "--out"]
            // Terminals by name alone are none.
            let environment = ["TERM": "xterm", "COLUMNS": "40"]
            let result = try command.run(words + ["my run"], environment: environment)
            let lines = result.errors.split(separator: "\n").map(String.init)
            #expect(!(result.errors + result.output).contains("\u{1B}"))
            #expect(result.errors.count { $0.isNewline } + result.output.count { $0.isNewline } < 40)
            let numbers = lines.compactMap { $0.firstMatch(of: #/^epoch (\d+)/100 /#)?.1 }.compactMap { Int($0) }
            #expect(numbers == Array(stride(from: 5, through: 100, by: 5)), "\(lines)")
            #expect(lines.contains("every 5th epoch is shown; --verbose shows all"))
            #expect(
                lines.suffix(3) == [
                    "next: sparsetrain report 'my run'", "      sparsetrain evaluate 'my run'",
                    "      sparsetrain export 'my run' --format onnx --out 'my run/model.onnx'",
                ])
            let whole = try command.run(words + ["whole", "--verbose"])
            #expect(whole.errors.split(separator: "\n").count { $0.hasPrefix("epoch ") } == 100)
            let refused = try command.run(["--verbose", "--quiet"])
            #expect(refused.status == 2 && refused.errors.contains("--quiet and --verbose: give one of them"))
        }
    }

    /// What a run says is to be done next can be done.
    @Test func whatIsToBeDoneNextCanBeDone() throws {
        try withExecutable { command in
            let result = try command.run(["--epochs", "1", "--model", "mlp:16", "--out", "runs/it's mine"])
            let lines = result.errors.split(separator: "\n").map(String.init)
            let commands = lines.suffix(3).map { String($0.trimmingPrefix(/(next:)?[ ]+/)) }
            for line in commands {
                let done = try command.shell(line.replacing("sparsetrain ", with: "\"$S\" "))
                #expect(done.status == 0, "\(line): \(done.errors)")
            }
            // Neither for a run without progress, nor beside one object.
            for flag in ["--quiet", "--json"] {
                let other = try command.run(["--epochs", "1", "--model", "mlp:16", "--out", "x" + flag, flag])
                #expect(!(other.errors + other.output).contains("next:"))
            }
        }
    }
}
