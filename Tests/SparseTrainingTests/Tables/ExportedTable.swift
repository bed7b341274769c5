import Foundation
import SparseTraining
import Testing

/// A table as a program exports it, and what must come of it: what is found, trained and predicted, or the line that refuses it.
struct ExportedTable: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
        /// Classes, features, samples that remain, and parts of what is said.
        case classes([String], features: Int, samples: Int = 40, says: [String] = [])
        /// Numbers to find.
        case numbers(Int, features: Int, samples: Int = 40, says: [String] = [])
        /// Labels to find.
        case labels(Int, features: Int, samples: Int = 40, says: [String] = [])
        /// Parts of the one line that says why not.
        case refused([String])
    }

    var testDescription: String
    var content: [UInt8]
    /// Options as on the command line.
    var options: [String: String] = [:]
    /// A table with test samples.
    var test: String?
    /// A table to predict, and the features that are made of its first row.
    var predict: (table: String, features: [Float])?
    var outcome: Outcome

    // A name for each kind of arguments: overloads of one name would take the compiler minutes in tables as long as these.

    static func plain(
        _ name: String, _ text: String, test: String? = nil, predict: (String, [Float])? = nil, _ outcome: Outcome
    ) -> ExportedTable {
        given(name, text, [:], test: test, predict: predict, outcome)
    }

    static func given(
        _ name: String, _ text: String, _ options: [String: String], test: String? = nil,
        predict: (String, [Float])? = nil, _ outcome: Outcome
    ) -> ExportedTable {
        ExportedTable(
            testDescription: name, content: Array(text.utf8), options: options, test: test, predict: predict,
            outcome: outcome)
    }

    static func raw(_ name: String, bytes: [UInt8], _ outcome: Outcome) -> ExportedTable {
        rawGiven(name, bytes: bytes, [:], outcome)
    }

    static func rawGiven(
        _ name: String, bytes: [UInt8], _ options: [String: String], _ outcome: Outcome
    ) -> ExportedTable {
        ExportedTable(testDescription: name, content: bytes, options: options, outcome: outcome)
    }

    /// Forty lines of two numbers, what `middle` puts between them, and a class or what `last` says.
    static func rows(
        _ separator: String = ",", end: String = "\n", middle: (Int) -> String? = { _ in nil },
        last: (Int) -> String = { $0 % 2 == 0 ? "no" : "yes" }
    ) -> String {
        (0..<40).map { row in
            ([number(row)] + [middle(row)].compactMap(\.self) + ["\(row % 7)", last(row)]).joined(separator: separator)
                + end
        }.joined()
    }

    /// Different in every row, never whole.
    static func number(_ row: Int) -> String { "\(row % 2 == 0 ? "-" : "")\(row).25" }
    static func comma(_ row: Int) -> String { number(row).replacing(".", with: ",") }
    /// The same rows with decimal commas.
    static func commas(_ separator: String, middle: (Int) -> String? = { _ in nil }) -> String {
        (0..<40).map { row in
            ([comma(row)] + [middle(row)].compactMap(\.self) + ["\(row % 7)", row % 2 == 0 ? "no" : "yes"])
                .joined(separator: separator) + "\n"
        }.joined()
    }
    static let answers = ["no", "yes"]
    static let two = Outcome.classes(answers, features: 2)
    static let three = Outcome.classes(answers, features: 3)

    static let shapes: [ExportedTable] = [
        .plain("commas", "a,b,kind\n" + rows(), predict: ("a,b\n1.5,2\n", [1.5, 2]), two),
        .plain("commas, no header", rows(), predict: ("1.5,2\n", [1.5, 2]), two),
        .plain("semicolons", "a;b;kind\n" + rows(";"), predict: ("a;b\n1.5;2\n", [1.5, 2]), two),
        .plain("tabs", "a\tb\tkind\n" + rows("\t"), predict: ("b,a\n2,1.5\n", [1.5, 2]), two),
        .plain("bars", "a|b|kind\n" + rows("|"), two),
        .plain("blanks, no header", rows(" "), two),
        .plain("a byte-order mark and CRLF", "\u{FEFF}a,b,kind\r\n" + rows(end: "\r\n"), two),
        .plain("lines of old Macs", "a,b,kind\r" + rows(end: "\r"), two),
        .plain(
            "quotes around everything", "\"a\",\"b\",\"kind\"\n" + rows(last: { "\"\($0 % 2 == 0 ? "no" : "yes")\"" }),
            two),
        .plain(
            "separators and line breaks in quotes",
            "a,b,\"kind,\nof thing\"\n" + rows(last: { $0 % 2 == 0 ? "\"no,\n no\"" : "yes" }),
            .classes(["no,\n no", "yes"], features: 2)),
        .plain(
            "a separator at the ends of lines", "a,b,kind,\n" + rows(end: ",\n"),
            .classes(answers, features: 2, says: ["an empty column"])),
        .plain("numbers for names", "0,1,2\n" + rows(), .classes(answers, features: 2, says: ["names of the columns"])),
        .plain("ragged", "a,b,kind\n" + rows() + "1,2\n", .refused(["line 42", "2 fields", "3 fields"])),
        .plain("an empty file", "", .refused(["empty"])),
        .plain("a header alone", "a,b,kind\n", .refused(["no samples after the header"])),
        .plain(
            "a quote that stays open", "a,b,kind\n" + rows() + "\"1,2,no\n",
            .refused(["line 42", "a quote that is not closed"])),
        .raw(
            "two bytes a letter", bytes: [0xFF, 0xFE] + Array("a,b,kind\n".utf8).flatMap { [$0, 0] },
            .refused(["UTF-16", "UTF-8"])),
    ]

    static let targets: [ExportedTable] = [
        .given(
            "in the middle, by name", "a,kind,b\n" + rows(middle: { $0 % 2 == 0 ? "no" : "yes" }) { "\($0 % 3)" },
            ["target": "kind"], predict: ("a,b,c\n1.5,2,1\n", [1.5, 2, 1]),
            .refused(["4 fields", "3 fields"])),
        .given(
            "in the middle, by its name", "a,kind,b,c\n" + rows(middle: { $0 % 2 == 0 ? "no" : "yes" }) { "\($0 % 3)" },
            ["target": "kind"], predict: ("a,b,c\n1.5,2,1\n", [1.5, 2, 1]), three),
        .given(
            "in the middle, by its number", rows(middle: { $0 % 2 == 0 ? "no" : "yes" }) { "\($0 % 3)" },
            ["target": "2"], predict: ("1.5,2,1\n", [1.5, 2, 1]), three),
        .given(
            "no such column", "a,b,kind\n" + rows(), ["target": "class"], .refused(["--target \"class\"", "\"kind\""])),
        .plain(
            "two that may be it", "label,b,class\n" + rows(last: { "\($0 % 2)" }),
            .refused(["--target label or --target class"])),
        .plain(
            "classes from 1", "a,b,class\n" + rows(last: { "\($0 % 3 + 1)" }), .classes(["1", "2", "3"], features: 2)),
        .plain(
            "classes -1 and 1", "a,b,class\n" + rows(last: { $0 % 2 == 0 ? "-1" : "1" }),
            .classes(["-1", "1"], features: 2)),
        .plain("one class", "a,b,class\n" + rows(last: { _ in "yes" }), .refused(["a single class"])),
        .plain(
            "a class of one sample", "a,b,class\n" + rows() + "1,2,maybe\n",
            .classes(["maybe", "no", "yes"], features: 2, samples: 41, says: ["too few samples", "\"maybe\""])),
        .plain("one sample", "a,b,class\n1,2,x\n", .refused(["a single class"])),
        .plain("two samples of two classes", "a,b,class\n1,2,x\n2,3,y\n", .refused(["--test-data"])),
        .plain(
            "a class that only the test has", "a,b,class\n" + rows(), test: "a,b,class\n1,2,maybe\n",
            .refused(["\"maybe\"", "does not have"])),
        .plain(
            "a test table without classes", "a,b,class\n" + rows(), test: "b,a\n1,2\n",
            .classes(answers, features: 2, says: ["nothing is tested"])),
        .plain(
            "columns of the test in another order", "a,b,class\n" + rows(), test: "class,b,a\nno,1,2\nyes,2,3\n",
            .classes(answers, features: 2, samples: 42, says: ["matched by their names"])),
        .plain("numbers that are no classes", "a,b,price\n" + rows(last: { "\($0).75" }), .refused(["a quantity"])),
        .plain(
            "a class left out", "a,b,class\n" + rows(last: { $0 == 5 ? "" : $0 % 2 == 0 ? "no" : "yes" }),
            .refused(["line 7", "no class"])),
        .given(
            "a class left out, dropped", "a,b,class\n" + rows(last: { $0 == 5 ? "" : $0 % 2 == 0 ? "no" : "yes" }),
            ["missing": "drop"], .classes(answers, features: 2, samples: 39)),
    ]

    static let columns: [ExportedTable] = [
        .plain(
            "ids", "id,a,b,class\n" + (0..<40).map { "\($0 + 1000),\($0 * 7 % 5).5,\($0 % 3),\($0 % 2)\n" }.joined(),
            .refused(["(id)", "--ignore id"])),
        .given(
            "ids, ignored",
            "id,a,b,class\n" + (0..<40).map { "\($0 + 1000),\($0 * 7 % 5).5,\($0 % 3),\($0 % 2)\n" }.joined(),
            ["ignore": "id"], predict: ("b,id,a\n1,x,0.5\n", [0.5, 1]), .classes(["0", "1"], features: 2)),
        .given(
            "ignored by its number, no header", rows(middle: { "name \($0)" }), ["ignore": "2"],
            predict: ("1.5,anna,2\n", [1.5, 2]), two),
        .given(
            "ignored, but not there", "a,b,class\n" + rows(), ["ignore": "id"], .refused(["--ignore \"id\"", "\"a\""])),
        .given("nothing left", "a,b,class\n" + rows(), ["ignore": "a,b"], .refused(["no column is left"])),
        .plain(
            "names that never repeat", "a,name,b,class\n" + rows(middle: { "name \($0)" }),
            .refused(["40 different texts", "--categories name", "--ignore name"])),
        .plain(
            "dates", "a,day,b,class\n" + rows(middle: { "2024-10-\($0 % 20 + 10)" }),
            .refused(["\"2024-10-10\"", "\"day\"", "a date", "--ignore day"])),
        .given(
            "dates, ignored", "a,day,b,class\n" + rows(middle: { "2024-10-\($0 % 20 + 10)" }), ["ignore": "day"], two),
        .plain("times", "a,hour,b,class\n" + rows(middle: { "\($0 % 20):15" }), .refused(["a time", "--ignore hour"])),
        .plain(
            "few texts", "a,colour,b,class\n" + rows(middle: { ["red", "green", "blue"][$0 % 3] }),
            predict: ("a,colour,b\n1.5,green,2\n", [1.5, 0, 1, 0, 2]),
            .classes(answers, features: 5, says: ["categories", "(colour) of 3"])),
        .plain(
            "a text that training had none of", "a,colour,b,class\n" + rows(middle: { ["red", "green"][$0 % 2] }),
            predict: ("a,colour,b\n1.5,pink,2\n", [1.5, 0, 0, 2]), .classes(answers, features: 4)),
        .plain(
            "truth values", "a,flag,b,class\n" + rows(middle: { $0 % 3 == 0 ? "True" : "False" }),
            predict: ("a,flag,b\n1.5,True,2\n", [1.5, 0, 1, 2]), .classes(answers, features: 4)),
        .given(
            "numbers that are categories", "a,zip,b,class\n" + rows(middle: { ["01234", "99999"][$0 % 2] }),
            ["categories": "zip"],
            predict: ("a,zip,b\n1.5,99999,2\n", [1.5, 0, 1, 2]), .classes(answers, features: 4)),
        .given(
            "many texts that are told to be categories", "a,name,b,class\n" + rows(middle: { "name \($0)" }),
            ["categories": "name"], .classes(answers, features: 42)),
        .plain(
            "texts among numbers", "a,size,b,class\n" + rows(middle: { $0 == 30 ? "large" : "\($0)" }),
            .refused(["line 32", "\"large\"", "not a number"])),
        .given(
            "a column both ignored and categories", "a,b,class\n" + rows(), ["ignore": "a", "categories": "a"],
            .refused(["both --ignore and --categories"])),
        .plain(
            "a constant column", "a,c,b,class\n" + rows(middle: { _ in "7" }),
            .classes(answers, features: 3, says: ["does not vary", "(c)"])),
        .plain("duplicated columns", "a,c,b,class\n" + rows(middle: { number($0) }), three),
        .plain(
            "columns of one name", "a,a,b,class\n" + rows(middle: { number($0 + 1) }),
            predict: ("a,a,b\n1,2,3\n", [1, 2, 3]), three),
        .plain("huge values", "a,c,b,class\n" + rows(middle: { "\($0)e30" }), three),
        .plain(
            "a number that is too large", "a,c,b,class\n" + rows(middle: { $0 == 3 ? "1e39" : "\($0)" }),
            .refused(["line 5", "not a finite number"])),
        .plain(
            "0 and 1", "a,c,b,class\n" + rows(middle: { "\($0 % 2)" }),
            .classes(answers, features: 3)),
        .given(
            "logarithms", "a,c,b,class\n" + rows(middle: { "\($0 * $0)" }), ["transform": "log1p"],
            predict: ("a,c,b\n1.5,0,1\n", [1.5, 0, Float(log1p(1.0))]),
            .classes(answers, features: 3, says: ["2 of 3 columns"])),
    ]

    static let missing: [ExportedTable] = [
        .plain(
            "an empty field", "a,c,b,class\n" + rows(middle: { $0 == 9 ? "" : "\($0).5" }),
            .refused(["line 11", "column 2", "an empty field", "--missing mean"])),
        .plain("NA", "a,c,b,class\n" + rows(middle: { $0 == 9 ? "NA" : "\($0).5" }), .refused(["line 11", "\"NA\""])),
        .given(
            "0 for them", "a,c,b,class\n" + rows(middle: { $0 == 9 ? "" : "\($0).5" }), ["missing": "zero"],
            predict: ("a,c,b\n1.5,,2\n", [1.5, 0, 2]), .classes(answers, features: 3, says: ["(c)", "0 stands"])),
        .given(
            "the mean for them", "a,c,b,class\n" + rows(middle: { $0 == 9 ? "n/a" : "3.5" }), ["missing": "mean"],
            predict: ("a,c,b\n1.5,?,2\n", [1.5, 3.5, 2]), .classes(answers, features: 3, says: ["the mean of"])),
        .given(
            "indicators", "a,c,b,class\n" + rows(middle: { $0 == 9 ? "" : "3.5" }),
            ["missing": "mean", "missing-indicators": "true"], predict: ("a,c,b\n1.5,,2\n", [1.5, 3.5, 1, 2]),
            .classes(answers, features: 4)),
        .given(
            "left out", "a,c,b,class\n" + rows(middle: { $0 % 10 == 9 ? "" : "\($0).5" }), ["missing": "drop"],
            .classes(answers, features: 3, samples: 36, says: ["4 samples"])),
        .given(
            "left out, but all lack something", "a,c,b,class\n" + rows(middle: { _ in "" }), ["missing": "drop"],
            .refused(["no sample without a missing value"])),
        .given(
            "in a column of texts", "a,c,b,class\n" + rows(middle: { $0 == 9 ? "" : $0 % 3 == 0 ? "x" : "y" }),
            ["missing": "zero"], predict: ("a,c,b\n1.5,,2\n", [1.5, 0, 0, 2]), .classes(answers, features: 4)),
        .given(
            "in the first column", "a,b,class\n" + rows().replacing("\n5.25", with: "\nNULL"), ["missing": "mean"], two),
        .plain(
            "at prediction, where training had none", "a,b,class\n" + rows(), predict: ("a,b\n,2\n", []), two),
    ]

    static let decimals: [ExportedTable] = [
        .plain(
            "decimal commas", "a;b;class\n" + commas(";"), predict: ("a;b\n1,5;2\n", [1.5, 2]),
            .classes(answers, features: 2, says: ["commas separate the decimals"])),
        .plain("decimal commas, tabs", "a\tb\tclass\n" + commas("\t"), predict: ("a\tb\n1,5\t2\n", [1.5, 2]), two),
        .plain("decimal commas in quotes", "a,c,b,class\n" + rows(middle: { "\"\($0),5\"" }), .refused(["-0.25"])),
        .plain(
            "decimal commas in quotes alone",
            "c,b,class\n" + (0..<40).map { "\"\($0),5\",\($0 % 7),\($0 % 2 == 0 ? "no" : "yes")\n" }.joined(),
            predict: ("c;b\n1,5;2\n", [1.5, 2]), two),
        .plain(
            "thousands", "a;c;b;class\n" + commas(";") { "\($0 + 1).234,5" },
            predict: ("a;c;b\n1,5;1.234,5;2\n", [1.5, 1234.5, 2]), three),
        .plain(
            "a point beside decimal commas", "a;c;b;class\n" + commas(";") { "\($0 + 1).234" },
            .refused(["\"1.234\"", "--decimal"])),
        .given(
            "the same, told", "a;c;b;class\n" + commas(";") { "\($0 + 1).234" }, ["decimal": "comma"],
            predict: ("a;c;b\n1,5;2.000;2\n", [1.5, 2000, 2]), three),
        .plain(
            "a comma that may group thousands", "a;c;b;class\n" + rows(";", middle: { "\($0 + 1),234" }),
            .refused(["\"1,234\"", "--decimal comma"])),
        .given(
            "points, told, beside a comma", "a;c;b;class\n" + rows(";", middle: { "\($0 + 1),5" }),
            ["decimal": "point"], .refused(["\"1,5\""])),
    ]

    static let letters: [ExportedTable] = [
        .raw("Latin-1 classes", bytes: Array("a,b,class\n".utf8) + latin1, .refused(["UTF-8", "--encoding latin-1"])),
        .rawGiven(
            "Latin-1 classes, told", bytes: Array("a,b,class\n".utf8) + latin1, ["encoding": "latin-1"],
            .classes(["caf\u{E9}", "th\u{E9}"], features: 2)),
        .raw(
            "a Latin-1 header", bytes: Array("gr".utf8) + [0xF6] + Array("sse,b,class\n".utf8) + Array(rows().utf8),
            .refused(["UTF-8", "--encoding latin-1"])),
        .rawGiven(
            "Windows' letters",
            bytes: Array("a,b,class\n".utf8)
                + Array(rows().replacing("yes", with: "#").utf8).map { $0 == 0x23 ? 0x80 : $0 },
            ["encoding": "latin-1"], .classes(["no", "\u{20AC}"], features: 2)),
        .plain(
            "UTF-8 classes", "a,b,class\n" + rows(last: { $0 % 2 == 0 ? "\u{65E5}\u{672C}" : "caf\u{E9}" }),
            .classes(["caf\u{E9}", "\u{65E5}\u{672C}"], features: 2)),
    ]
    private static let latin1 = Array(rows().utf8).split(separator: 10).enumerated().flatMap { index, line in
        Array(line.prefix { $0 != 0x6E && $0 != 0x79 }) + Array((index % 2 == 0 ? "caf" : "th").utf8) + [0xE9, 10]
    }

    static let tasks: [ExportedTable] = [
        .given(
            "a number to find", "a,b,price\n" + rows(last: { "\($0).75" }), ["task": "numbers", "target": "price"],
            predict: ("b,a\n2,1.5\n", [1.5, 2]),
            .numbers(1, features: 2, says: ["the number to find is column 3 (price)"])),
        .given(
            "a whole number to find", "a,b,age\n" + rows(last: { "\($0 + 20)" }), ["task": "numbers", "target": "age"],
            .numbers(1, features: 2)),
        .given(
            "a number that nobody named", "a,b,price\n" + rows(last: { "\($0).75" }), ["task": "numbers"],
            .refused(["--target"])),
        .given(
            "a number under a telling name", "a,b,target\n" + rows(last: { "\($0).75" }), ["task": "numbers"],
            .numbers(1, features: 2)),
        .given(
            "two numbers", "a,low,b,high\n" + rows(middle: { "\($0).5" }) { "\($0).75" },
            ["task": "numbers", "target": "high,low"],
            .numbers(2, features: 2)),
        .given(
            "a text to find as a number", "a,b,price\n" + rows(), ["task": "numbers", "target": "price"],
            .refused(["\"no\"", "no number", "--task classes"])),
        .given(
            "a number left out", "a,b,price\n" + rows(last: { $0 == 8 ? "" : "\($0).75" }),
            ["task": "numbers", "target": "price"],
            .refused(["line 10", "a missing value of the target", "--missing drop"])),
        .given(
            "a number left out, dropped", "a,b,price\n" + rows(last: { $0 == 8 ? "" : "\($0).75" }),
            ["task": "numbers", "target": "price", "missing": "drop"], .numbers(1, features: 2, samples: 39)),
        .given(
            "labels", "a,rain,b,wind\n" + rows(middle: { "\($0 % 2)" }) { "\($0 % 3 / 2)" },
            ["task": "labels", "target": "rain,wind"],
            predict: ("a,b\n1.5,2\n", [1.5, 2]), .labels(2, features: 2, says: ["the labels are"])),
        .given(
            "a label of 2", "a,rain,b,wind\n" + rows(middle: { "\($0 % 3)" }) { "\($0 % 2)" },
            ["task": "labels", "target": "rain,wind"],
            .refused(["2.0", "0 or 1"])),
    ]

    static let all = shapes + targets + columns + missing + decimals + letters + tasks
}
