import SparseModels
import SparseParts
import SparseStore
import Testing

/// Layers without a path from the network's input to its output.
struct PathTests {
    /// A network whose layers store only the positions given; layers that are left out are full.
    private func network(_ model: Model, _ stored: [String: [Int]]) throws -> Network {
        let matrices = try model.weightShapes.map { shape in
            let positions = stored[shape.name] ?? Array(0..<shape.positionCount)
            guard let convolution = shape.convolution else {
                return try CSRMatrix(rows: shape.rows, columns: shape.columns, positions: positions)
                    as any SparseMatrix
            }
            return try ConvolutionMatrix(convolution, positions: positions)
        }
        return try Network(model: model, matrices: matrices, batchSize: 1, workers: Workers(threads: 1))
    }

    @Test func chains() throws {
        // fc1: 3 x 4, fc2: 2 x 3, fc3: 2 x 2.
        let model = try Parts.models.model(named: "mlp:3,2", input: ActivationShape(channels: 4), classes: 2)
        #expect(try network(model, [:]).layersWithoutPath == [])
        // One weight each, on one path: input 1 -> unit 2 -> unit 0 -> class 1.
        #expect(try network(model, ["fc1": [9], "fc2": [2], "fc3": [2]]).layersWithoutPath == [])
        // fc1 reaches unit 2, fc2 reads unit 1.
        #expect(try network(model, ["fc1": [9], "fc2": [1], "fc3": [2]]).layersWithoutPath == [0, 1, 2])
        // fc3 reads unit 1, which nobody feeds.
        #expect(try network(model, ["fc2": [2], "fc3": [3]]).layersWithoutPath == [0, 1, 2])
        #expect(try network(model, ["fc2": []]).layersWithoutPath == [0, 1, 2])
    }

    @Test func aShortcutIsAPath() throws {
        let shape = ActivationShape(channels: 1, rows: 4, columns: 4)
        let model = try Model(
            name: "test", input: shape,
            layers: [
                Conv2D(name: "conv1", outputs: 2, kernel: 3), BatchNorm(name: "bn1"), ReLU(name: "relu1"),
                Residual(
                    name: "block",
                    body: [
                        Conv2D(name: "conv2", outputs: 2, kernel: 3), BatchNorm(name: "bn2"), ReLU(name: "relu2"),
                        Conv2D(name: "conv3", outputs: 2, kernel: 3), BatchNorm(name: "bn3"),
                    ]),
                Pooling(name: "pool", .maximum, size: 2), Linear(name: "fc", outputs: 3),
            ])
        #expect(try network(model, [:]).layersWithoutPath == [])
        // The body is cut between its convolutions: channel 0 is made, channel 1 read.
        #expect(try network(model, ["conv2": [4], "conv3": [9]]).layersWithoutPath == [1, 2])
        // The classes read pixels of channel 1 only, where conv1 makes channel 0 only, and conv3 nothing of channel 1.
        #expect(try network(model, ["conv1": [3], "conv3": [0], "fc": [4]]).layersWithoutPath == [0, 1, 2, 3])
        #expect(try network(model, ["conv1": [3], "conv3": [18], "fc": [4]]).layersWithoutPath == [])
    }

    /// Every path of a small network, one after the other.
    @Test func weightsOnPathsAreThoseOfAllPaths() throws {
        let model = try Parts.models.model(named: "mlp:5,4", input: ActivationShape(channels: 6), classes: 3)
        let sizes = [6, 5, 4, 3]
        var random = CounterRandom(seed: 91, purpose: .test)
        for _ in 0..<200 {
            let density = random.nextUnit()
            var stored: [String: [Int]] = [:]
            for (layer, shape) in model.weightShapes.enumerated() {
                stored["fc\(layer + 1)"] = (0..<shape.positionCount).filter { _ in random.nextUnit() < density }
            }
            let lists = (1...3).map { Set(stored["fc\($0)"] ?? []) }
            var onPaths = [Set<Int>(), [], []]
            for a in 0..<6 {
                for b in 0..<5 where lists[0].contains(b * sizes[0] + a) {
                    for c in 0..<4 where lists[1].contains(c * sizes[1] + b) {
                        for d in 0..<3 where lists[2].contains(d * sizes[2] + c) {
                            onPaths[0].insert(b * sizes[0] + a)
                            onPaths[1].insert(c * sizes[1] + b)
                            onPaths[2].insert(d * sizes[2] + c)
                        }
                    }
                }
            }
            #expect(try network(model, stored).weightsOnPaths == onPaths.map(\.count))
        }
    }

    @Test func weightsOnPathsOfConvolutions() throws {
        let shape = ActivationShape(channels: 2, rows: 4, columns: 4)
        let model = try Model(
            name: "test", input: shape,
            layers: [
                Conv2D(name: "conv1", outputs: 2, kernel: 3), ReLU(name: "relu1"),
                Conv2D(name: "conv2", outputs: 3, kernel: 3), Pooling(name: "pool", .maximum, size: 2),
                Linear(name: "fc", outputs: 3),
            ])
        let all = [2 * 2 * 9, 3 * 2 * 9, 3 * 3 * 4]
        #expect(try network(model, [:]).weightsOnPaths == all)
        // conv1 makes channel 1 only, of both inputs; conv2 reads channel 1 for output 2 and channel 0, which is nothing, for output 0;
        // the classes read four pixels of each.
        let found = try network(model, ["conv1": [18, 30], "conv2": [0, 1, 45, 46, 47]]).weightsOnPaths
        #expect(found == [2, 3, 12])
    }
}
