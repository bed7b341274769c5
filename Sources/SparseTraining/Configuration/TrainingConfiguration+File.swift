public import Foundation
internal import SparseData
internal import SparseParts

extension TrainingConfiguration: Codable {
    /// Reads an object whose keys are option names; keys that are absent keep their defaults, and null, which older releases
    /// wrote, says as much.
    /// - Throws: `ConfigurationError` for unknown keys and for values that are not allowed.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: OptionKey.self)
        var keys: [String: String] = [:]
        for key in container.allKeys.map(\.stringValue).sorted() {
            let option = try Self.option(named: key)
            // An option has one value, under whichever of its names.
            if let other = keys.updateValue(key, forKey: option.recordedAs ?? option.name) {
                throw ConfigurationError.conflict(options: [other, key], reason: "set one of them")
            }
            if let mayName = Self.mayNameOwnParts, decoder.userInfo[mayName] != nil,
                let name = Self.namesOfOwnParts.first(where: { $0.name == option.name })
            {
                self[name] = try container.decode(String.self, forKey: OptionKey(key))
                continue
            }
            do { try option.decode(from: container, OptionKey(key), into: &settings) } catch let error as OptionError {
                throw ConfigurationError(error)
            }
        }
    }

    /// Writes every option that has a value under its name. What a run leaves without one has none in effect: the method, the
    /// optimiser or the data do not look at it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: OptionKey.self)
        for option in Self.options { try option.encode(settings, to: &container) }
    }
}

extension TrainingConfiguration {
    /// Larger files are not configurations.
    static let fileSizeLimit = 1 << 20

    /// Options that, in what is written of a run, may name what a program had of its own.
    static let namesOfOwnParts = [Options().method, Options().loss, Options().optimizer]
    /// Tells the decoder that it reads what is written of a run.
    fileprivate static let mayNameOwnParts = CodingUserInfoKey(rawValue: "mayNameOwnParts")

    /// Reads a JSON object whose keys are option names.
    /// - Throws: `ConfigurationError` that names the file and what is wrong with it, or the option.
    public init(file: URL) throws(ConfigurationError) { try self.init(file: file, isRecord: false) }

    /// - Parameter isRecord: It is what is written of a run, which a program may have made with parts of its own.
    init(file: URL, isRecord: Bool) throws(ConfigurationError) {
        let bytes: Data
        do {
            // No more than is needed to see that there is too much: the file may be a pipe or a device.
            bytes = try FileHandle(forReadingFrom: file).read(upToCount: Self.fileSizeLimit + 1) ?? Data()
        } catch {
            throw .unreadableFile(path: file.relativePath, reason: reason(of: error))
        }
        try self.init(json: bytes, path: file.relativePath, isRecord: isRecord)
    }

    /// Reads a JSON object whose keys are option names.
    /// - Parameters:
    ///   - path: For messages.
    ///   - isRecord: It is what is written of a run, which a program may have made with parts of its own.
    /// - Throws: `ConfigurationError` that names the path and what is wrong, or the option.
    init(json: Data, path: String, isRecord: Bool = false) throws(ConfigurationError) {
        func unreadable(_ reason: String) -> ConfigurationError { .unreadableFile(path: path, reason: reason) }
        guard json.count <= Self.fileSizeLimit else {
            throw unreadable("too many bytes for a configuration; at most 1 MiB is read")
        }
        do {
            let decoder = JSONDecoder()
            if isRecord, let key = Self.mayNameOwnParts { decoder.userInfo[key] = true }
            self = try decoder.decode(Self.self, from: json)
        } catch let error as ConfigurationError {
            throw error
        } catch DecodingError.dataCorrupted(let context) {
            let detail = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey] as? String
            throw unreadable("not JSON: " + (detail ?? context.debugDescription))
        } catch {
            throw unreadable("must be a JSON object whose keys are option names")
        }
    }

    /// The configuration as a JSON object that reads back as the same one.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}

/// What the system says of a file that cannot be used, in a few words.
func reason(of error: any Error) -> String {
    let system = (error as? CocoaError)?.underlying ?? (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    guard let system = (system ?? error) as NSError?, system.domain == NSPOSIXErrorDomain else {
        return error.localizedDescription
    }
    return String(cString: strerror(Int32(truncatingIfNeeded: system.code)))
}

extension TrainingConfiguration {
    /// The options as a run folder and its checkpoints keep them: data is found from any working folder, and the run folder,
    /// which may be moved, is the one where they lie.
    var recorded: TrainingConfiguration {
        var recorded = self
        recorded.out = nil
        recorded.data = Self.absolute(self.data)
        recorded.initFrom = self.initFrom.map(Self.absolute)
        recorded.maskFrom = self.maskFrom.map(Self.absolute)
        recorded.testData = self.testData.map(Self.absolute)
        recorded.cache = self.cache.map(Self.absolute)
        return recorded
    }

    /// The path of a file or folder from the root; other names (built in, or a program's own) stay.
    private static func absolute(_ name: String) -> String {
        guard !DataSource.builtIn.contains(name), FileManager.default.fileExists(atPath: name) else { return name }
        return URL(filePath: name).absoluteURL.standardizedFileURL.path
    }
}
