internal import SparseTraining

/// What the process returns to its caller.
enum ExitStatus {
    static let done: Int32 = 0
    static let failed: Int32 = 1
    static let wrongUsage: Int32 = 2
    /// Ended by a signal: 128 and its number, 130 for SIGINT.
    static func signalled(_ number: Int32) -> Int32 { 128 + number }

    static func of(_ error: any Error) -> Int32 {
        error is ConfigurationError || error is UsageError ? wrongUsage : failed
    }
}
