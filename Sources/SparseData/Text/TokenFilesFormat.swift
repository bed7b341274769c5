internal import SparseParts
internal import SparseStore

/// Token ids as programs for language models write them: `train.bin` and `val.bin`, 16 bits each, little endian, and
/// `meta.json` with the size of the vocabulary and the texts of the tokens, if it is there. The files are mapped, not read:
/// they may be larger than memory. Nobody may cut them short meanwhile.
struct TokenFilesFormat: DataFormat {
    /// The entry of `Parts.dataFormats`.
    static let entry = Registry<any DataFormat>.Entry(
        "tokens", "a folder with token ids of 16 bits, train.bin and val.bin", options: [\.context, \.windows],
        TokenFilesFormat())

    private static let (train, validation) = ("train.bin", "val.bin")

    /// CIFAR-100 has a file train.bin, too, and with it test.bin.
    func recognises(_ location: DataLocation) -> Bool {
        guard case .folder(let folder) = location.content, folder.names.contains(Self.train) else { return false }
        return folder.names.contains(TokenFilesMeta.name)
            || folder.names.contains(Self.validation) && !folder.names.contains("test.bin")
    }

    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource {
        guard case .folder(let folder) = location.content else {
            throw DataError(.unknownFormat, in: location.path, "not a folder", expected: Self.entry.summary)
        }
        let known = options.trained?.vocabulary
        let own = try TokenFilesMeta.vocabulary(of: folder)
        if let own, let known, own != known {
            throw DataError(
                .inconsistent, in: Paths.join(folder.path, TokenFilesMeta.name), "a vocabulary of \(own.description)",
                expected: "that of the \(known.description) that the network was trained on")
        }
        var vocabulary = known ?? own
        let files = [Self.train, Self.validation]
        var parts: [AlignedBuffer<UInt16>] = []
        var largest = 0
        for name in files {
            let tokens = try self.tokens(name, of: folder)
            largest = max(largest, try check(tokens, Paths.join(folder.path, name), below: vocabulary?.count))
            parts.append(tokens)
        }
        vocabulary = vocabulary ?? Vocabulary(ids: largest + 1)
        var remarks: [String] = []
        if own == nil, folder.names.contains("meta.pkl") {
            remarks.append(
                "\(Paths.name(folder.path)): meta.pkl is not read; the same as \(TokenFilesMeta.name) would be: "
                    + "\(TokenFilesMeta.example)")
        }
        return try DataSource(
            tokensOf: folder.path, train: (.words(parts[0]), 0..<parts[0].count),
            test: (.words(parts[1]), 0..<parts[1].count), vocabulary: vocabulary ?? Vocabulary(ids: largest + 1),
            options, remarks: remarks)
    }

    private func tokens(_ name: String, of folder: DataFolder) throws(DataError) -> AlignedBuffer<UInt16> {
        guard folder.names.contains(name) else {
            throw DataError(.notFound, in: folder.path, "no file \(name)", expected: Self.entry.summary)
        }
        let bytes = try folder.mapped(name)
        guard bytes.count % 2 == 0 else {
            throw DataError(
                .malformed, in: Paths.join(folder.path, name), at: .offset(bytes.count - 1),
                "a last byte by itself, after \(bytes.count / 2) ids", expected: "ids of two bytes each")
        }
        return bytes.words
    }

    /// The largest id.
    /// - Throws: `DataError` for one outside the vocabulary, with its place.
    private func check(_ tokens: AlignedBuffer<UInt16>, _ path: String, below limit: Int?) throws(DataError) -> Int {
        let limit = limit ?? .max
        var largest = 0
        for id in tokens.elements { largest = max(largest, Int(UInt16(littleEndian: id))) }
        guard largest >= limit else { return largest }
        let bad = tokens.elements.firstIndex { Int(UInt16(littleEndian: $0)) >= limit } ?? 0
        throw DataError(
            .labelOutOfRange, in: path, at: .offset(2 * bad),
            "token \(UInt16(littleEndian: tokens[bad])), number \(bad) of the file",
            expected: "ids from 0 to \(limit - 1), which are the vocabulary")
    }
}
