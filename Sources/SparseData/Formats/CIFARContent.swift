internal import SparseStore

/// One CIFAR file's records in memory.
struct CIFARContent {
    /// Records inflated at a time.
    private static let blockSamples = 1000

    private(set) var samples = 0
    private var blocks: [(buffer: AlignedBuffer<UInt8>, samples: Int)] = []

    /// The file must be a whole number of records of `record` bytes, at least one.
    /// - Parameter mostCompressed: records to take from a compressed file before it is refused.
    init(_ file: DataFile, record: Int, mostCompressed: Int, limit: Int) throws(DataError) {
        if !file.isCompressed {
            try CIFARContent.check(file.storedCount, isMultipleOf: record, in: file)
            samples = file.storedCount / record
            blocks = [(try file.content(count: file.storedCount, limit: limit), samples)]
            return
        }
        let reader = try file.reader()
        let blockSamples = min(CIFARContent.blockSamples, file.largestContent / record + 1)
        while true {
            let most = min(mostCompressed, limit / record)
            let buffer = AlignedBuffer<UInt8>(count: blockSamples * record)
            let count = try reader.read(into: buffer, at: 0)
            if count == 0 && samples > 0 { break }
            try CIFARContent.check(samples * record + count, isMultipleOf: record, in: file)
            samples += count / record
            guard samples <= most else {
                throw DataError(
                    .tooLarge, in: file.path, at: .offset(most * record), "more than \(most) images",
                    expected: "at most that many in a compressed file")
            }
            blocks.append((buffer, count / record))
        }
    }

    /// Adds all records, a sample's values beginning at byte `first` of each.
    func append(to records: inout SampleRecords<UInt8>, first: Int) {
        for block in blocks { records.append(block.buffer, first: first, samples: block.samples) }
    }

    private static func check(_ count: Int, isMultipleOf record: Int, in file: DataFile) throws(DataError) {
        guard count > 0, count % record == 0 else {
            throw DataError(
                .truncated, in: file.path, at: .offset(count), "the last record ends here",
                expected: "a multiple of \(record) bytes")
        }
    }
}
