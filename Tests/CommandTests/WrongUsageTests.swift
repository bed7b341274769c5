import Foundation
import Testing

/// What the built command says to wrong words: one line that names the culprit, and nothing left on disk.
@Suite struct WrongUsageTests {
    @Test(arguments: [
        (["--density", "0"], "--density 0: must be"), (["--density", "1.5"], "--density 1.5"),
        (["--density=nan"], "--density nan"), (["--density"], "--density needs a value"),
        (["--densty", "0.1"], "did you mean --density?"), (["--algo", "rigle"], "did you mean rigl?"),
        (["--algo", "nothing"], "known: static, set, rigl"), (["trian"], "did you mean train?"),
        (["now"], "unknown verb 'now'"), (["train", "0.1"], "unexpected '0.1'"),
        (["--model", "mlp:0"], "mlp"), (["--model", "mlp:"], "mlp"), (["--model", "mpl:10"], "mlp"),
        (["--model", "mlp:99999999999999999999"], "mlp"), (["--epochs", "0"], "--epochs 0"),
        (["--epochs", "1", "--steps", "1"], "--epochs and --steps"), (["--batch-size", "-4"], "--batch-size -4"),
        (["--lr", "fast"], "--lr fast"), (["--optimizer", "adamx"], "did you mean adam?"),
        (["--lr-schedule", "cosinus"], "did you mean cosine?"), (["--distribution", "erf"], "--distribution erf"),
        (["--drop-rule", "random"], "--drop-rule random"), (["--drop-fraction", "2"], "--drop-fraction 2"),
        (["--end-fraction", "-0.5"], "--end-fraction -0.5"), (["--delta-t", "0"], "--delta-t 0"),
        (["--grad-accumulation", "101"], "grad-accumulation"), (["--init", "he"], "--init he"),
        (["--momentum", "1"], "--momentum 1"), (["--nesterov", "--momentum=0"], "--nesterov"),
        (["--threads", "0"], "--threads 0"), (["--seed", "x"], "--seed x"), (["--clip-norm", "0"], "--clip-norm 0"),
        (["--dense-layers", "conv1"], "conv1"), (["--layer-density", "fc1=7"], "--layer-density fc1=7"),
        (["--density", "0.0001", "--dense-layers", "fc1"], "dense"), (["--json=1"], "--json takes no value"),
        (["--config", "none.json"], "none.json: No such file"), (["--config", "."], "--config ."),
        (["methods", "--density", "1"], "not of methods"), (["--no-density"], "unknown option --no-density"),
        (["--epsilon", "0"], "--epsilon 0"), (["--dropout", "1"], "--dropout 1"),
        (["--standardization", "both"], "--standardization both"), (["--out", ""], "--out ''"),
    ])
    func endsWithStatusTwo(arguments: [String], part: String) throws {
        try expect(arguments, status: 2, part: part)
    }

    @Test(arguments: [
        (["--data", "no/such/set"], "no/such/set"), (["--data", "."], ".: "), (["--data", "/dev/null"], "/dev/null"),
        (["--lr", "1e30", "--epochs", "1"], "is not finite at step"),
        (["--out", "/dev/null/run", "--epochs", "1"], "cannot write /dev/null/run"),
    ])
    func endsWithStatusOne(arguments: [String], part: String) throws {
        try expect(arguments, status: 1, part: part, mayHaveRun: arguments.contains("--lr"))
    }

    @Test func anUnknownInstructionSetIsRefused() throws {
        try expect([], status: 2, part: "SPARSETRAIN_ISA=sse", environment: ["SPARSETRAIN_ISA": "sse"])
    }

    private func expect(
        _ arguments: [String], status: Int32, part: String, environment: [String: String] = [:],
        mayHaveRun: Bool = false
    ) throws {
        try withExecutable { command in
            let result = try command.run(
                arguments + ["--quiet"].filter { _ in arguments.first?.first == "-" }, environment: environment)
            #expect(result.status == status)
            #expect(result.output.isEmpty)
            #expect(result.errors.hasPrefix("sparsetrain: ") && result.errors.contains(part), "\(result.errors)")
            #expect(
                result.errors.split(separator: "\n", omittingEmptySubsequences: false).count == 2, "\(result.errors)")
            if !mayHaveRun {
                #expect(try FileManager.default.contentsOfDirectory(atPath: command.folder.path).isEmpty)
            }
        }
    }
}
