#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A fixed number of elements, zero at first, at an address that is a multiple of 64 bytes (a cache line, and the
/// widest vector register). Shared by reference. Concurrent writers must own disjoint ranges: the partitioner's
/// tasks do, which is what makes the unchecked conformance sound.
public final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
    /// Number of elements.
    public let count: Int
    /// First element. For the store and its kernel calls only.
    package let pointer: UnsafeMutablePointer<Element>
    /// What was allocated; nil for memory of an owner's.
    private let allocation: UnsafeMutableRawPointer?
    private let owner: AnyObject?

    /// Allocates `count` elements whose bytes are all zero. The system hands out zeroed pages, so memory that nobody touches
    /// takes none: the gradients of a network that only predicts, for one.
    public init(count: Int) {
        precondition(count >= 0, "a buffer cannot hold \(count) elements")
        let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        precondition(!overflow, "\(count) elements are more than memory can address")
        self.count = count
        // Whole lines, and room to begin at one.
        guard let raw = calloc(1, ((bytes + 63) & ~63) + 63) else {
            preconditionFailure("no memory for \(bytes) bytes")
        }
        (allocation, owner) = (raw, nil)
        pointer = raw.alignedUp(toMultipleOf: 64).bindMemory(to: Element.self, capacity: count)
    }

    /// Memory that lives as long as its owner, at an address that is a multiple of 64.
    init(pointer: UnsafeMutablePointer<Element>, count: Int, of owner: AnyObject) {
        precondition(UInt(bitPattern: pointer) % 64 == 0, "memory that is not aligned")
        (self.pointer, self.count, self.owner, allocation) = (pointer, count, owner, nil)
    }

    /// Allocates a copy of `elements`.
    public convenience init(_ elements: some Collection<Element>) {
        self.init(count: elements.count)
        var i = 0
        for element in elements {
            pointer[i] = element
            i += 1
        }
    }

    deinit { if let allocation { free(allocation) } }

    /// Checked access to one element.
    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count, "index outside the buffer")
            return pointer[index]
        }
        set {
            precondition(index >= 0 && index < count, "index outside the buffer")
            pointer[index] = newValue
        }
    }

    /// All elements, for bulk access in one checked step.
    public var elements: UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(start: pointer, count: count)
    }

    /// A copy as an array.
    public var array: [Element] { Array(elements) }

    /// Sets every element.
    public func fill(_ value: Element) { elements.update(repeating: value) }

    /// Bytes held.
    public var byteCount: Int { count * MemoryLayout<Element>.stride }
}

extension AlignedBuffer where Element == UInt8 {
    /// The same memory as numbers of 16 bits, as it is; a last byte by itself is left out.
    package var words: AlignedBuffer<UInt16> {
        AlignedBuffer<UInt16>(
            pointer: UnsafeMutableRawPointer(pointer).bindMemory(to: UInt16.self, capacity: count / 2),
            count: count / 2, of: self)
    }

    /// Place of the first such byte in a range, found many bytes at a time.
    package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the buffer")
        guard !range.isEmpty, let found = memchr(pointer + range.lowerBound, Int32(byte), range.count) else {
            return nil
        }
        return UnsafeRawPointer(found) - UnsafeRawPointer(pointer)
    }
}
