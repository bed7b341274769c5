internal import Foundation

/// A value that one thread at a time reads or changes. A `Mutex` would do, but for the thread sanitizer, which on Linux sees the
/// locks of the C library and takes what a `Mutex` guards for a race, in the programs that use this library too.
///
/// The value is touched with the lock held and nowhere else, which is what makes the unchecked conformance sound.
final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: sending Value) { self.value = value }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
