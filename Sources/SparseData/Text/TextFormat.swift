internal import SparseParts
internal import SparseStore

/// A text, plain or `.gz`, that somebody said is one (`--tokenizer`): its first nine tenths train, the last tenth tests.
struct TextFormat: DataFormat {
    /// The entry of `Parts.dataFormats`.
    static let entry = Registry<any DataFormat>.Entry(
        "text", "a text, plain or .gz, with --tokenizer \(Parts.tokenizers.names.joined(separator: " or "))",
        options: [\.tokenizer, \.context, \.windows], TextFormat())

    /// Share of the tokens that train.
    private static let trained = 0.9
    /// Bytes of a compressed text that are read at first.
    private static let firstBytes = 1 << 16

    func recognises(_ location: DataLocation) -> Bool { location.isText }

    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource {
        guard case .file(let file, _) = location.content else {
            throw DataError(.unknownFormat, in: location.path, "not a file", expected: Self.entry.summary)
        }
        return try open(file, options)
    }

    func open(_ file: DataFile, _ options: DataOptions) throws(DataError) -> DataSource {
        guard let tokenizer = options.tokenizer.flatMap({ Parts.tokenizers.entry(named: $0)?.part }) else {
            throw DataError(.invalidOption, in: file.path, "no tokenizer", expected: Self.entry.summary)
        }
        let text = try content(of: file, limit: options.memoryLimit)
        let (tokens, vocabulary) = try tokenizer.tokens(
            of: text, in: file.path, known: options.trained?.vocabulary, limit: options.memoryLimit)
        let cut = Int(Self.trained * Double(tokens.count))
        return try DataSource(
            tokensOf: file.path, train: (tokens, 0..<cut), test: (tokens, cut..<tokens.count), vocabulary: vocabulary,
            options)
    }

    /// All bytes of a text. How many a compressed one has shows only at its end.
    private func content(of file: DataFile, limit: Int) throws(DataError) -> AlignedBuffer<UInt8> {
        if !file.isCompressed { return try file.content(count: file.storedCount, limit: limit) }
        let reader = try file.reader()
        var (buffer, count) = (AlignedBuffer<UInt8>(count: min(Self.firstBytes, limit)), 0)
        while true {
            count += try reader.read(into: buffer, at: count)
            if count < buffer.count { break }
            guard buffer.count < limit else {
                throw DataError(
                    .tooLarge, in: file.path, "more than \(limit) bytes of text",
                    expected: "a text that fits the memory limit: --memory BYTES allows more")
            }
            let (twice, overflow) = buffer.count.multipliedReportingOverflow(by: 2)
            let larger = AlignedBuffer<UInt8>(count: overflow ? limit : min(twice, limit))
            _ = larger.elements.update(fromContentsOf: buffer.elements)
            buffer = larger
        }
        return AlignedBuffer(buffer.elements.prefix(count))
    }
}
