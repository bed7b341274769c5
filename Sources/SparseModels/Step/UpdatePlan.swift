internal import SparseStore

/// The tasks of gradients and updates over all parameters, cut into about equal numbers of values. No result depends on
/// the cut.
struct UpdatePlan: Sendable {
    struct Task: Sendable {
        /// Place in the network's layers, in that layer's parameters, and in all parameters.
        var layer: Int
        var index: Int
        var parameter: Int
        var part: Part
    }

    /// Values in a task, about: the most, and the fewest that are worth one.
    private static let taskValues = 2_048...16_384
    /// Values in a partial sum of squares.
    static let chunkValues = 4_096

    private(set) var tasks: [Task] = []
    /// Values of a parameter, for sums of squares and over batches.
    struct Chunk: Sendable {
        /// Place in all parameters.
        var parameter: Int
        var range: Range<Int>
        /// Where they begin among the values of all parameters, one behind the other.
        var place: Int
    }

    private(set) var chunks: [Chunk] = []
    /// Values of all parameters.
    private(set) var count = 0
    /// One element a task: 1 where a gradient was not finite.
    private(set) var flags = AlignedBuffer<UInt8>(count: 0)
    /// One element a chunk.
    private(set) var squares = AlignedBuffer<Double>(count: 0)
    private var counts: [Int] = []

    /// Tasks for a parameter's values: each use of a convolution's weight counts, as far as its channels can be cut. A task
    /// reads all inputs, which are many, unless the backward pass has computed the gradient (`isJoined`): one thread has one task.
    private static func parts(
        of parameter: Parameter, values: Int, taskValues: Int, isJoined: Bool, threads: Int
    ) -> Int {
        guard let convolution = parameter.matrix?.convolution else { return max(1, values / taskValues) }
        if threads == 1 { return 1 }
        let uses = convolution.outputRows * convolution.outputColumns
        let most = max(convolution.outputChannels / 16, isJoined ? 1 : threads)
        return max(1, min(values * uses / (4 * Self.taskValues.upperBound), most))
    }

    /// Cuts anew when the number of values of a parameter has changed since the last call.
    mutating func refresh(_ layers: [any Layer], _ parameters: [Parameter], threads: Int) {
        if parameters.count == counts.count
            && parameters.indices.allSatisfy({ parameters[$0].values.count == counts[$0] })
        {
            return
        }
        counts = parameters.map(\.values.count)
        count = 0
        tasks = []
        chunks = []
        // Many threads have some tasks each of a small network, too.
        let share = counts.reduce(0, +) / (4 * threads)
        let taskValues = min(max(share, Self.taskValues.lowerBound), Self.taskValues.upperBound)
        for (layer, owner) in layers.enumerated() {
            for index in owner.parameters.indices {
                let parameter = tasks.last.map { $0.parameter + 1 } ?? 0
                let parts = UpdatePlan.parts(
                    of: owner.parameters[index], values: counts[parameter], taskValues: taskValues,
                    isJoined: owner.joinsGradients, threads: threads)
                for part in 0..<parts {
                    tasks.append(Task(layer: layer, index: index, parameter: parameter, part: Part(part, of: parts)))
                }
                for start in stride(from: 0, to: counts[parameter], by: UpdatePlan.chunkValues) {
                    let range = start..<min(start + UpdatePlan.chunkValues, counts[parameter])
                    chunks.append(Chunk(parameter: parameter, range: range, place: count))
                    count += range.count
                }
            }
        }
        flags = AlignedBuffer(count: tasks.count)
        squares = AlignedBuffer(count: chunks.count)
    }
}
