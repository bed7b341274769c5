/// SHA-256 of bytes that come piece by piece (FIPS 180-4). The toolchain has none on Linux.
struct SHA256 {
    private static let blockSize = 64
    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]

    private var hash: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    /// The beginning of a block that is not whole yet.
    private var pending: [UInt8] = []
    private var byteCount: UInt64 = 0

    /// Takes the bytes that come next.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        byteCount += UInt64(bytes.count)
        var rest = bytes[...]
        if !pending.isEmpty {
            let taken = rest.prefix(Self.blockSize - pending.count)
            pending += taken
            rest = rest.dropFirst(taken.count)
            if pending.count == Self.blockSize {
                let block = pending
                pending.removeAll(keepingCapacity: true)
                block.withUnsafeBytes { compress($0) }
            }
        }
        let whole = rest.count / Self.blockSize * Self.blockSize
        compress(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)))
        pending += rest.dropFirst(whole)
    }

    /// The sum of all that was taken, as 64 digits. More bytes may follow.
    var digits: String {
        var end = self
        // A bit, zeros up to eight bytes before the end of a block, and the number of bits.
        let zeros = (Self.blockSize + 55 - pending.count) % Self.blockSize
        let length = (0..<8).reversed().map { UInt8(truncatingIfNeeded: (byteCount &* 8) >> (8 * UInt64($0))) }
        let padding: [UInt8] = [0x80] + [UInt8](repeating: 0, count: zeros) + length
        padding.withUnsafeBytes { end.update($0) }
        return end.hash.map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 8 - text.count) + text
        }.joined()
    }

    /// Whole blocks.
    private mutating func compress(_ bytes: UnsafeRawBufferPointer) {
        var sums = hash
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
            Self.constants.withUnsafeBufferPointer { constants in
                for block in stride(from: 0, to: bytes.count, by: Self.blockSize) {
                    Self.compress(bytes, at: block, words, constants, &sums)
                }
            }
        }
        hash = sums
    }

    private static func compress(
        _ bytes: UnsafeRawBufferPointer, at block: Int, _ w: UnsafeMutableBufferPointer<UInt32>,
        _ constants: UnsafeBufferPointer<UInt32>, _ sums: inout [UInt32]
    ) {
        for i in 0..<16 {
            w[i] = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: block + 4 * i, as: UInt32.self))
        }
        for i in 16..<64 {
            let (x, y) = (w[i - 15], w[i - 2])
            let low = rotated(x, 7) ^ rotated(x, 18) ^ (x >> 3)
            let high = rotated(y, 17) ^ rotated(y, 19) ^ (y >> 10)
            w[i] = w[i - 16] &+ low &+ w[i - 7] &+ high
        }
        var (a, b, c, d, e, f, g, h) = (sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7])
        for i in 0..<64 {
            let high = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let first = h &+ high &+ ((e & f) ^ (~e & g)) &+ constants[i] &+ w[i]
            let low = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            let second = low &+ ((a & b) ^ (a & c) ^ (b & c))
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        for (i, value) in [a, b, c, d, e, f, g, h].enumerated() { sums[i] &+= value }
    }

    /// To the right.
    @inline(__always)
    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
}
