import Dispatch
package import SparseStore
import Synchronization

/// Threads of one process that are to each other what processes are that MPI started.
package enum ThreadRanks {
    /// Runs `body` for each rank on a thread of its own, and returns what they return, in order.
    /// - Throws: What the first of them throws. All must end: who waits for a rank that has ended waits for five minutes, and then
    ///   ends the tests.
    package static func run<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (any Communicator) throws -> Result
    ) throws -> [Result] {
        let post = Post(count: count)
        let results = Mutex([Swift.Result<Result, any Error>?](repeating: nil, count: count))
        let all = DispatchGroup()
        for rank in 0..<count {
            DispatchQueue(label: "rank \(rank)").async(group: all) {
                let result = Swift.Result { try body(ThreadRank(rank: rank, post: post)) }
                results.withLock { $0[rank] = result }
            }
        }
        all.wait()
        return try results.withLock { $0 }.compactMap { try $0?.get() }
    }
}

/// One of them.
private struct ThreadRank: Communicator {
    let rank: Int
    let post: Post
    var count: Int { post.count }
    var countOnMachine: Int { count }

    func send(_ bytes: UnsafeRawBufferPointer, to other: Int) { post.box(from: rank, to: other).put(Array(bytes)) }

    func receive(_ bytes: UnsafeMutableRawBufferPointer, from other: Int) {
        let came = post.box(from: other, to: rank).take()
        precondition(came.count == bytes.count, "rank \(other) sends \(came.count) bytes, not \(bytes.count)")
        bytes.copyBytes(from: came)
    }

    func exchange(
        _ sent: UnsafeRawBufferPointer, for received: UnsafeMutableRawBufferPointer, with other: Int
    ) {
        send(sent, to: other)
        receive(received, from: other)
    }
}

/// A box for each pair of ranks.
private final class Post: Sendable {
    let count: Int
    private let boxes: [Box]

    init(count: Int) {
        self.count = count
        boxes = (0..<count * count).map { _ in Box() }
    }

    func box(from: Int, to: Int) -> Box { boxes[from * count + to] }

    final class Box: Sendable {
        private let contents = Mutex<[[UInt8]]>([])
        private let filled = DispatchSemaphore(value: 0)

        func put(_ bytes: [UInt8]) {
            contents.withLock { $0.append(bytes) }
            filled.signal()
        }

        func take() -> [UInt8] {
            guard filled.wait(timeout: .now() + 300) == .success else {
                preconditionFailure("a rank waits for what no other sends")
            }
            return contents.withLock { $0.removeFirst() }
        }
    }
}
