import Foundation
import TestSupport
import Testing

@testable import SparseData

/// Tables as people have them, each right or refused with line, column and remedy.
@Suite struct TableKindTests {
    /// What must come of a table.
    enum Outcome: Sendable, Equatable {
        /// Names of the classes in their order, features, samples of both parts, and part of a remark.
        case read([String], features: Int, samples: Int, says: String = "")
        /// Line and column from 1, and parts of the message.
        case refused(Int, Int?, [String])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var content: [UInt8]
        var target = "automatic"
        var test: [UInt8]?
        var outcome: Outcome

        init(_ name: String, _ text: String, target: String = "automatic", test: String? = nil, _ outcome: Outcome) {
            self.init(name, bytes: Array(text.utf8), target: target, outcome)
            self.test = test.map { Array($0.utf8) }
        }

        init(_ name: String, bytes: [UInt8], target: String = "automatic", _ outcome: Outcome) {
            (testDescription, content, self.target, self.outcome) = (name, bytes, target, outcome)
        }
    }

    /// Twelve samples of two features and a class, a line each.
    static func rows(
        _ labels: [String] = ["0", "1"], _ line: (Int, String) -> String = { "\($0).5,-\($0)e-1,\($1)\n" }
    ) -> String {
        (0..<12).map { line($0, labels[$0 % labels.count]) }.joined()
    }
    static let two = Outcome.read(["0", "1"], features: 2, samples: 12)
    static func isRefused(_ line: Int, _ column: Int?, _ words: String...) -> Outcome { .refused(line, column, words) }

    static let classes: [Case] = [
        Case("float labels", "a,b,label\n" + rows(["0.0", "1.0"]), two),
        Case("float labels without a header", rows(["0.0", "1.00"]), two),
        Case(
            "signs and zeros", "a,b,label\n" + rows(["+1", "01", "1.0", "-1", "-1.0"]),
            .read(["-1", "1"], features: 2, samples: 12)),
        Case(
            "float labels, whole numbers first", rows(["0.0", "1.0"]) { "\($0 % 4),.\($0),\($1)\n" },
            isRefused(1, 3, "column 1", "column 3", "--target 1 or --target 3")),
        Case("the same, told", rows(["0.0", "1.0"]) { "\($0 % 4),.\($0),\($1)\n" }, target: "3", two),
        Case(
            "one class", "a,b,label\n" + rows(["1"]) { "\($0 % 3),.\($0),\($1)\n" },
            isRefused(2, 3, "a single class", "--target")),
        Case(
            "1 to 12", "a,b,y\n" + (0..<36).map { "\($0).5,1.\($0),\($0 % 12 + 1)\n" }.joined(),
            .read((1...12).map(String.init), features: 2, samples: 36)),
        Case(
            "-1 and 1, first", rows(["-1", "1"]) { "\($1),\($0).5,.\($0)\n" },
            .read(["-1", "1"], features: 2, samples: 12)),
        Case("far apart, no header", rows(["-7", "900"]), .read(["-7", "900"], features: 2, samples: 12)),
        Case(
            "large numbers", "a,b,label\n" + rows(["9007199254740993", "9007199254740992"]),
            .read(["9007199254740992", "9007199254740993"], features: 2, samples: 12)),
        Case(
            "numbers beyond 64 bits", "a,b,label\n" + rows(["12345678901234567890", "12345678901234567891"]),
            .read(["12345678901234567890", "12345678901234567891"], features: 2, samples: 12)),
        Case("in the middle, by name", "a,label,b\n" + rows { "\($0).5,\($1),\($0)\n" }, two),
        Case("in the middle, by index", rows { "\($0).5,\($1),.\($0)\n" }, target: "2", two),
        Case(
            "texts in the middle", rows(["x", "y"]) { "\($0).5,\($1),.\($0)\n" }, isRefused(2, 3, "--target")
        ),
        Case(
            "texts, whole numbers first", rows(["x", "y"]) { "\($0 % 4),.\($0),\($1)\n" },
            .read(["x", "y"], features: 2, samples: 12)),
        Case(
            "texts first, whole numbers last", rows(["F", "M"]) { "\($1),.\($0),\($0 % 4)\n" },
            isRefused(1, 3, "--target 1 or --target 3")),
        Case(
            "texts on both sides", rows(["x", "y"]) { "\($1),.\($0),\($1)\n" },
            isRefused(1, 3, "--target 1 or --target 3")),
        Case(
            "case and blanks", "a,b,label\n" + rows(["yes", "Yes", "\" yes\""]),
            .read([" yes", "Yes", "yes"], features: 2, samples: 12, says: "count as two")),
        Case(
            "composed and decomposed letters", "a,b,label\n" + rows(["\u{E9}", "e\u{301}"]),
            .read(["e\u{301}", "\u{E9}"], features: 2, samples: 12, says: "count as two")),
        Case("plus and minus", "a,b,label\n" + rows(["+", "-"]), .read(["+", "-"], features: 2, samples: 12)),
        Case(
            "two names that tell", "class,b,label\n" + rows { "\($0 % 3),\($0).5,\($1)\n" },
            isRefused(1, 3, "--target class or --target label")),
        Case("a place called y", "x,y,kind\n" + rows(["p", "q"]), .read(["p", "q"], features: 2, samples: 12)),
        Case(
            "a class of one sample", "a,b,label\n" + rows() + "1,2,7\n",
            .read(["0", "1", "7"], features: 2, samples: 13, says: "to test any of them")),
        Case("classes of one sample each", "a,b,species\n1,2,x\n2,3,y\n", isRefused(1, 3, "(species)", "--test-data")),
        Case(
            "regression", "a,b,price\n" + rows { i, _ in "\(i).5,.\(i),\(i).25\n" },
            isRefused(2, 3, "(price)", "--target")),
        Case(
            "regression under a telling name", "a,b,target\n" + rows { i, _ in "\(i % 2),.\(i),\(i).25\n" },
            isRefused(2, 3, "(target)", "--target")),
        Case(
            "regression, first", "price,a,b\n" + rows { i, _ in "\(i).25,.\(i),\(i).5\n" },
            isRefused(2, 3, "a quantity", "--target")),
        Case(
            "many whole numbers", "a,b,age\n" + (0..<60).map { "\($0).5,.\($0),\($0 * 7 % 41 + 20)\n" }.joined(),
            isRefused(2, 3, "41 different whole numbers", "--target age")),
        Case(
            "the same, told", "a,b,age\n" + (0..<123).map { "\($0).5,.\($0),\($0 * 7 % 41 + 20)\n" }.joined(),
            target: "age",
            .read((20...60).map(String.init), features: 2, samples: 123)),
        Case(
            "fractions, told", "a,b,dose\n" + rows(["0.5", "1.5", "2"]), target: "dose",
            .read(["0.5", "1.5", "2"], features: 2, samples: 12)),
        Case(
            "a quantity, told", "a,b,price\n" + rows { i, _ in "\(i).5,.\(i),\(i).25\n" }, target: "price",
            isRefused(2, 3, "a quantity")),
        Case(
            "no such column", "a,b,label\n" + rows(), target: "labels",
            isRefused(1, nil, "--target \"labels\"", "\"label\"")),
    ]

    static let missing: [Case] =
        ["", "NA", "N/A", "NaN", "nan", "null", "None", "?", "-", "\"\"", "\"NA\""].flatMap { word in
            [
                Case(
                    "\(word) in the first column",
                    "a,b,outcome\n" + rows { "\($0 == 7 ? word : "\($0).5"),\($0),\($1)\n" }, isRefused(9, 1, "missing")
                ),
                Case(
                    "\(word) in the first column of whole numbers",
                    "a,b,outcome\n" + rows { "\($0 == 7 ? word : "\($0 % 3)"),.\($0),\($1)\n" },
                    isRefused(9, 1, "missing")),
                Case(
                    "\(word) in a feature", "a,b,label\n" + rows { "\($0).5,\($0 == 7 ? word : "1"),\($1)\n" },
                    isRefused(9, 2, "missing")),
                Case(
                    "\(word) as a class", "a,b,label\n" + rows { "\($0).5,1,\($0 == 7 ? word : $1)\n" },
                    isRefused(9, 3, "no class")),
                Case(
                    "\(word) as a class, no header", rows { "\($0).5,.1,\($0 == 7 ? word : $1)\n" },
                    isRefused(8, 3, "no class")),
                Case(
                    "\(word) as a class among texts",
                    "a,b,kind\n" + rows(["x", "y"]) { "\($0).5,1,\($0 == 7 ? word : $1)\n" },
                    isRefused(9, 3, "no class")),
            ]
        }

    static let headers: [Case] = [
        Case(
            "numbers and a name", "0,1,label\n" + rows(),
            .read(["0", "1"], features: 2, samples: 12, says: "0,1,label is taken")),
        Case("numbers alone", "0,1,2\n" + rows(), .read(["0", "1"], features: 2, samples: 12, says: "0,1,2 is taken")),
        Case("years and a name", "1990,1991,class\n" + rows(), two),
        Case("a slip in the first line", "oops,2,0\n" + rows(), isRefused(1, 1, "\"oops\"")),
        Case("no header, texts", rows(["x", "y"]), .read(["x", "y"], features: 2, samples: 12)),
        Case("names twice", "a,a,label\n" + rows(), two),
        Case(
            "an index of pandas", ",a,b,label\n" + rows { "\($0),\($0).5,1,\($1)\n" },
            isRefused(2, 1, "numbers the samples", "--ignore 1")),
        Case(
            "ids", "id,a,label\n" + rows { "\(1000 + $0),.\($0),\($1)\n" },
            isRefused(2, 1, "(id)", "--ignore id")),
        Case(
            "PassengerId", "PassengerId,a,label\n" + rows { "\(1000 + $0 * 3),.\($0),\($1)\n" },
            isRefused(2, 1, "(PassengerId)")),
        Case("line numbers", rows { "\($0),.\($0),\($1)\n" }, isRefused(1, 1, "numbers the samples")),
        Case("a header alone", "a,b,label\n", isRefused(1, nil, "no samples")),
        Case("one column", "label\n0\n1\n", isRefused(1, 1, "a single column")),
        Case(
            "names of the rows, as R writes them", "\"a\" \"b\" \"label\"\n" + rows { "\"r\($0)\" \($0).5 1 \($1)\n" },
            isRefused(2, 4, "4 fields", "3 fields")),
    ]

    static let texts: [Case] = [
        Case(
            "a category", "a,colour,label\n" + rows { "\($0).5,red,\($1)\n" },
            .read(["0", "1"], features: 2, samples: 12, says: "(colour) of 1")),
        Case(
            "truth values", "a,flag,label\n" + rows { "\($0).5,False,\($1)\n" },
            .read(["0", "1"], features: 2, samples: 12, says: "(flag) of 1")),
        Case(
            "dates", "when,a,label\n" + rows { "2024-10-\(10 + $0),\($0).5,\($1)\n" },
            isRefused(2, 1, "a date", "\"when\"")),
        Case("times", "a,when,label\n" + rows { "\($0).5,12:\(10 + $0),\($1)\n" }, isRefused(2, 2, "a date")),
        Case(
            "names first", "who,a,label\n" + rows { "n\($0),\($0).5,\($1)\n" },
            isRefused(2, 1, "\"n0\"", "--ignore who")),
        Case(
            "LIBSVM", rows { "\($1) 1:\($0).5 2:1\n" },
            .read(["0", "1"], features: 2, samples: 12, says: "sparse rows")),
        Case("hexadecimal", "a,b,label\n" + rows { "\($0).5,0x1F,\($1)\n" }, isRefused(2, 2, "\"0x1F\"")),
        Case("infinite", "a,b,label\n" + rows { "\($0).5,inf,\($1)\n" }, isRefused(2, 2, "finite")),
        Case("too large", "a,b,label\n" + rows { "\($0 == 3 ? "1e999" : "1.5"),1,\($1)\n" }, isRefused(5, 1, "finite")),
        Case("an infinite class", "a,b,label\n" + rows(["0", "inf"]), isRefused(3, 3, "finite")),
        Case(
            "decimal commas", "a;b;label\n" + rows { "\($0),5;1,2;\($1)\n" },
            .read(["0", "1"], features: 2, samples: 12, says: "commas separate")),
        Case("decimal commas in two columns", rows { "\($0),5;\($1)\n" }, .read(["0", "1"], features: 1, samples: 12)),
        Case(
            "decimal commas between commas", "a,b,label\n" + rows { "\($0),5,1,2,\($1)\n" },
            isRefused(2, 4, "5 fields", "a comma inside a number")),
        Case(
            "decimal commas in quotes", "a,b,label\n" + rows { "\"\($0),5\",\"1,2\",\($1)\n" },
            .read(["0", "1"], features: 2, samples: 12, says: "commas separate")),
        Case(
            "thousands", "a,b,label\n" + rows { "\($0).5,\"1,234.5\",\($1)\n" },
            isRefused(2, 2, "\"1,234.5\"", "1234.5")),
        Case(
            "tiny numbers", "a,b,label\n" + rows { "\($0).5,\($0)e-41,\($1)\n" },
            isRefused(3, 2, "(b)", "too small", "power of ten")),
    ]

    static let syntax: [Case] = [
        Case(
            "separators in quotes", "\"a; x\",b,label\n" + rows(["\"n; o\"", "\"y; z\""]),
            .read(["n; o", "y; z"], features: 2, samples: 12)),
        Case(
            "quoted separators, no header", rows(["\"n; o\"", "\"y; z\""]),
            .read(["n; o", "y; z"], features: 2, samples: 12)),
        Case(
            "quotes in quotes", "a,b,label\n" + rows(["\"the \"\"no\"\"\"", "\"\"\"\""]),
            .read(["\"", "the \"no\""], features: 2, samples: 12)),
        Case(
            "line breaks in quotes", "a,\"b\nc\",label\n" + rows(["\"n\no\"", "\"y\r\nz\""]),
            .read(["n\no", "y\r\nz"], features: 2, samples: 12)),
        Case(
            "lines after breaks in quotes", "a,\"b\nc\",label\n" + rows(["\"n\no\"", "y"]) + "1,x,y\n",
            isRefused(21, 2, "\"x\"")),
        Case("quoted numbers", rows { "\"\($0).5\",\" 1 \",\"\($1)\"\n" }, two),
        Case(
            "an open quote", "a,b,label\n" + rows() + "1,2,\"0\n" + rows(),
            isRefused(14, 3, "a quote that is not closed")),
        Case("text behind a quote", "a,b,label\n" + rows() + "1,\"2\"3,0\n", isRefused(14, 2, "after a quote")),
        Case("an inch", "a,b,label\n" + rows(["5\"", "6\""]), .read(["5\"", "6\""], features: 2, samples: 12)),
        Case(
            "a separator at the end of every line", rows { "\($0).5,.1,\($1),\n" },
            .read(["0", "1"], features: 2, samples: 12, says: "empty column")),
        Case(
            "the same with a header", "a,b,label,\n" + rows { "\($0).5,.1,\($1),\n" },
            .read(["0", "1"], features: 2, samples: 12, says: "empty column")),
        Case(
            "the same, not in the header", "a,b,label\n" + rows { "\($0).5,.1,\($1),\n" },
            .read(["0", "1"], features: 2, samples: 12, says: "empty column")),
        Case(
            "several, with tabs", "a\tb\tlabel\t\t\n" + rows { "\($0).5\t.1\t\($1)\t\t\n" },
            .read(["0", "1"], features: 2, samples: 12, says: "2 empty columns")),
        Case(
            "a value behind it", "a,b,label,\n" + rows { "\($0).5,.1,\($1),\($0 == 5 ? "9" : "")\n" },
            isRefused(7, 4, "\"9\"", "empty")),
        Case("tabs", "a\tb\tlabel\n" + rows { "\($0).5\t1\t\($1)\n" }, two),
        Case("bars", "a|b|label\n" + rows { "\($0).5|1|\($1)\n" }, two),
        Case("semicolons", "a;b;label\n" + rows { "\($0).5;1;\($1)\n" }, two),
        Case("blanks", rows { "  \($0).5   .1 \($1) \n" }, two),
        Case("a bar in a name", "p(a|b),b,label\n" + rows(), two),
        Case("commas and blanks", "a, b, label\n" + rows { " \($0).5 , 1, \($1) \n" }, two),
        Case("a header with other separators", "a;b;label\n" + rows(), isRefused(2, 1, "one field", "semicolons")),
        Case("CRLF and BOM", "\u{FEFF}\"a\",b,label\r\n" + rows { "\($0).5,1,\($1)\r\n" }, two),
        Case("CR alone", "a,b,label\r" + rows { "\($0).5,1,\($1)\r" }, two),
        Case("a short line", "a,b,label\n" + rows() + "1,0\n", isRefused(14, 2, "2 fields", "3 fields")),
        Case(
            "a short line that ends in a class", "a,b,kind\n" + rows(["x", "y"]) + "1,x\n",
            isRefused(14, 2, "2 fields", "3 fields")),
        Case("an empty file", "", isRefused(0, nil, "empty")),
    ]

    /// Classes in Latin-1, every other one with this letter.
    static func latin(_ letter: UInt8) -> [UInt8] {
        var bytes = Array("a,b,label\n".utf8)
        for sample in 0..<12 {
            bytes += Array("\(sample).5,1,gr".utf8)
            bytes.append(sample % 2 == 0 ? 0xFC : letter)
            bytes += Array("n\n".utf8)
        }
        return bytes
    }
    static func latinHeader() -> [UInt8] {
        var bytes = Array("a,gr".utf8)
        bytes.append(0xFC)
        bytes += Array("n,label\n".utf8)
        return bytes + Array(rows().utf8)
    }
    static func wide(_ mark: [UInt8], bigEndFirst: Bool = false) -> [UInt8] {
        var bytes = mark
        for unit in ("a,b,label\n" + rows()).utf16 {
            let (low, high) = (UInt8(unit & 255), UInt8(unit >> 8))
            bytes += bigEndFirst ? [high, low] : [low, high]
        }
        return bytes
    }
    static let encodings: [Case] = [
        Case("Latin-1 classes", bytes: latin(0xE4), isRefused(2, 3, "UTF-8", "iconv")),
        Case("Latin-1 in a name", bytes: latinHeader(), isRefused(1, 2, "UTF-8")),
        Case("UTF-16, little end first", bytes: wide([0xFF, 0xFE]), isRefused(1, nil, "UTF-16", "UTF-8")),
        Case("UTF-16, big end first", bytes: wide([0xFE, 0xFF], bigEndFirst: true), isRefused(1, nil, "UTF-16")),
        Case("UTF-16 without a mark", bytes: wide([]), isRefused(1, nil, "UTF-16")),
    ]

    static let tests: [Case] = [
        Case(
            "the same columns", "a,b,label\n" + rows(), test: "a,b,label\n1.5,2,0\n",
            .read(["0", "1"], features: 2, samples: 13)),
        Case(
            "another order", "a,b,label\n" + rows(), test: "label,b,a\n0,2,1.5\n",
            .read(["0", "1"], features: 2, samples: 13, says: "matched by their names")),
        Case("renamed", "a,b,label\n" + rows(), test: "a,c,label\n1.5,2,0\n", isRefused(1, 2, "\"c\"", "a,b,label")),
        Case(
            "features alone", "a,b,label\n" + rows(), test: "a,b\n1.5,2\n",
            .read(["0", "1"], features: 2, samples: 12, says: "nothing is tested")),
        Case(
            "features alone, no header", rows(), test: "1.5,2\n2.5,3\n",
            .read(["0", "1"], features: 2, samples: 12, says: "nothing is tested")),
        Case("one more", "a,b,label\n" + rows(), test: "a,b,c,label\n1.5,2,3,0\n", isRefused(1, 3, "\"c\"")),
        Case("one less", "a,b,label\n" + rows(), test: "a,label\n1.5,0\n", isRefused(1, nil, "\"b\"")),
        Case(
            "names twice, another order", "a,a,label\n" + rows(), test: "label,a,a\n0,1,2\n",
            isRefused(1, 3, "another order")),
        Case(
            "a header in one of them", "a,b,label\n" + rows(), test: "1.5,2,0\n",
            .read(["0", "1"], features: 2, samples: 13, says: "matched by their places")),
        Case(
            "a class of its own", "a,b,label\n" + rows(), test: "a,b,label\n1.5,2,2\n", isRefused(2, 3, "\"2\"", "0, 1")
        ),
        Case("no class", "a,b,label\n" + rows(), test: "a,b,label\n1.5,2,\n", isRefused(2, 3, "no class")),
        Case(
            "classes written otherwise", "a,b,label\n" + rows(), test: "a,b,label\n1.5,2,1.0\n",
            .read(["0", "1"], features: 2, samples: 13)),
        Case(
            "a missing feature", "a,b,label\n" + rows(), test: "b,a,label\n1.5,NA,1\n",
            isRefused(2, 2, "missing", "\"a\"")),
    ]

    static let all = classes + missing + headers + texts + syntax + encodings + tests

    @Test(arguments: all) func kind(example: Case) throws {
        let folder = try TemporaryFolder()
        var options = DataOptions()
        options.target = example.target
        let path = try folder.write(example.content, to: "t.csv")
        if let test = example.test { options.testData = try folder.write(test, to: "test.csv") }
        try check(path, options, example.outcome)
    }

    func check(_ path: String, _ options: DataOptions, _ outcome: Outcome) throws {
        switch outcome {
        case .read(let names, let features, let samples, let says):
            let source = try DataSource.open(path, options: options)
            #expect(
                source.classNames.map { $0.map { Array($0.utf8) } } == names.map { Array($0.utf8) },
                "\(source.classNames as Any)")
            #expect(source.shape.features == features && source.train.count + source.test.count == samples)
            #expect(
                source.remarks.contains { $0.contains("the class is column") || $0.contains("sparse rows") }
                    && source.remarks.contains { $0.contains(says) || says.isEmpty }, "\(source.remarks)")
            #expect(source.remarks.allSatisfy { !$0.contains("\n") })
        case .refused(let line, let column, let words):
            do {
                let source = try DataSource.open(path, options: options)
                Issue.record("\(source.classNames as Any), \(source.remarks)")
            } catch {
                if line > 0 { #expect(error.place == .line(line, column: column), "\(error)") }
                for word in words { #expect("\(error)".contains(word), "\(error)") }
                #expect(!"\(error)".contains("\n"))
            }
        }
    }
}
