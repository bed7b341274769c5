internal import Foundation
internal import SparseData
internal import SparseParts
internal import SparseStore

/// Arrays of NumPy: a file that `numpy.savez` wrote; or a folder with such files and with one for each sparse weight that
/// `scipy.sparse.save_npz` wrote, `NAME.npz`, whose arrays are then `NAME.indptr`, `NAME.indices`, `NAME.data` and
/// `NAME.shape`. Plain arrays (`NAME.npy`) may lie beside them.
struct NPZFormat: WeightFormat {
    static let entry = Registry<any WeightFormat>.Entry(
        "npz", "a file of NumPy's savez, a folder with SciPy's save_npz of each sparse weight", NPZFormat())

    private static let endings = [".npz", ".npy"]

    func recognises(_ location: WeightLocation) -> Bool {
        if location.isFolder {
            return location.names.contains { name in Self.endings.contains { name.hasSuffix($0) } }
        }
        return location.head.starts(with: ZipArchive.magic) || location.path.hasSuffix(Self.endings[0])
    }

    func open(_ location: WeightLocation) throws(ImportError) -> any WeightArrays {
        let arrays = NPZArrays(path: location.path)
        guard location.isFolder else {
            try arrays.add(archive: WeightLocation.bytes(of: location.path), path: location.path, name: nil)
            return arrays
        }
        let folder = URL(filePath: location.path, directoryHint: .isDirectory)
        for name in location.names {
            guard let ending = Self.endings.first(where: { name.hasSuffix($0) }) else { continue }
            let path = folder.appending(path: name).relativePath
            let (file, own) = (try WeightLocation.bytes(of: path), String(name.dropLast(ending.count)))
            if ending == Self.endings[0] {
                try arrays.add(archive: file, path: path, name: own)
            } else {
                try arrays.add(name: own, of: path) { PlainArrayContent(file, path: path) }
            }
        }
        return arrays
    }
}

/// The bytes of an array file from the first to the last.
protocol ArrayContent: AnyObject {
    var count: Int { get }
    var produced: Int { get }
    /// Fills the first `count` bytes of `buffer` with those that come next.
    func read(_ count: Int, into buffer: AlignedBuffer<UInt8>) throws(ImportError)
}

/// A file that is one array.
final class PlainArrayContent: ArrayContent {
    private let file: StoredBytes
    private let path: String
    private(set) var produced = 0
    var count: Int { file.count }

    init(_ file: StoredBytes, path: String) { (self.file, self.path) = (file, path) }

    func read(_ count: Int, into buffer: AlignedBuffer<UInt8>) throws(ImportError) {
        guard count <= file.count - produced else { throw ImportError(path: path, reason: "it is cut short") }
        do throws(StoredBytes.Failure) { try file.read(count, at: produced, into: buffer) } catch {
            throw ImportError(path: path, reason: "\(error)")
        }
        produced += count
    }
}

/// A member of a zip file.
final class ZippedArrayContent: ArrayContent {
    private let member: ZipMember
    private let path: String
    var count: Int { member.count }
    var produced: Int { member.produced }

    init(_ member: ZipMember, path: String) { (self.member, self.path) = (member, path) }

    func read(_ count: Int, into buffer: AlignedBuffer<UInt8>) throws(ImportError) {
        do throws(DataError) { try member.read(count, into: buffer) } catch {
            throw ImportError(path: path, reason: "\(error.problem)")
        }
    }
}
