import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Files that claim to be safetensors: what is not whole is refused in words.
@Suite struct SafetensorsTests {
    private static func file(_ header: String, data: Int, length: UInt64? = nil) -> [UInt8] {
        let text = Array(header.utf8)
        let count = length ?? UInt64(text.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + text + [UInt8](repeating: 0, count: data)
    }

    private static func tensor(_ shape: String, _ offsets: String, type: String = "F32") -> String {
        "{\"a\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}"
    }

    @Test func whatIsWrittenIsRead() throws {
        let folder = try TemporaryFolder()
        let url = URL(filePath: folder.path("a"))
        let floats: [Float] = [1, -0.0, .leastNonzeroMagnitude, 3e38]
        try DurableFile.replace(url) {
            try SafetensorsWriter.write(
                [
                    Tensor("words", words: [1, .max]), Tensor("é \"x\"", shape: [2, 2], { floats }, count: 4),
                    Tensor("indices", [-1, 7]), Tensor("empty", { [] }, count: 0),
                ], metadata: ["key": "value\n"], to: $0)
        }
        let file = try SafetensorsFile(path: url.path)
        #expect(file.metadata == ["key": "value\n"])
        #expect(file.names == ["empty", "indices", "words", "é \"x\""])
        #expect(try file.floats("é \"x\"").map(\.bitPattern) == floats.map(\.bitPattern))
        #expect(try file.shape(of: "é \"x\"") == [2, 2])
        #expect(try file.integers("indices") == [-1, 7])
        #expect(try file.words("words") == [1, .max])
        #expect(try file.floats("empty").isEmpty)
    }

    private static let damaged: [(bytes: [UInt8], part: String)] = [
        ([1, 0, 0], "too few"), (file("{}", data: 0, length: 99), "cut short"),
        (file("{}", data: 0, length: .max), "at most"), (file("[]", data: 0), "not a JSON object"),
        (file("{", data: 0), "not that of"), (file("", data: 0), "not a JSON object"),
        (file("{}", data: 4), "4 bytes follow"), (file(tensor("[1]", "[0,4]"), data: 3), "cut short"),
        (file(tensor("[2]", "[0,4]"), data: 4), "has 4 bytes"),
        (file(tensor("[1]", "[4,8]"), data: 8), "should follow"),
        (file(tensor("[1]", "[0]"), data: 4), "should follow"),
        (file(tensor("[1]", "[4,0]"), data: 4), "should follow"),
        (file(tensor("[1]", "[0,4]", type: "F31"), data: 4), "type F31"),
        (file(tensor("[-1]", "[0,4]"), data: 4), "impossible shape"),
        (file(tensor("[4611686018427387904,8]", "[0,0]"), data: 0), "impossible shape"),
        (file(tensor("[1]", "[0,1e99]"), data: 4), "not that of"),
        (file(tensor("[0.5]", "[0,4]"), data: 4), "not that of"),
        (file(String(repeating: "{\"a\":", count: 100_000), data: 0), "not that of"),
    ]

    @Test(arguments: damaged.indices)
    func damageIsNamed(index: Int) throws {
        let (bytes, part) = Self.damaged[index]
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "a")
        #expect {
            try SafetensorsFile(path: path)
        } throws: { error in
            "\(error)".contains(part)
        }
    }

    @Test func numbersThatAreNotFiniteAreRefused() throws {
        let folder = try TemporaryFolder()
        let bytes = Self.file(Self.tensor("[2]", "[0,8]"), data: 4) + [0, 0, 0xC0, 0x7F]
        let file = try SafetensorsFile(path: folder.write(bytes, to: "a"))
        #expect { try file.floats("a") } throws: { "\($0)".contains("not finite at element 1") }
        #expect { try file.integers("a") } throws: { "\($0)".contains("type F32, not I32") }
        #expect { try file.floats("a", count: 3) } throws: { "\($0)".contains("2 elements where 3") }
        #expect { try file.floats("b") } throws: { "\($0)".contains("'b' is missing") }
    }
}
