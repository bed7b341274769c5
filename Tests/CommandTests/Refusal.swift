import Foundation
import TestSupport
import Testing

/// Words and files that the command must refuse: with this exit status and one line that says this.
struct Refusal: CustomTestStringConvertible {
    var arguments: [String]
    /// Files in the folder where the command is run.
    var files: [String: [UInt8]] = [:]
    var status: Int32
    var says: String

    var testDescription: String { arguments.joined(separator: " ") + " " + files.keys.sorted().joined(separator: " ") }

    static let all = usage + configurations + data + tables + tableOptions + checkpoints + dryRuns

    /// Wrong words.
    private static let wrongWords: [(arguments: [String], says: String)] = [
        (["--density", "0"], "--density 0: must be"), (["--density", "1.5"], "--density 1.5"),
        (["--density=nan"], "--density nan"), (["--density"], "--density needs a value"),
        (["--densty", "0.1"], "did you mean --density?"), (["--algo", "rigle"], "did you mean rigl?"),
        (["--algo", "nothing"], "static, set, rigl"), (["trian"], "did you mean train?"),
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
        (["--dense-layers", "conv1"], "--dense-layers: there is no layer 'conv1'; known: fc1, fc2, fc3"),
        (["--nm", "fcc1=2:4"], "--nm: there is no layer 'fcc1'; did you mean 'fc1'?"),
        (["--block", "conv*=8"], "--block: there is no layer 'conv*'"),
        (["--constant-fan-in", "out"], "--constant-fan-in: there is no layer 'out'"),
        (["--layer-density", "out=0.1"], "--layer-density: there is no layer 'out'"),
        (["--model", "resnt20"], "--model resnt20: unknown; did you mean resnet20?"),
        (["--model", "mlp:a"], "--model mlp:a: expected sizes of hidden layers"),
        (["--compat", "set2018"], "--compat set2018: must be a variant of rigl: paper"),
        (["--algo", "static", "--compat", "x"], "--compat x: must be left out: static has no published variant"),
        (
            ["--algo", "srigl", "--density", "0.001"],
            "layer 'fc1' do not give each of its 300 outputs an input; a higher"
        ),
        (["--algo", "srigl", "--density", "0.001", "--dry-run"], "layer 'fc1'"),
        (["--algo", "dense", "--layer-density", "fc1=0.5"], "leave out its --layer-density"),
        (["--layer-density", "fc1=7"], "--layer-density fc1=7"),
        (["--density", "0.0001", "--dense-layers", "fc1"], "dense"), (["--json=1"], "--json takes no value"),
        (["--config", "none.json"], "none.json: No such file"), (["--config", "."], "--config ."),
        (["methods", "--density", "1"], "not of methods"), (["--no-density"], "unknown option --no-density"),
        (["--epsilon", "0"], "--epsilon 0"), (["--dropout", "1"], "--dropout 1"),
        (["--standardization", "both"], "--standardization both"), (["--out", ""], "--out ''"),
        (["--block", "5"], "--block 5"), (["--keep-checkpoints", "0"], "--keep-checkpoints 0"),
        (["--checkpoint-minutes", "-1"], "--checkpoint-minutes -1"),
        (["--checkpoint-steps", "x"], "--checkpoint-steps x"),
        (["--on-nonfinite", "hope"], "--on-nonfinite hope"), (["--on-write-failure", "cry"], "--on-write-failure cry"),
        (["--resume"], "--resume and --out"), (["--override"], "--override needs --resume"),
        (["--algo", "ri\ngl\u{1B}"], "--algo ri\\ngl\\u{1B}: unknown"),
        (["--input-shape", "8x8"], "--input-shape 8x8"), (["--input-shape", "0x8x8"], "--input-shape 0x8x8"),
        (["--input-shape", "1x8x9"], "64 values, and an input shape of 1x8x9, 72 values"),
        (["--input-shape", "1x4x16"], "images of 1x8x8"), (["--target", ""], "--target ''"),
        (["--model", "lenet5"], "12 x 12"), (["--model", "mlp:65536,65536", "--density", "0.6"], "2575040513 weights"),
        (["--model", "mlp:1000000,1000000", "--density", "0.002"], "the process may use"),
    ]
    private static let usage: [Refusal] = wrongWords.map { Refusal(arguments: $0, status: 2, says: $1) }

    private static let wrongConfigurations: [(text: String, says: String)] = [
        ("", "c.json"), ("{", "c.json: not JSON"), ("[]", "c.json: must be a JSON object"),
        ("{\"densty\":1}", "did you mean --density?"), ("{\"density\":2}", "--density 2"),
        ("{\"density\":[1]}", "--density (a list or an object)"), ("{\"density\":1e999}", "--density"),
        (String(repeating: "[", count: 100_000), "c.json"),
        (String(repeating: " ", count: 1 << 21), "c.json: too many"),
    ]
    private static let configurations: [Refusal] = wrongConfigurations.map {
        Refusal(arguments: ["--config", "c.json"], files: ["c.json": Array($0.utf8)], status: 2, says: $1)
    }

    private static func idx(_ sizes: [UInt8], _ content: [UInt8]) -> [UInt8] {
        [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, 0, $0] } + content
    }
    private static let images = idx([6, 2, 2], [UInt8](0..<24))
    private static let labels = idx([6], [0, 1, 2, 0, 1, 2])
    private static let soundIDX: [String: [UInt8]] = [
        "train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels,
        "t10k-images-idx3-ubyte": images, "t10k-labels-idx1-ubyte": labels,
    ]

    private static let damagedImages: [(name: String, bytes: [UInt8], says: String)] = [
        ("train-images-idx3-ubyte", Array(images.dropLast()), "39: the data ends here; expected 40 bytes"),
        ("train-images-idx3-ubyte", images + [0], "train-images-idx3-ubyte, byte 40: one more byte"),
        ("train-images-idx3-ubyte", idx([0, 2, 2], []), "a size of 0"),
        ("train-images-idx3-ubyte", [0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255], "the header ends here"),
        ("train-images-idx3-ubyte", Array(gzip(images).dropLast(9)), "the compressed data ends here"),
        ("train-images-idx3-ubyte", bomb, "more bytes follow"),
        ("train-images-idx3-ubyte", [], "train-images-idx3-ubyte: the file is empty"),
        ("train-labels-idx1-ubyte", idx([5], [0, 1, 2, 0, 1]), "train-labels-idx1-ubyte, byte 4: 5 labels"),
        ("t10k-images-idx3-ubyte", idx([6, 1, 2], [UInt8](0..<12)), "expected one size"),
    ]
    private static let bomb = gzip(images + [UInt8](repeating: 0, count: 1 << 22))
    private static let badLabel: [UInt8] = [10] + [UInt8](repeating: 0, count: 3072)

    /// Damaged folders of images, and paths that are no data. `HostileFileTests` has more, without the command.
    private static let data: [Refusal] =
        damagedImages.map { name, bytes, says in
            let files = soundIDX.merging([name: bytes]) { $1 }
            return Refusal(arguments: ["--data", "."], files: files, status: 1, says: says)
        } + [
            Refusal(arguments: ["--data", "."], files: ["data_batch_1.bin": badLabel], status: 1, says: "label 10"),
            Refusal(arguments: ["--data", "."], files: ["test_batch.bin": [1]], status: 1, says: "data_batch_1.bin"),
            Refusal(arguments: ["--data", "no/such/set"], status: 1, says: "no/such/set: no such file"),
            Refusal(arguments: ["--data", "."], status: 1, says: ".: no known data format"),
            Refusal(arguments: ["--data", "/dev/null"], status: 1, says: "/dev/null"),
            Refusal(arguments: ["--out", "/dev/null/run"], status: 1, says: "cannot write /dev/null/run"),
        ]

    private static let damagedTables: [(text: String, says: String)] = [
        ("0,1,2\n1,nan,3\n", "t.csv, line 2, column 2: \"nan\""), ("0,1,2\n1,2\n", "line 2, column 2: 2 fields"),
        ("0,1,2\n1,1e999,3\n", "line 2, column 2"), ("1\n2\n", "single column"), ("a,b,c\n", "no samples"),
        ("0,1.5,0.5\n0,2.5,1.5\n", "a quantity rather than a class"), ("\"a,1\n", "quote"),
        ("0,1,5\n1,\u{1F600},3\n", "line 2, column 2"),
    ]
    private static let tables: [Refusal] = damagedTables.map {
        Refusal(arguments: ["--data", "t.csv"], files: ["t.csv": Array($0.utf8)], status: 1, says: $1)
    }

    /// What a table does not have is asked for.
    private static let tableOptions: [Refusal] = [
        (["--target", "kind"], "--target \"kind\""), (["--label-column", "9"], "a number from 1 to 3"),
        (["--input-shape", "1x1x3"], "samples of 2 values, and an input shape of 1x1x3, 3 values"),
    ].map { words, says in
        let text = "a,b,label\n" + (0..<20).map { "\($0).5,1,\($0 % 2)\n" }.joined()
        return Refusal(
            arguments: ["--data", "t.csv"] + words, files: ["t.csv": Array(text.utf8)], status: 2, says: says)
    }

    private static let damagedCheckpoints: [(bytes: [UInt8], says: String)] = [
        ([], "cannot resume from run/checkpoint.safetensors: 0 bytes are too few"),
        ([1, 0, 0, 0, 0, 0, 0, 0, 0x7B], "run/checkpoint.safetensors: the header is not that of"),
        ([UInt8](repeating: 255, count: 100), "at most"), ([200, 0, 0, 0, 0, 0, 0, 0, 0x7B], "cut short"),
        ([2, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D], "not a checkpoint of sparsetrain"),
    ]
    private static let checkpoints: [Refusal] = damagedCheckpoints.map {
        Refusal(
            arguments: ["--resume", "--out", "run"], files: ["run/checkpoint.safetensors": $0], status: 1,
            says: $1)
    }

    /// A dry run has the exit status that the run would have.
    private static let dryRuns: [Refusal] = [
        Refusal(arguments: ["--dry-run", "--density", "7"], status: 2, says: "--density 7"),
        Refusal(arguments: ["--dry-run", "--model", "mlp:0"], status: 2, says: "mlp"),
        Refusal(arguments: ["--dry-run", "--data", "none"], status: 1, says: "none"),
        Refusal(
            arguments: ["--dry-run", "--data", "t.csv"], files: ["t.csv": Array("1\n".utf8)], status: 1, says: "t.csv"),
    ]
}
