internal import Foundation
internal import SparseData
internal import SparseModels
internal import SparseParts
internal import SparsePolicies
internal import SparseStore

/// The texts in a checkpoint's header.
enum CheckpointMetadata {
    /// Changes when older programs could not read the file.
    static let formatVersion = "2"
    /// Versions that this program reads; version 1 has no description of the network.
    private static let readableVersions = ["1", "2"]
    /// The key that says that the configuration has its derived values filled in; older checkpoints hold it as it was given.
    private static let effective = "configuration_is"

    /// What says how to read a matrix.
    private struct Layer: Codable {
        var format: String
        var shape: [Int]
    }

    static func texts(
        _ state: CheckpointState, configuration: TrainingConfiguration, network: Network,
        description: NetworkDescription
    ) throws -> [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        func text(_ value: some Encodable) throws -> String {
            String(decoding: try encoder.encode(value), as: UTF8.self)
        }
        var layers: [String: Layer] = [:]
        for parameter in network.parameters {
            if let matrix = parameter.matrix {
                layers[parameter.name] = Layer(format: matrix.format, shape: [matrix.rows, matrix.columns])
            }
        }
        return [
            "format": "sparsetrain", "format_version": formatVersion, "release": Release.version,
            "instruction_set": InstructionSet.name, "layers": try text(layers), "run": try text(state),
            "configuration": try text(
                Dictionary(uniqueKeysWithValues: relevant(configuration).map { ($0.name, $1) })
                    .merging(placeOfData(configuration)) { $1 }),
            effective: "effective",
        ].merging(try description.texts(network.model)) { $1 }
    }

    /// Refuses what is no checkpoint, and one of a version that this program does not know.
    /// - Throws: `SafetensorsFile.Damage`.
    static func checkVersion(of file: SafetensorsFile) throws {
        guard file.metadata["format"] == "sparsetrain" else {
            throw SafetensorsFile.Damage("not a checkpoint of sparsetrain")
        }
        guard let version = file.metadata["format_version"], readableVersions.contains(version) else {
            throw SafetensorsFile.Damage(
                "its format version is \(file.metadata["format_version"] ?? "missing"); this program reads "
                    + readableVersions.joined(separator: " and "))
        }
    }

    /// The options that decided the result.
    /// - Throws: `SafetensorsFile.Damage`.
    static func configuration(of file: SafetensorsFile) throws -> TrainingConfiguration {
        guard let text = file.metadata["configuration"],
            let values = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        else { throw SafetensorsFile.Damage("its metadata 'configuration' is not that of a checkpoint") }
        var configuration = TrainingConfiguration()
        for option in TrainingConfiguration.options {
            guard let value = values[option.name], !value.isEmpty else { continue }
            if let name = TrainingConfiguration.namesOfOwnParts.first(where: { $0.name == option.name }) {
                configuration[name] = value
                continue
            }
            do throws(OptionError) { try option.set(value, in: &configuration.settings) } catch {
                throw SafetensorsFile.Damage("its metadata 'configuration': \(ConfigurationError(error))")
            }
        }
        return configuration
    }

    /// Where the run was.
    /// - Throws: `SafetensorsFile.Damage`.
    static func state(of file: SafetensorsFile) throws -> CheckpointState {
        try checkVersion(of: file)
        guard let run = file.metadata["run"] else {
            throw SafetensorsFile.Damage("not a checkpoint of sparsetrain")
        }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do { return try decoder.decode(CheckpointState.self, from: Data(run.utf8)) } catch {
            throw SafetensorsFile.Damage("its metadata 'run' is not that of a checkpoint")
        }
    }

    /// Refuses to go on with options that would give other results; when `overriding`, with those that cannot be carried over.
    /// - Returns: The options that differ.
    /// - Throws: `ConfigurationError` with the list of differences, or `SafetensorsFile.Damage`.
    static func check(
        _ file: SafetensorsFile, configuration: TrainingConfiguration, method: Method, path: String,
        overriding: Bool
    ) throws -> [any DeclaredOption] {
        guard let text = file.metadata["configuration"],
            var old = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        else { throw SafetensorsFile.Damage("its metadata 'configuration' is not that of a checkpoint") }
        if file.metadata[effective] == nil, let filled = PublishedDefaults.configuration(old, method, configuration) {
            old = Dictionary(uniqueKeysWithValues: relevant(filled).map { ($0.name, $1) })
        }
        func named(_ value: String) -> String { value.isEmpty ? "unset" : value }
        var changed: [any DeclaredOption] = []
        var differences: [String] = []
        let defaults = TrainingConfiguration().recorded
        for (option, value) in relevant(configuration) {
            // An option may have had another name when the checkpoint was written.
            let written = ([option.name] + option.aliases).lazy.compactMap { old[$0] }.first
            // An option that was not known then was not given.
            if written == nil && value == option.text(defaults) { continue }
            var before = written ?? ""
            if before.isEmpty && !value.isEmpty { before = PublishedDefaults.beforeThereWas(option) }
            // Older checkpoints left a flag open that was off.
            if option.isFlag && before.isEmpty && value == "false" { continue }
            if before == value || samePath(option, before, value) { continue }
            changed.append(option)
            if overriding && option.carryOver != .refused { continue }
            differences.append("--\(option.name) \(named(before)), now \(named(value))")
        }
        if overriding {
            if differences.isEmpty { return changed }
            throw ConfigurationError.rejected(
                reason: "--resume --override: \(path) was made with " + differences.joined(separator: "; ")
                    + "; that cannot be carried over: give the same, or begin another run")
        }
        if let set = file.metadata["instruction_set"], set != InstructionSet.name {
            differences.append("instruction set \(set), now \(InstructionSet.name)")
        }
        if !differences.isEmpty {
            throw ConfigurationError.rejected(
                reason: "--resume: \(path) was made with " + differences.joined(separator: "; ")
                    + "; give the same, or --override to go on with other results")
        }
        return changed
    }

    /// Refuses a network of other layers.
    /// - Throws: `ConfigurationError`, or `SafetensorsFile.Damage`.
    static func checkShapes(_ file: SafetensorsFile, network: Network, path: String) throws {
        guard let text = file.metadata["layers"],
            let layers = try? JSONDecoder().decode([String: Layer].self, from: Data(text.utf8))
        else { throw SafetensorsFile.Damage("its metadata 'layers' is not that of a checkpoint") }
        for parameter in network.parameters {
            guard let matrix = parameter.matrix, let old = layers[parameter.name] else { continue }
            let shape = [matrix.rows, matrix.columns]
            if old.shape == shape { continue }
            throw ConfigurationError.rejected(
                reason:
                    "--resume --override: \(parameter.name) in \(path) has the shape \(old.shape), now \(shape): --data "
                    + "with another number of inputs or classes cannot be carried over")
        }
    }

    /// A path from the root and one from the working folder may be the same.
    private static func samePath(_ option: any DeclaredOption, _ one: String, _ other: String) -> Bool {
        let paths = [Options().data.name, Options().testData.name, Options().initFrom.name, Options().maskFrom.name]
        guard paths.contains(option.name), !one.isEmpty, !other.isEmpty else {
            return false
        }
        return URL(filePath: one).standardizedFileURL.path == URL(filePath: other).standardizedFileURL.path
    }

    /// The cache folder that was typed, for data that have only a name there.
    private static func placeOfData(_ configuration: TrainingConfiguration) -> [String: String] {
        let recorded = configuration.recorded
        guard Parts.publishedData.entry(named: recorded.data) != nil, let cache = recorded.cache else { return [:] }
        return [Options().cache.name: cache]
    }

    /// Options that decide the result, with their values.
    private static func relevant(_ configuration: TrainingConfiguration) -> [(any DeclaredOption, String)] {
        let recorded = configuration.recorded
        return TrainingConfiguration.options.filter { $0.carryOver != .free }.map { ($0, $0.text(recorded)) }
    }
}
