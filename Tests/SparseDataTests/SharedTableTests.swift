import Foundation
import SparseData
import TestSupport
import Testing

/// The tables of `../shared/cases`, each right or refused; `TableKindTests` has small tables of the same kinds.
@Suite struct SharedTableTests {
    typealias Outcome = TableKindTests.Outcome

    static let folder = SharedData.folder + "/../cases"
    static let isThere = FileManager.default.fileExists(atPath: folder)
    static let missing: Comment = "folder cases not found beside the data sets (../shared/cases)"

    static let flowers = ["setosa", "versicolor", "virginica"]
    static let flowersRead = Outcome.read(flowers, features: 4, samples: 500)
    static let two = Outcome.read(["0", "1"], features: 3, samples: 60)

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var test: String?
        var outcome: Outcome

        init(_ name: String, test: String? = nil, _ outcome: Outcome) {
            (testDescription, self.test, self.outcome) = (name, test, outcome)
        }
    }

    static let tables: [Case] = [
        Case("tables/12.csv", .read(["1", "2", "3"], features: 4, samples: 500)),
        Case("tables/bool.csv", .read(flowers, features: 6, samples: 500, says: "categories")),
        Case("tables/cat.csv", .read(flowers, features: 6, samples: 500, says: "(colour) of 2")),
        Case("tables/crlf_bom.csv", flowersRead),
        Case("tables/date.csv", .refused(2, 1, ["\"when\"", "--ignore when"])),
        Case("tables/empty.csv", .refused(16, 3, ["an empty field in column \"noise\"", "fill it in"])),
        Case("tables/header_first.csv", flowersRead),
        Case("tables/header_last.csv", flowersRead),
        Case("tables/id.csv", .refused(2, 1, ["(id)", "--ignore id"])),
        Case("tables/imb.csv", .read(["common", "rare"], features: 2, samples: 1000)),
        Case("tables/libsvm.txt", .read(["-1", "1"], features: 4, samples: 500, says: "sparse rows")),
        Case("tables/minus1.csv", .read(["-1", "1"], features: 4, samples: 500)),
        Case("tables/na.csv", .refused(2, 4, ["\"NA\" in column \"petal\"", "fill it in"])),
        Case("tables/nan.csv", .refused(4, 1, ["\"nan\" in column \"sepal_length\"", "fill it in"])),
        Case("tables/quoted.csv", .read(flowers.map { $0 + ", x" }, features: 4, samples: 500)),
        Case("tables/ragged.csv", .refused(52, 4, ["4 fields", "expected 5 fields"])),
        Case("tables/regression.csv", .refused(2, 5, ["(price)", "--target"])),
        Case("tables/regression_first.csv", .refused(2, 5, ["a quantity", "--target"])),
        Case("tables/regression_int.csv", .refused(2, 5, ["(age)", "--target age"])),
        Case("tables/semi.csv", flowersRead),
        Case("tables/sorted.csv", flowersRead),
        Case("tables/tab.tsv", flowersRead),
        Case("tables/two_rows.csv", .refused(1, 5, ["(species)", "--test-data"])),
        Case(
            "tables/header_last.csv", test: "tables/test_only_features.csv",
            .read(flowers, features: 4, samples: 500, says: "nothing is tested")),
        Case(
            "tables/header_last.csv", test: "tables/test_reordered.csv",
            .read(flowers, features: 4, samples: 600, says: "matched by their names")),
    ]
    static let cases: [Case] = [
        Case("fail-csv-float-label/floatlabel.csv", two), Case("fail-csv-float-label/floatlabel_intfirst.csv", two),
        Case("fail-csv-float-label/savetxt_intfirst.csv", .refused(1, 4, ["--target 1 or --target 4"])),
        Case("fail-csv-latin1-classes-merge/latin1c.csv", .refused(2, 4, ["UTF-8"])),
        Case("fail-csv-missing-in-first-column/missing_first_empty.csv", .refused(9, 1, ["missing"])),
        Case("fail-csv-missing-in-first-column/missing_first_na.csv", .refused(9, 1, ["missing"])),
        Case("fail-csv-missing-in-first-column/missing_first_question.csv", .refused(9, 1, ["missing"])),
        Case("fail-csv-missing-label/missing_label_empty.csv", .refused(9, 4, ["no class"])),
        Case("fail-csv-missing-label/missing_label_na.csv", .refused(9, 4, ["no class"])),
        Case(
            "fail-csv-number-header/numhead_all.csv",
            .read(["0", "1"], features: 3, samples: 60, says: "is taken for the names")),
        Case("fail-csv-number-header/numhead_label.csv", two),
        Case("fail-csv-quotes/escquote.csv", .read(["the \"no\" kind", "the \"yes\" kind"], features: 3, samples: 60)),
        Case("fail-csv-quotes/quotedlabel.csv", .read(["neg; none", "pos; some"], features: 3, samples: 60)),
        Case("fail-csv-quotes/quotedsep.csv", two),
        Case(
            "fail-csv-test-columns-reordered/train.csv",
            test: "fail-csv-test-columns-reordered/test_renamed_swapped.csv",
            .read(["0", "1"], features: 3, samples: 120, says: "matched by their names")),
        Case("pass-csv-crlf-bom-quoted-header/bom.csv", two), Case("pass-csv-huge-and-constant/huge.csv", two),
        Case("pass-csv-huge-and-constant/const.csv", two),
        Case("pass-csv-labels-far-apart/labels1.csv", .read(["1", "2"], features: 3, samples: 60)),
        Case("pass-csv-labels-far-apart/labels_sparse.csv", .read(["-7", "900"], features: 3, samples: 60)),
        Case("pass-csv-tab-blanks/tab.csv", two), Case("pass-csv-tab-blanks/space.csv", two),
        Case(
            "pass-csv-unseen-test-class/train.csv", test: "pass-csv-unseen-test-class/test_unseen.csv",
            .refused(5, 4, ["\"2\""])),
        Case("pass-gzip-members/gznamed.csv", two), Case("pass-gzip-members/multi.csv.gz", two),
        Case("pass-gzip-members/plainnamed.csv.gz", two),
    ]

    @Test(.enabled(if: isThere, missing), arguments: tables + cases)
    func table(example: Case) throws {
        var options = DataOptions()
        options.testData = example.test.map { Self.folder + "/" + $0 }
        try TableKindTests().check(Self.folder + "/" + example.testDescription, options, example.outcome)
    }

    /// Whether every table there is in the list.
    @Test(.enabled(if: isThere, missing)) func noneIsForgotten() throws {
        let listed = Set((Self.tables + Self.cases).flatMap { [$0.testDescription] + ($0.test.map { [$0] } ?? []) })
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder + "/tables") {
            #expect(listed.contains("tables/" + name))
        }
    }
}
