public import Foundation
public import SparseData
public import SparseModels
public import SparseParts
public import SparsePolicies
public import SparseStore

// What an app shows of an error, its `localizedDescription`, is the sentence that the command prints. Here for all rooms:
// those above need no Foundation for it.

extension UnknownName: LocalizedError { public var errorDescription: String? { description } }
extension OptionError: LocalizedError, CustomStringConvertible {
    public var description: String { ConfigurationError(self).description }
    public var errorDescription: String? { description }
}
extension StoreError: LocalizedError { public var errorDescription: String? { description } }
extension StoredBytes.Failure: LocalizedError { package var errorDescription: String? { description } }
extension NumPyText.Fault: LocalizedError { package var errorDescription: String? { description } }
extension InstructionSet.Unavailable: LocalizedError { public var errorDescription: String? { description } }
extension PolicyError: LocalizedError { public var errorDescription: String? { description } }
extension ModelError: LocalizedError { public var errorDescription: String? { description } }
extension NonFiniteGradient: LocalizedError { public var errorDescription: String? { description } }
extension DataError: LocalizedError { public var errorDescription: String? { description } }
extension ConfigurationError: LocalizedError { public var errorDescription: String? { description } }
extension ExportError: LocalizedError { public var errorDescription: String? { description } }
extension TrainingError: LocalizedError { public var errorDescription: String? { description } }
extension ImportError: LocalizedError { public var errorDescription: String? { description } }
extension TrainedModelError: LocalizedError { public var errorDescription: String? { description } }
