package import Foundation
package import SparseStore

extension TrainingConfiguration {
    /// The options of a file of rank 0, for all processes: it may be on that one's disk alone.
    /// - Parameter file: Of rank 0; nil when it has none, and for the others.
    /// - Throws: `ConfigurationError`.
    package init(file: URL?, ofFirst communicator: any Communicator) throws {
        self.init()
        // Read once to be refused by its name, and no bytes for no file.
        if let file { _ = try TrainingConfiguration(file: file) }
        let bytes = communicator.ofFirst(AlignedBuffer(try file.map { try Data(contentsOf: $0) } ?? Data()))
        if bytes.count > 0 { try self.init(json: Data(bytes.elements), path: "of rank 0") }
    }
}
