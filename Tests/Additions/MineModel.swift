/// One hidden layer, whose outputs are doubled.
enum MineModel {
    static let entry = ModelEntry(
        name: "mine", usage: "mine", summary: "one hidden layer of sixteen, doubled"
    ) { argument, input, classes, _ throws(ModelError) in
        if let argument { throw .invalidArgument(model: "mine", argument: argument, expected: "no argument") }
        return try Model(
            name: "mine", input: input.flattened,
            layers: [
                Linear(name: "fc1", outputs: 16), Doubling(name: "double"), ReLU(name: "relu"),
                Linear(name: "fc2", outputs: classes),
            ])
    }
}
