import SparseData
import TestSupport
import Testing

/// Tables without the classes, or with classes that nobody asked for.
@Suite struct FeatureTableTests {
    private let columns = TableColumns(names: ["w", "h", "kind", "d"], count: 4, target: 2)

    private func read(
        _ text: String, columns: TableColumns? = nil, features: Int = 3, target: String? = nil
    ) throws -> (values: [Float], remarks: [String]) {
        let folder = try TemporaryFolder()
        let table = try FeatureTable(
            contentsOf: try folder.write(text, to: "t.csv"), features: features, columns: columns, target: target)
        var values: [Float] = []
        // In small pieces: what was read is never read again.
        while try table.read(2, into: &values) > 0 {}
        return (values, table.remarks)
    }

    @Test func columnsAreMatchedByNameOrPlace() throws {
        #expect(try read("w,h,d\n1,2,3\n4,5,6\n", columns: columns).values == [1, 2, 3, 4, 5, 6])
        #expect(try read("d,w,h\n3,1,2\n", columns: columns).values == [1, 2, 3])
        #expect(try read("w,h,kind,d\n1,2,a,3\n", columns: columns).values == [1, 2, 3])
        #expect(try read("kind,d,w,h\n\"x,y\",3,1,2\n", columns: columns).values == [1, 2, 3])
        #expect(try read("1,2,3\n4,5,6\n7,8,9", columns: columns).values == [1, 2, 3, 4, 5, 6, 7, 8, 9])
        let dropped = try read("1;2;a;3\n4;5;b;6\n", columns: columns)
        #expect(dropped.values == [1, 2, 3, 4, 5, 6])
        #expect(dropped.remarks.count == 1 && dropped.remarks[0].contains("column 3"))
        #expect(try read("1,2,3,0\n4,5,6,1\n", target: "last").values == [1, 2, 3, 4, 5, 6])
        #expect(try read("a,b,c,label\n1,2,3,x\n").values == [1, 2, 3])
        #expect(try read("5\n6\n", features: 1).values == [5, 6])
    }

    @Test func doubtIsAnError() throws {
        for (text, words) in [
            ("w,h,x\n1,2,3\n", "a column \"x\""), ("w,h\n1,2\n", "no column \"d\""), ("1,2\n", "2 columns"),
            ("1,2,3,4,5\n", "5 columns"), ("w,h,d\n1,,3\n", "line 2, column 2"), ("w,h,d\n1,2,3\n1,2\n", "line 3"),
            ("w,h,d\n", "no samples after the header"), ("w,w,h\n1,2,3\n", "one name"),
            ("w,h,d\n1,2,inf\n", "not a finite number"),
        ] {
            #expect { try read(text, columns: columns) } throws: { "\($0)".contains(words) }
        }
        #expect { try read("1,2,3,4\n") } throws: { "\($0)".contains("--target") }
    }

    @Test func aDataSetIsReadAsItIs() throws {
        let source = try DataSource.open("digits")
        let reader = try SubsetReader(source.test)
        var values: [Float] = []
        while try reader.read(50, into: &values) > 0 {}
        #expect(values.count == 355 * 64)
        #expect(values.allSatisfy { (0...16).contains($0) })
        let both = try FeatureReaders([SubsetReader(source.test), SubsetReader(source.test)])
        var twice: [Float] = []
        while try both.read(37, into: &twice) > 0 {}
        #expect(twice == values + values)
    }
}
