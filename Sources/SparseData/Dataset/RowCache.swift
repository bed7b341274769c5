internal import SparseParts
internal import SparseStore

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A table or an array as it was read once, in a file of the cache folder: its numbers in 32 bits, row by row, which are mapped and
/// not read.
///
/// The file holds `magic`, the length of a description in JSON (8 bytes), the description, from the next page on the features, and then
/// labels or target numbers and the groups, each from a multiple of 64 on. It counts as long as size, time and content of the files
/// that were read, and all that decides how they are read, are what they were.
struct RowCache {
    /// What a file was when it was read.
    private struct Source: Codable, Equatable {
        var size: Int
        var modified: Int
        var hash: String
    }

    /// What the file holds, and of which others.
    private struct Description: Codable, Equatable {
        /// The table, or the samples and their targets.
        var sources: [Source]
        /// What decided how they were read.
        var key: [String]
        var samples: Int
        /// Of a sample: maps, and the rows and columns of one.
        var channels: Int
        var mapRows: Int
        var mapColumns: Int
        var isPerChannel: Bool
        var classNames: [String]?
        /// Numbers of a sample's target, 0 for none; nil for classes.
        var outputs: Int?
        var areLabels: Bool
        var hasGroups: Bool
        var columns: TableColumns?
        var remarks: [String]

        /// Numbers of a sample; nil for more than can be.
        var features: Int? {
            let (map, isTooMany) = mapRows.multipliedReportingOverflow(by: mapColumns)
            let (all, isTooLong) = map.multipliedReportingOverflow(by: channels)
            return isTooMany || isTooLong || channels < 1 || mapRows < 1 || mapColumns < 1 ? nil : all
        }
    }

    /// Where the parts of the file are.
    private struct Places {
        let features: Int
        let targets: Int
        let groups: Int
        let end: Int

        /// Nil for what no file can hold.
        init?(_ description: Description, textBytes: Int) {
            func next(_ place: Int, _ count: Int, _ width: Int, alignment: Int = 64) -> Int? {
                let (numbers, isTooMany) = count.multipliedReportingOverflow(by: width)
                let (bytes, isTooLong) = numbers.multipliedReportingOverflow(by: 4)
                guard !isTooMany, !isTooLong, bytes < Int.max / 8 else { return nil }
                return (place + bytes + alignment - 1) / alignment * alignment
            }
            let samples = description.samples
            features = (RowCache.textStart + textBytes + 4095) / 4096 * 4096
            guard samples > 0, let width = description.features, description.outputs ?? 0 >= 0,
                let targets = next(features, samples, width),
                let groups = next(targets, samples, description.outputs ?? 1),
                let end = next(groups, description.hasGroups ? samples : 0, 1)
            else { return nil }
            (self.targets, self.groups, self.end) = (targets, groups, end)
        }
    }

    private static let magic = Array("sparsetrain table 1\n\0\0\0\0".utf8)
    private static let textStart = 32
    /// Of a file as much is looked at as this, at equal distances.
    private static let (probes, probeBytes) = (64, 4096)

    /// The file.
    let path: String
    private let sources: [DataFile]
    private let key: [String]

    /// The name of what is kept, for messages.
    private var name: String { sources.first.map { Paths.name($0.path) } ?? "" }

    /// - Parameters:
    ///   - sources: The table; or the samples and, where those are a file of their own, the targets.
    ///   - key: What decides how they are read.
    /// - Returns: Nil where there is no folder, or one of them is no file.
    init?(of sources: [DataFile], options: DataOptions, key: [String]) {
        guard let folder = options.cacheFolder, let first = sources.first, sources.allSatisfy({ $0.modified != 0 })
        else { return nil }
        (self.sources, self.key) = (sources, key)
        var hash = ByteHash()
        for word in sources.map({ URL(fileURLWithPath: $0.path).path }) + key { hash.add(Array(word.utf8) + [0]) }
        path = Paths.join(folder, "\(Paths.name(first.path))-\(hash.text).rows")
    }

    /// The values of options as words.
    static func texts(of options: [PartialKeyPath<Options>], _ data: DataOptions) -> [String] {
        Options.declared(options).map { "\($0.name)=\($0.text(in: data.settings))" }
    }

    /// All that is known of columns as a word.
    static func text(of columns: TableColumns) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(columns)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The samples, if they are kept and what was read is what it was.
    /// - Throws: `DataError` when a file of that name is none of this kind.
    func rows() throws(DataError) -> ReadTable? {
        guard StoredBytes.exists(path) else { return nil }
        var isOwn = true
        do throws(StoredBytes.Failure) {
            let bytes = try StoredBytes(path: path)
            isOwn = try bytes.array(of: UInt8.self, at: 0, count: min(bytes.count, Self.magic.count)) == Self.magic
            guard isOwn, bytes.count > Self.textStart,
                let length = try bytes.array(of: UInt64.self, at: Self.magic.count, count: 1).first,
                length <= UInt64(bytes.count - Self.textStart)
            else {
                if isOwn { return nil }
                throw StoredBytes.Failure.system("not a table that was kept, and in the way of one")
            }
            let text = try bytes.array(of: UInt8.self, at: Self.textStart, count: Int(length))
            guard let known = try? JSONDecoder().decode(Description.self, from: Data(text)),
                known.key == key, known.sources.count == sources.count,
                zip(known.sources, sources).allSatisfy({ $0.size == $1.storedCount && $0.modified == $1.modified }),
                let places = Places(known, textBytes: text.count), places.end == bytes.count,
                try known.sources == marks()
            else { return nil }
            return try samples(MappedFile(path: path), known, places)
        } catch {
            throw DataError(.unreadable, in: path, "cannot be read (\(error))", expected: "a readable file")
        }
    }

    /// The same samples, in the file where they are more than memory is to hold.
    func kept(_ read: ReadTable, _ memory: RowMemory) throws(DataError) -> ReadTable {
        guard memory.isPastLimit else { return read }
        let (dataset, shape) = (read.dataset, read.dataset.shape)
        var description = Description(
            sources: [], key: key, samples: dataset.count, channels: shape.channels, mapRows: shape.rows,
            mapColumns: shape.columns, isPerChannel: dataset.preferredStandardization == .perChannel,
            classNames: dataset.classNames, outputs: nil, areLabels: false, hasGroups: read.groups != nil,
            columns: dataset.columns, remarks: read.remarks)
        switch dataset.targets {
        case .numbers(let count): description.outputs = count
        case .labels(let count): (description.outputs, description.areLabels) = (count, true)
        case .inputs, .none: description.outputs = 0
        // Tables have no tokens.
        case .classes, .tokens: break
        }
        do throws(StoredBytes.Failure) { description.sources = try marks() } catch {
            throw DataError(.unreadable, in: name, "cannot be read (\(error))", expected: "files that nobody changes")
        }
        guard let text = try? JSONEncoder().encode(description), let places = Places(description, textBytes: text.count)
        else { return read }
        let partial = "\(path).\(ProcessInfo.processInfo.processIdentifier).partial"
        do throws(StoredBytes.Failure) {
            let file = try MappedFile(making: partial, count: places.end)
            let head = file.buffer(of: UInt8.self, at: 0, count: places.features)
            let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
            for (index, byte) in (Self.magic + length + text).enumerated() { head[index] = byte }
            dataset.values.copy(
                to: file.buffer(of: Float.self, at: places.features, count: dataset.count * dataset.shape.features))
            if description.outputs == nil {
                let labels = file.buffer(of: Int32.self, at: places.targets, count: dataset.count)
                for sample in 0..<dataset.count { labels[sample] = dataset.labels[sample] }
            } else {
                let numbers = file.buffer(of: Float.self, at: places.targets, count: dataset.numbers.count)
                for index in dataset.numbers.indices { numbers[index] = dataset.numbers[index] }
            }
            if let groups = read.groups {
                let target = file.buffer(of: Int32.self, at: places.groups, count: groups.count)
                for sample in groups.indices { target[sample] = Int32(clamping: groups[sample]) }
            }
            try file.synchronize()
            try StoredBytes.rename(partial, to: path)
            var kept = try samples(MappedFile(path: path), description, places) ?? read
            kept.remarks =
                read.remarks + [
                    "\(name): its numbers are more than \(memory.limitText): they are kept in \(path), "
                        + "\(places.end / 1_000_000) MB, which may be removed"
                ]
            return kept
        } catch {
            StoredBytes.remove(partial)
            throw DataError(
                .tooLarge, in: path, "\(places.end) bytes, which cannot be written (\(error))",
                expected: "a folder with room for them (--cache)")
        }
    }

    /// The samples of a file; nil where it holds what cannot be.
    private func samples(_ file: MappedFile, _ known: Description, _ places: Places) -> ReadTable? {
        guard file.count == places.end, let features = known.features else { return nil }
        var values = SampleRecords<Float>(features: features)
        values.append(
            file.buffer(of: Float.self, at: places.features, count: known.samples * features), samples: known.samples)
        let shape = SampleShape(channels: known.channels, rows: known.mapRows, columns: known.mapColumns)
        let standardization: Standardization = known.isPerChannel ? .perChannel : .perColumn
        let nameOfFeature = known.columns?.nameOfFeature
        let groups =
            known.hasGroups
            ? file.buffer(of: Int32.self, at: places.groups, count: known.samples).elements.map { Int($0) } : nil
        let remarks = known.remarks + ["\(name): read from \(path), where its numbers are kept"]
        if let outputs = known.outputs {
            let numbers = file.buffer(of: Float.self, at: places.targets, count: known.samples * outputs).array
            guard numbers.allSatisfy(\.isFinite) else { return nil }
            let dataset = InMemoryDataset(
                name: name, shape: shape, values: values, numbers: numbers,
                targets: outputs == 0 ? .none : known.areLabels ? .labels(outputs) : .numbers(outputs),
                names: known.classNames,
                preferredStandardization: standardization, columns: known.columns, nameOfFeature: nameOfFeature)
            return ReadTable(dataset: dataset, groups: groups, remarks: remarks)
        }
        guard let names = known.classNames, !names.isEmpty else { return nil }
        let labels = file.buffer(of: Int32.self, at: places.targets, count: known.samples).array
        guard labels.allSatisfy({ names.indices.contains(Int($0)) }) else { return nil }
        let dataset = InMemoryDataset(
            name: name, shape: shape, values: values, labels: labels,
            classes: names.count, classNames: names, preferredStandardization: standardization,
            columns: known.columns, nameOfFeature: nameOfFeature)
        return ReadTable(dataset: dataset, groups: groups, remarks: remarks)
    }

    /// What the files that are read are now.
    private func marks() throws(StoredBytes.Failure) -> [Source] {
        var marks: [Source] = []
        for source in sources {
            marks.append(Source(size: source.storedCount, modified: source.modified, hash: try hash(of: source)))
        }
        return marks
    }

    /// Of the file's bytes.
    private func hash(of source: DataFile) throws(StoredBytes.Failure) -> String {
        var hash = ByteHash()
        let piece = min(Self.probeBytes, source.storedCount)
        let buffer = AlignedBuffer<UInt8>(count: piece)
        for probe in 0..<Self.probes {
            let place = (source.storedCount - piece) / (Self.probes - 1) * probe
            do throws(DataError) { try source.readStored(piece, at: place, into: buffer) } catch { throw .cutShort }
            hash.add(buffer.elements)
        }
        return hash.text
    }
}
