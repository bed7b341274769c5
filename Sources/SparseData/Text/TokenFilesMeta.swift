internal import SparseStore

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// `meta.json` beside files of token ids: how many tokens there are, and their texts, if they are known. The keys are those of
/// nanoGPT's meta.pkl: `vocab_size`, `itos` (a list, or an object with the ids as keys) and `stoi`.
struct TokenFilesMeta: Decodable {
    static let name = "meta.json"
    static let example = #"{"vocab_size": 3, "itos": ["a", "b", "c"]}"#
    /// Ids have 16 bits, so more texts are none.
    private static let (mostTokens, mostBytes) = (1 << 16, 1 << 26)

    private var size: Int?
    private var texts: Texts?
    private var ids: [String: Int]?

    private enum CodingKeys: String, CodingKey {
        case size = "vocab_size"
        case texts = "itos"
        case ids = "stoi"
    }

    /// A list of texts, or texts by id.
    private enum Texts: Decodable {
        case list([String])
        case byID([String: String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let list = try? container.decode([String].self) {
                self = .list(list)
            } else {
                self = .byID(try container.decode([String: String].self))
            }
        }
    }

    /// What the file of a folder says; nil without one.
    /// - Throws: `DataError` for one that says nothing that can be.
    static func vocabulary(of folder: DataFolder) throws(DataError) -> Vocabulary? {
        guard folder.names.contains(name) else { return nil }
        let file = try folder.file(name)
        func fault(_ problem: String) -> DataError {
            DataError(.malformed, in: file.path, problem, expected: "an object such as \(example)")
        }
        guard file.storedCount <= mostBytes else {
            throw DataError(
                .tooLarge, in: file.path, "\(file.storedCount) bytes", expected: "at most \(mostBytes)")
        }
        let bytes = AlignedBuffer<UInt8>(count: file.storedCount)
        try file.readStored(file.storedCount, at: 0, into: bytes)
        guard let meta = try? JSONDecoder().decode(Self.self, from: Data(bytes.elements)) else {
            throw fault("it is no JSON object with a vocabulary")
        }
        let texts: [String]?
        switch (meta.texts, meta.ids) {
        case (.list(let list)?, _): texts = list
        case (.byID(let byID)?, _):
            texts = ordered(byID.map { (Int($0.key), $0.value) })
            if texts == nil { throw fault("'itos' has not each id from 0 to \(byID.count - 1) once") }
        case (nil, let ids?):
            texts = ordered(ids.map { ($0.value, $0.key) })
            if texts == nil { throw fault("'stoi' has not each id from 0 to \(ids.count - 1) once") }
        case (nil, nil): texts = nil
        }
        guard let size = meta.size ?? texts?.count else { throw fault("no 'vocab_size', and no 'itos'") }
        guard (1...mostTokens).contains(size) else {
            throw fault("a vocabulary of \(size); ids of 16 bits are at most \(mostTokens)")
        }
        guard texts.map({ $0.count == size }) ?? true else {
            throw fault("a vocabulary of \(size), but \(texts?.count ?? 0) texts")
        }
        return Vocabulary(ids: size, texts: texts)
    }

    /// Texts in the order of their ids; nil unless each id from 0 on is there once.
    private static func ordered(_ pairs: [(id: Int?, text: String)]) -> [String]? {
        var texts = [String?](repeating: nil, count: pairs.count)
        for pair in pairs {
            guard let id = pair.id, texts.indices.contains(id), texts[id] == nil else { return nil }
            texts[id] = pair.text
        }
        return texts.compactMap(\.self)
    }
}
