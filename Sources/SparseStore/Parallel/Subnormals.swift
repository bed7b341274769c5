internal import SparseKernels

/// Numbers below 2^-126, which many processors are slow with: an operation may take a hundred cycles more. Every thread of
/// the library takes them for zero, whether they are read or would be the result, so that they cost nothing and no result
/// depends on which thread computed it.
package enum Subnormals {
    /// How a thread did its arithmetic before.
    package struct Mode: Sendable {
        fileprivate let word: st_float_mode
    }

    /// From here on this thread takes subnormal numbers for zero. Calls may be nested:
    ///
    ///     let found = Subnormals.flush()
    ///     defer { Subnormals.restore(found) }
    package static func flush() -> Mode { Mode(word: st_flush_subnormals()) }

    /// Gives the thread back as `flush` found it.
    package static func restore(_ found: Mode) { st_restore_subnormals(found.word) }

    /// Whether this thread takes them for zero.
    package static var areFlushed: Bool {
        st_float_mode_read() & st_float_mode(ST_FLUSHING) == st_float_mode(ST_FLUSHING)
    }
}
