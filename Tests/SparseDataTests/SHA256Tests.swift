import Testing

@testable import SparseData

/// The sum of FIPS 180-4, against the examples of NIST (CAVP, and the long ones of the standard).
@Suite struct SHA256Tests {
    private func sum(_ bytes: [UInt8], pieces: [Int] = []) -> String {
        var (sum, rest) = (SHA256(), bytes[...])
        for piece in pieces + [bytes.count] {
            Array(rest.prefix(piece)).withUnsafeBytes { sum.update($0) }
            rest = rest.dropFirst(piece)
        }
        return sum.digits
    }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ])
    func texts(text: String, expected: String) { #expect(sum(Array(text.utf8)) == expected) }

    @Test func aHundredThousandTimesTenLetters() {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        #expect(sum(bytes) == expected)
    }

    @Test func bytesOfNIST() {
        #expect(sum([0xD3]) == "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1")
        #expect(sum([0x11, 0xAF]) == "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98")
    }

    /// Lengths around the ends of blocks, cut anywhere: the same sum as in one piece.
    @Test func piecesDoNotMatter() {
        for count in Array(0...130) + [1000, 4096] {
            let bytes = randomBytes(count, seed: UInt64(count))
            let whole = sum(bytes)
            for seed in 0..<4 {
                let pieces = randomBytes(12, seed: UInt64(1000 + seed)).map { Int($0) % (count + 1) }
                #expect(sum(bytes, pieces: pieces) == whole, "\(count) bytes in pieces of \(pieces)")
            }
        }
    }
}
