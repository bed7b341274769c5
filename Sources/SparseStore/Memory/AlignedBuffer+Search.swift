#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

extension AlignedBuffer where Element == UInt8 {
    /// Place of the first such byte in a range, found many bytes at a time.
    public func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the buffer")
        guard !range.isEmpty, let found = memchr(pointer + range.lowerBound, Int32(byte), range.count) else {
            return nil
        }
        return UnsafeRawPointer(found) - UnsafeRawPointer(pointer)
    }
}
