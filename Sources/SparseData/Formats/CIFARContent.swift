internal import SparseStore

/// One CIFAR file's records: mapped when plain, in memory when compressed.
struct CIFARContent {
    private enum Storage {
        case mapped(MappedFile)
        case memory([(buffer: AlignedBuffer<UInt8>, samples: Int)])
    }

    /// Records inflated at a time.
    private static let blockSamples = 1000

    private(set) var samples = 0
    private var storage: Storage

    /// The file must be a whole number of records of `record` bytes, at least one.
    /// - Parameter mostCompressed: records to take from a compressed file before it is refused.
    init(_ file: DataFile, record: Int, mostCompressed: Int, limit: Int) throws(DataError) {
        if let mapped = file.mapped {
            try CIFARContent.check(mapped.count, isMultipleOf: record, in: file)
            storage = .mapped(mapped)
            samples = mapped.count / record
            return
        }
        let reader = try file.reader()
        var blocks: [(buffer: AlignedBuffer<UInt8>, samples: Int)] = []
        while true {
            let most = min(mostCompressed, limit / record)
            let buffer = AlignedBuffer<UInt8>(count: CIFARContent.blockSamples * record)
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
        storage = .memory(blocks)
    }

    /// Adds all records, a sample's values beginning at byte `first` of each.
    func append(to records: inout SampleRecords<UInt8>, first: Int) {
        switch storage {
        case .mapped(let file): records.append(file, first: first, samples: samples)
        case .memory(let blocks):
            for block in blocks { records.append(block.buffer, first: first, samples: block.samples) }
        }
    }

    private static func check(_ count: Int, isMultipleOf record: Int, in file: DataFile) throws(DataError) {
        guard count > 0, count % record == 0 else {
            throw DataError(
                .truncated, in: file.path, at: .offset(count), "the last record ends here",
                expected: "a multiple of \(record) bytes")
        }
    }
}
