internal import Foundation
public import Testing

/// The thread sanitizer, when the tests were built with it (`--sanitize=thread`). It needs to write files larger than a
/// small limit allows, and ends the process when it cannot: tests with such a limit skip.
///
///     @Test(.disabled(if: ThreadSanitizer.isLoaded, ThreadSanitizer.limitsFiles))
public enum ThreadSanitizer {
    /// True when its runtime is part of this process, and so of the programs built with it.
    public static let isLoaded = dlsym(dlopen(nil, RTLD_NOW), "__tsan_init") != nil

    /// Why a test was skipped.
    public static let limitsFiles: Comment = "the thread sanitizer's runtime does not survive a limit of file sizes"
}
