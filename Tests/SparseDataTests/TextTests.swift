import Foundation
import SparseParts
import SparseStore
import TestSupport
import Testing

@testable import SparseData

/// Texts as tokens: what is read, how it is cut, and what is refused.
@Suite struct TextTests {
    private static let text = (0..<700).map { "line \($0), é ∑ 𝄞 \($0 % 13)\n" }.joined()

    private func options(_ tokenizer: String? = "characters", context: Int = 8) -> DataOptions {
        var options = DataOptions()
        (options.tokenizer, options.context) = (tokenizer, context)
        return options
    }

    /// All tokens of a part, read one by one: those of the places, and the one after the last.
    private func tokens(_ subset: Subset) -> [Int] {
        let dataset = subset.dataset
        return (0..<dataset.count).map { dataset.token(of: $0, input: 0) } + [dataset.label(of: dataset.count - 1)]
    }

    @Test(arguments: [false, true]) func charactersAreTheDifferentScalarsInOrder(compressed: Bool) throws {
        let folder = try TemporaryFolder()
        // Longer than what is read of a compressed text at first.
        let text = String(repeating: Self.text, count: 8)
        let bytes = Array(text.utf8)
        let path = try folder.write(compressed ? gzip(bytes) : bytes, to: "a.txt")
        let source = try DataSource.open(path, options: options())
        let all = Array(text.unicodeScalars)
        let sorted = Set(all).sorted { $0.value < $1.value }
        let cut = Int(0.9 * Double(all.count))
        let expected = all.map { sorted.firstIndex(of: $0) ?? -1 }
        #expect(tokens(source.train) == Array(expected[..<cut]))
        #expect(tokens(source.test) == Array(expected[cut...]))
        #expect(
            source.targets == .tokens(sorted.count)
                && source.train.dataset.inputs == [.tokens(vocabulary: sorted.count)])
        #expect(source.train.samples == Array(stride(from: 0, to: cut - 8, by: 8)))
        #expect(source.sampleUnit == "tokens" && source.remarks[0].contains("a text of \(sorted.count) characters"))
        try source.check()
        let vocabulary = try #require(source.vocabulary)
        #expect(try vocabulary.encode(text) == expected && vocabulary.decode(expected) == text)
        let error = #expect(throws: DataError.self) { try vocabulary.encode("é?q") }
        #expect(error?.description.contains("\"?\" (U+003F)") == true && error?.place == .offset(2))
    }

    @Test func bytesAreTokensWhateverTheyMean() throws {
        let folder = try TemporaryFolder()
        let bytes = randomBytes(5000)
        let source = try DataSource.open(folder.write(bytes, to: "a.bin"), options: options("bytes", context: 100))
        #expect(tokens(source.train) == bytes[..<4500].map { Int($0) })
        #expect(tokens(source.test) == bytes[4500...].map { Int($0) })
        #expect(source.vocabulary == .bytes && source.train.count == 44 && source.test.count == 4)
    }

    /// A character whose bytes are several tokens shows when it is whole; what is no UTF-8 is one U+FFFD.
    @Test func decodersWaitForWholeCharacters() throws {
        for text in ["aé∑𝄞b", "𝄞𝄞", ""] {
            var decoder = TokenDecoder(.bytes)
            let pieces = text.utf8.map { decoder.text(of: Int($0)) }
            #expect(pieces.joined() == text && decoder.rest().isEmpty)
            #expect(pieces.filter { !$0.isEmpty } == text.map(String.init))
        }
        var decoder = TokenDecoder(.bytes)
        #expect(
            [0xC3, 0x41, 0xFF, 0xE2, 0x88].map { decoder.text(of: $0) }.joined() + decoder.rest()
                == "\u{FFFD}A\u{FFFD}\u{FFFD}")
        let ids = Vocabulary(ids: 3, texts: ["the", " cat", "\n"])
        #expect(ids.decode([0, 1, 2]) == "the cat\n")
        #expect(throws: DataError.self) { try ids.encode("the cat") }
        #expect(Vocabulary(ids: 30).decode([3, 29]) == "3 29")
        #expect(try Vocabulary(ids: 2, texts: ["b", "a"]).encode("ab") == [1, 0])
    }

    @Test func vocabulariesAreReadAsTheyWereWritten() throws {
        let scalars = ["\0", "\n", "\"", "\\", "e", "\u{301}", "é", "Å", "\u{212B}", "\u{FEFF}", "𝄞"].flatMap {
            Array($0.unicodeScalars)
        }
        for vocabulary in [
            Vocabulary(characters: scalars), .bytes, Vocabulary(ids: 50257),
            Vocabulary(ids: 2, texts: ["", "\u{301}"]),
        ] {
            let data = try JSONEncoder().encode(vocabulary)
            #expect(try JSONDecoder().decode(Vocabulary.self, from: data) == vocabulary)
        }
        for text in [
            #"{"kind":"characters","characters":""}"#, #"{"kind":"characters","characters":"aa"}"#,
            #"{"kind":"ids","size":0}"#,
            #"{"kind":"ids","size":3,"texts":["a"]}"#, #"{"kind":"words"}"#, "{}",
        ] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(Vocabulary.self, from: Data(text.utf8)) }
        }
    }

    private func words(_ ids: [Int]) -> [UInt8] { ids.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }

    @Test(arguments: [
        nil, #"{"vocab_size": 700, "other": [1]}"#, "list", "object", "inverse",
    ]) func tokenFilesAreRead(meta: String?) throws {
        let folder = try TemporaryFolder()
        var random = CounterRandom(seed: 3, purpose: .test)
        let ids = (0..<3000).map { _ in random.next(below: 650) } + [649]
        try folder.write(words(ids), to: "train.bin")
        try folder.write(words(Array(ids.prefix(500))), to: "val.bin")
        let texts = (0..<700).map { "t\($0)é" }
        let content: String? =
            switch meta {
            case "list": #"{"itos": [\#(texts.map { "\"\($0)\"" }.joined(separator: ","))]}"#
            case "object":
                #"{"vocab_size": 700, "itos": {\#(texts.enumerated().map { "\"\($0)\": \"\($1)\"" }.joined(separator: ","))}}"#
            case "inverse": #"{"stoi": {\#(texts.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ","))}}"#
            default: meta
            }
        if let content { try folder.write(content, to: "meta.json") } else { try folder.write("x", to: "meta.pkl") }
        let source = try DataSource.open(folder.path, options: options(nil, context: 33))
        #expect(tokens(source.train) == ids && tokens(source.test) == Array(ids.prefix(500)))
        #expect(source.vocabulary?.count == (content == nil ? 650 : 700))
        #expect(source.vocabulary?.texts == (content?.contains("t0") == true ? texts : nil))
        #expect(source.remarks.contains { $0.contains("meta.pkl is not read") } == (content == nil))
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var files: [String: [UInt8]]
        var open: String?
        var tokenizer: String?
        var kind: DataError.Kind
        var place: DataError.Place?
        var says: [String]
    }

    private static let good: [UInt8] = Array(repeating: [1, 0], count: 40).flatMap { $0 }
    private static func text(
        _ name: String, _ bytes: [UInt8], _ kind: DataError.Kind, at place: DataError.Place? = nil, _ says: String...,
        tokenizer: String? = "characters"
    ) -> Fault {
        Fault(
            testDescription: name, files: ["a.txt": bytes], open: "a.txt", tokenizer: tokenizer, kind: kind,
            place: place, says: says)
    }
    private static func files(
        _ name: String, _ files: [String: [UInt8]], _ kind: DataError.Kind, at place: DataError.Place? = nil,
        _ says: String...
    ) -> Fault {
        Fault(
            testDescription: name, files: ["train.bin": good, "val.bin": good].merging(files) { $1 }, open: nil,
            tokenizer: nil, kind: kind, place: place, says: says)
    }
    private static func bad(_ name: String, _ bytes: [UInt8], at offset: Int) -> Fault {
        text(
            name, Array("abcé".utf8) + bytes + Array(String(repeating: "abc ", count: 60).utf8), .malformed,
            at: .offset(5 + offset), "UTF-8", "--tokenizer bytes")
    }
    static let faults: [Fault] = [
        bad("a byte alone", [0x80], at: 0), bad("never a byte", [0xFF], at: 0), bad("overlong", [0xC0, 0xAF], at: 0),
        bad("overlong of three", [0xE0, 0x80, 0x80], at: 0), bad("a surrogate", [0xED, 0xA0, 0x80], at: 0),
        bad("too large", [0x61, 0xF4, 0x90, 0x80, 0x80], at: 1),
        bad("cut short by another", [0xE2, 0x88, 0x41], at: 0),
        text(
            "cut short at the end", Array(repeating: 0x61, count: 300) + [0xE2, 0x88], .malformed, at: .offset(300),
            "UTF-8"),
        text(
            "UTF-16", [0xFF, 0xFE] + Array(repeating: [0x61, 0], count: 100).flatMap { $0 }, .malformed, at: .offset(0),
            "FF"),
        text("empty", [], .empty, "empty"),
        text(
            "shorter than a window to test", Array(repeating: 0x61, count: 80), .inconsistent, "8 tokens to test",
            "at least 9", "--context"),
        text("shorter than a window", Array("abc".utf8), .inconsistent, "2 tokens to train on", "at least 9"),
        text(
            "no text said", Array("To be, or not\nto be: that is\n\nthe question, \"and\n".utf8), .malformed,
            "--tokenizer characters", tokenizer: nil),
        files("half an id", ["val.bin": good + [7]], .malformed, at: .offset(80), "a last byte by itself"),
        files(
            "outside the vocabulary",
            ["val.bin": good + [3, 1] + good, "meta.json": Array(#"{"vocab_size": 200}"#.utf8)], .labelOutOfRange,
            at: .offset(80), "token 259, number 40", "val.bin", "from 0 to 199"),
        files("no ids", ["train.bin": []], .empty, "train.bin"),
        files(
            "fewer ids than a window", ["val.bin": Array(good.prefix(16))], .inconsistent, "8 tokens to test",
            "--context"),
        files("no object", ["meta.json": Array("[3]".utf8)], .malformed, "meta.json", "vocab_size"),
        files("nothing said", ["meta.json": Array("{}".utf8)], .malformed, "no 'vocab_size'"),
        files("no vocabulary", ["meta.json": Array(#"{"vocab_size": 0}"#.utf8)], .malformed, "a vocabulary of 0"),
        files("a larger vocabulary", ["meta.json": Array(#"{"vocab_size": 65537}"#.utf8)], .malformed, "65537"),
        files("fewer texts", ["meta.json": Array(#"{"vocab_size": 3, "itos": ["a"]}"#.utf8)], .malformed, "1 texts"),
        files("an id twice", ["meta.json": Array(#"{"stoi": {"a": 0, "b": 0}}"#.utf8)], .malformed, "'stoi'"),
        files("an id left out", ["meta.json": Array(#"{"itos": {"0": "a", "2": "b"}}"#.utf8)], .malformed, "'itos'"),
        files("no number", ["meta.json": Array(#"{"itos": {"x": "a"}}"#.utf8)], .malformed, "'itos'"),
    ]

    @Test(arguments: faults) func faultsAreNamed(fault: Fault) throws {
        let folder = try TemporaryFolder()
        for (name, bytes) in fault.files { try folder.write(bytes, to: name) }
        let error = #expect(throws: DataError.self) {
            try DataSource.open(fault.open.map(folder.path) ?? folder.path, options: options(fault.tokenizer))
        }
        guard let error else { return }
        if fault.tokenizer != nil || fault.open == nil {
            #expect(error.kind == fault.kind && error.place == fault.place, "\(error)")
        }
        #expect(error.source.hasPrefix(folder.path))
        for words in fault.says { #expect(error.description.contains(words), "\(error)") }
    }

    @Test func aFolderWithoutItsOtherFileIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.good, to: "train.bin")
        try folder.write(#"{"vocab_size": 3}"#, to: "meta.json")
        let error = #expect(throws: DataError.self) { try DataSource.open(folder.path, options: options(nil)) }
        #expect(error?.description.contains("no file val.bin") == true)
    }

    /// Options that data do not read are refused, here as everywhere.
    @Test func optionsOfTextsAreForTexts() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.text, to: "a.txt")
        for (data, name) in [("digits", "context"), ("digits", "tokenizer"), (path, "test-fraction")] {
            var options = options(data == path || name == "tokenizer" ? "characters" : nil)
            options.given = [name]
            let error = #expect(throws: DataError.self) { try DataSource.open(data, options: options) }
            #expect(error?.kind == .unreadOption && error?.source == "--\(name)")
        }
        var tight = options()
        tight.memoryLimit = 1000
        #expect(throws: DataError.self) { try DataSource.open(path, options: tight) }
    }

    /// A network that was trained on a text reads others by its own vocabulary.
    @Test func aKnownVocabularyIsKept() throws {
        let folder = try TemporaryFolder()
        let known = Vocabulary(characters: Array("\n ,0123456789eilné∑𝄞z".unicodeScalars))
        var options = options()
        options.trained = TrainedColumns(
            columns: nil, features: 1, classNames: nil, targets: .tokens(known.count), vocabulary: known)
        let source = try DataSource.open(folder.write(Self.text, to: "a.txt"), options: options)
        #expect(source.vocabulary == known && source.targets == .tokens(known.count))
        let error = #expect(throws: DataError.self) {
            try DataSource.open(folder.write("é" + Self.text + "?", to: "b.txt"), options: options)
        }
        #expect(error?.place == .offset(2 + Self.text.utf8.count) && error?.kind == .labelOutOfRange)
        options.tokenizer = "bytes"
        #expect(throws: DataError.self) { try DataSource.open(folder.path("a.txt"), options: options) }
    }

    @Test(.enabled(if: SharedData.has("tinyshakespeare"), SharedData.missing))
    func shakespeareHas65Characters() throws {
        let source = try DataSource.open(SharedData.path("tinyshakespeare/input.txt"), options: options(context: 64))
        #expect(source.classes == 0 && source.targets == .tokens(65) && source.train.dataset.count == 1_003_853)
        #expect(source.test.dataset.count == 111_539 && source.test.count == 1742)
        #expect(
            source.remarks == [
                "input.txt: a text of 65 characters, 1,003,854 tokens to train on and 111,540 to test, in windows of 64 that begin "
                    + "anywhere; --batch-size counts windows"
            ])
    }
}
