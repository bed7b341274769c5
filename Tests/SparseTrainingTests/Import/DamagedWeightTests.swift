import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Files that are damaged, or hold what no network can have: an error in words, and no run.
@Suite struct DamagedWeightTests {
    typealias Array = PlainWeightFile.Array

    private let network = PrunedNetwork.perceptron

    private func refusal(_ bytes: [UInt8], _ name: String = "a.npz") throws -> String {
        let folder = try TemporaryFolder()
        let file = try folder.write(bytes, to: name)
        let error = #expect(throws: (any Error).self) { try Trainer(importing(file)) }
        let text = error.map { "\($0)" } ?? ""
        #expect(error is ImportError || error is ConfigurationError, "\(text)")
        #expect(text.contains(file), "\(text)")
        return text
    }

    /// The first array with one element set, as safetensors.
    private func setting(_ number: Double, _ type: String = "F32", at index: Int = 5) -> [UInt8] {
        var arrays = network.dense(type)
        arrays[0] = Array(
            arrays[0].name, type, arrays[0].shape,
            numbers: network.weights[0].elements.enumerated().map { $0 == index ? number : $1 })
        return PlainWeightFile.safetensors(arrays)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity]) func numbersThatAreNotFinite(number: Double) throws {
        #expect(try refusal(setting(number), "a.safetensors").contains("fc1.weight is not finite at element 5"))
    }

    @Test func numbersThatAreTooLarge() throws {
        #expect(try refusal(setting(1e300, "F64"), "a.safetensors").contains("too large for 32 bits"))
    }

    @Test func masksThatAreNone() throws {
        var arrays = network.masked("_orig", "_mask", "F32")
        let place = try #require(arrays.firstIndex { $0.name.hasSuffix("_mask") })
        arrays[place] = Array(arrays[place].name, arrays[place].shape, numbers: network.weights[0].elements)
        #expect(try refusal(PlainWeightFile.safetensors(arrays), "a.safetensors").contains("where 0 or 1 belongs"))
        arrays[place] = Array(arrays[place].name, [2], numbers: [0, 1])
        #expect(try refusal(PlainWeightFile.safetensors(arrays), "a.safetensors").contains("has the shape [2]"))
    }

    @Test func layersWithoutWeights() throws {
        var arrays = network.dense()
        arrays[0] = Array("fc1.weight", [12, 64], numbers: Swift.Array(repeating: 0, count: 768))
        #expect(try refusal(PlainWeightFile.safetensors(arrays), "a.safetensors").contains("no weight that is not 0"))
    }

    /// Compressed rows, each wrong in one way.
    @Test(arguments: [
        ([0, 1, 1], [64], "index 64 is out of place in line 0"), ([0, 2, 2], [3, 3], "index 3 is out of place"),
        ([0, 2, 2], [5, 3], "index 3 is out of place"), ([0, 1, 1], [-1], "index -1 is out of place"),
        ([1, 1, 1], [0], "does not divide 1 indices"), ([0, 2, 1], [0], "does not divide 1 indices"),
        ([0, 1], [0], "does not have the 3 numbers"),
    ]) func rowsThatAreNone(starts: [Int], indices: [Int], message: String) throws {
        let small = PrunedNetwork([("fc2", [10, 2])], density: 1)
        let arrays: [Array] = [
            Array("fc1.weight.crow_indices", "I64", [starts.count], numbers: starts.map(Double.init)),
            Array("fc1.weight.col_indices", "I32", [indices.count], numbers: indices.map(Double.init)),
            Array("fc1.weight.values", [indices.count], numbers: indices.map { _ in 1 }),
            Array("fc1.bias", [2], numbers: [0, 0]),
        ]
        let folder = try TemporaryFolder()
        let file = try folder.write(PlainWeightFile.safetensors(arrays + small.dense()), to: "a.safetensors")
        let error = #expect(throws: ImportError.self) { try Trainer(importing(file, model: "mlp:2")) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func headersOfNumPy() throws {
        func header(_ type: String, _ order: String = "False", _ shape: String = "(2, 3)") -> NumPyHeader.Fault? {
            let text = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
            do throws(NumPyHeader.Fault) {
                _ = try NumPyHeader(text)
                return nil
            } catch { return error }
        }
        #expect(header("<f4") == nil && header("<f4", "True", "(3,)") == nil)
        #expect(header(">f4")?.reason.contains(">f4") == true)
        #expect(header("|O")?.reason.contains("|O") == true)
        #expect(header("<f4", "True")?.reason.contains("ascontiguousarray") == true)
        #expect(header("<f4", "False", "(99999999999999999999,)")?.reason.contains("impossible") == true)
        #expect(header("<f4", "False", "[2]") != nil)
    }

    /// Every bit of the data of a stored member is guarded by its check sum, and most of a deflated one by zlib, too.
    @Test(arguments: [false, true]) func bytesThatChanged(deflates: Bool) throws {
        let sound = PlainWeightFile.npz(network.dense(), deflates: deflates)
        for place in stride(from: 200, to: sound.count / 2, by: sound.count / 12) {
            var bytes = sound
            bytes[place] ^= 4
            _ = try refusal(bytes)
        }
        for count in stride(from: 0, to: sound.count, by: sound.count / 9) {
            _ = try refusal(Swift.Array(sound.prefix(count)))
        }
    }

    @Test func zipFilesThatAreNone() throws {
        let sound = PlainWeightFile.npz(network.dense())
        let end = sound.count - 22
        func refusalSetting(_ place: Int, _ value: UInt8) throws -> String {
            var bytes = sound
            bytes[place] = value
            return try refusal(bytes)
        }
        let directory = Int(sound[end + 16]) | Int(sound[end + 17]) << 8
        #expect(try refusalSetting(directory + 8, 1).contains("encrypted"))
        #expect(try refusalSetting(directory + 10, 12).contains("method 12"))
        #expect(try refusalSetting(end + 4, 1).contains("one part of several"))
        #expect(try refusalSetting(end + 18, 0xFF).contains("outside of the file"))
        #expect(try refusalSetting(directory + 27, 0x7F).contains("cannot hold"))
        let twice = PlainWeightFile.zip([("a.npy", [1, 2]), ("a.npy", [3])])
        #expect(try refusal(twice).contains("two members are named 'a.npy'"))
        #expect(try refusal(PlainWeightFile.zip([("archive/data.pkl", [1])])).contains("safetensors.torch.save_file"))
        #expect(try refusal(PlainWeightFile.zip([("a.npy", [1, 2])])).contains("array 'a'"))
    }

    /// Sizes of 64 bits in the extra field, as NumPy writes them for what may become large.
    @Test func wideSizes() throws {
        let sound = PlainWeightFile.npz([Array("a", [1], numbers: [2.5])])
        let directory = Int(sound[sound.count - 6]) | Int(sound[sound.count - 5]) << 8
        var entry = Swift.Array(sound[directory..<sound.count - 22])
        let sizes = Swift.Array(entry[20..<24]) + [0, 0, 0, 0]
        entry.replaceSubrange(20..<28, with: [UInt8](repeating: 0xFF, count: 8))
        entry[30] = 20
        entry += [1, 0, 16, 0] + sizes + sizes
        var end = Swift.Array(sound.suffix(22))
        end[12] = UInt8(entry.count)
        let file = NPZArrays(path: "wide")
        try file.add(archive: StoredBytes(AlignedBuffer(sound[..<directory] + entry + end)), path: "wide", name: nil)
        #expect(file.arrays.map(\.name) == ["a"])
        #expect(try file.floats("a", 0..<1) == [2.5])
    }

    @Test func whatIsNoFile() throws {
        let folder = try TemporaryFolder()
        for path in [folder.path("nothing"), folder.path] {
            #expect(throws: ImportError.self) { try Trainer(importing(path)) }
        }
        #expect(try refusal(Swift.Array("hello, this is a text".utf8), "a.txt").contains("known are npz"))
    }
}
