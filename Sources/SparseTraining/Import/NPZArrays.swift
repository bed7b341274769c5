internal import SparseData
internal import SparseStore

/// The arrays of one or more npz files. Each is read from its beginning to its end, and once more from the beginning when
/// something is wanted that lies before; whoever reads an array to its end has its check sum verified.
final class NPZArrays: WeightArrays {
    /// An array in a file.
    private struct Source {
        var array: WeightArray
        var header: NumPyHeader
        /// Where the elements begin.
        var start: Int
        var path: String
        var open: () throws(ImportError) -> any ArrayContent
        /// Where reading is.
        var content: (any ArrayContent)?
    }

    private(set) var arrays: [WeightArray] = []
    /// The arrays that are texts.
    private(set) var texts: [String: String] = [:]
    private var sources: [String: Source] = [:]
    private let path: String
    /// Bytes passed over or converted at a time.
    private static let piece = 1 << 18
    private let buffer = AlignedBuffer<UInt8>(count: NPZArrays.piece)

    init(path: String) { self.path = path }

    /// Adds the arrays of an npz file.
    /// - Parameter name: What the names of a sparse matrix's arrays begin with; nil where they stay as they are.
    func add(archive file: StoredBytes, path: String, name: String?) throws(ImportError) {
        let archive: ZipArchive
        do throws(DataError) { archive = try ZipArchive(file, path: path) } catch {
            throw ImportError(path: path, reason: error.problem)
        }
        let members = archive.names.filter { !$0.hasSuffix("/") }
        let isSparse = Set(members).isSuperset(of: ["indptr.npy", "indices.npy", "data.npy", "shape.npy"])
        for member in members {
            guard member.hasSuffix(".npy") else {
                throw ImportError(
                    path: path,
                    reason: "member '\(member)' is no array (.npy); what torch.save wrote is not read, write it "
                        + "with safetensors.torch.save_file")
            }
            let own = String(member.dropLast(4))
            let full = isSparse ? name.map { $0 + "." + own } ?? own : own
            try add(name: full, of: path) { () throws(ImportError) in
                do throws(DataError) { return ZippedArrayContent(try archive.member(member), path: path) } catch {
                    throw ImportError(path: path, reason: error.problem)
                }
            }
        }
    }

    /// Adds one array.
    func add(
        name: String, of path: String, open: @escaping () throws(ImportError) -> any ArrayContent
    ) throws(ImportError) {
        let content = try open()
        func fault(_ reason: String) -> ImportError { ImportError(path: path, reason: "array '\(name)': \(reason)") }
        func text(_ count: Int) throws(ImportError) -> [UInt8] {
            guard count <= content.count - content.produced else { throw fault("it is cut short") }
            try content.read(count, into: buffer)
            return (0..<count).map { buffer[$0] }
        }
        let header: NumPyHeader
        let start: Int
        do throws(NumPyHeader.Fault) {
            let first: [UInt8]
            do throws(ImportError) { first = try text(12) } catch { throw NumPyHeader.Fault(reason: error.reason) }
            let extent = try NumPyHeader.extent(first)
            guard extent.prefix + extent.text >= 12 else { throw NumPyHeader.Fault(reason: "it has no header") }
            let rest: [UInt8]
            do throws(ImportError) { rest = try text(extent.prefix + extent.text - 12) } catch {
                throw NumPyHeader.Fault(reason: error.reason)
            }
            header = try NumPyHeader(String(decoding: Array(first[extent.prefix...]) + rest, as: UTF8.self))
            start = extent.prefix + extent.text
        } catch { throw fault(error.reason) }
        let array = try WeightArray(name, shape: header.shape, in: path)
        let (size, overflow) = array.count.multipliedReportingOverflow(by: header.elementSize)
        guard !overflow, size == content.count - start else {
            throw fault("its shape \(header.shape) does not go with \(content.count - start) bytes")
        }
        guard sources[name] == nil, texts[name] == nil else { throw fault("there are two of this name") }
        guard header.type != nil else {
            // ASCII, in one byte or four.
            texts[name] = String(
                decoding: try text(min(size, 64)).filter { $0 != 0 && $0 < 128 }, as: UTF8.self)
            return
        }
        arrays.append(array)
        sources[name] = Source(array: array, header: header, start: start, path: path, open: open, content: content)
    }

    func floats(_ name: String, _ range: Range<Int>) throws(ImportError) -> [Float] {
        try read(name, range) { type, bytes, count throws(StoredBytes.Failure) in
            try type.floats(in: bytes, at: 0, count: count)
        }
    }

    func integers(_ name: String, _ range: Range<Int>) throws(ImportError) -> [Int] {
        try read(name, range) { type, bytes, count throws(StoredBytes.Failure) in
            try type.integers(in: bytes, at: 0, count: count)
        }
    }

    private func read<Element>(
        _ name: String, _ range: Range<Int>,
        _ convert: (TensorType, StoredBytes, Int) throws(StoredBytes.Failure) -> [Element]?
    ) throws(ImportError) -> [Element] {
        guard let source = sources[name] else { throw ImportError(path: path, reason: "array '\(name)' is missing") }
        guard let type = source.header.type else { preconditionFailure("texts are not among the sources") }
        guard range.lowerBound >= 0, range.upperBound <= source.array.count else {
            throw ImportError(path: source.path, reason: "array '\(name)' has not the elements \(range)")
        }
        let content = try content(of: source, name, from: source.start + range.lowerBound * type.size)
        var elements: [Element] = []
        var left = range.count
        while left > 0 {
            let count = min(left, Self.piece / type.size)
            let bytes = AlignedBuffer<UInt8>(count: count * type.size)
            try content.read(bytes.count, into: bytes)
            do throws(StoredBytes.Failure) {
                guard let some = try convert(type, StoredBytes(bytes), count) else {
                    throw .system("array '\(name)' has elements of type \(type.rawValue), where whole numbers belong")
                }
                elements += some
            } catch { throw ImportError(path: source.path, reason: "\(error)") }
            left -= count
        }
        return elements
    }

    /// The array's content, read up to byte `offset`.
    private func content(
        of source: Source, _ name: String, from offset: Int
    ) throws(ImportError) -> any ArrayContent {
        var content = source.content
        if content.map({ $0.produced > offset }) ?? true { content = try source.open() }
        guard let content else { throw ImportError(path: source.path, reason: "array '\(name)' is missing") }
        sources[name]?.content = content
        while content.produced < offset { try content.read(min(Self.piece, offset - content.produced), into: buffer) }
        return content
    }
}
