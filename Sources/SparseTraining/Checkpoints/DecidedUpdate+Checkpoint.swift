internal import SparsePolicies
internal import SparseStore

/// A topology update that is decided and not made yet, in a checkpoint: numbers in the state, positions and values in
/// tensors. Whoever goes on from there makes it before the next batch.
extension CheckpointState {
    struct Update: Codable {
        var step: Int
        var epoch: Int
        var dropFraction: Double
        var layers: [Layer]

        struct Layer: Codable {
            var dropped: Int
            var grown: Int
            var regrown: Int
            var dropThreshold: Float?
            var growThreshold: Float?
            var grownWithoutGradient: Int
            var idleOutputs: Int
            /// Which of the optimiser's arrays the grown weights have values in, and whether the forward set changes.
            var states: [Int]
            var changesForward: Bool
        }
    }
}

extension DecidedUpdate {
    var state: CheckpointState.Update {
        CheckpointState.Update(
            step: step, epoch: epoch, dropFraction: dropFraction,
            layers: zip(answers, idleOutputs).map { answer, idle in
                CheckpointState.Update.Layer(
                    dropped: answer.dropped, grown: answer.grown, regrown: answer.regrown,
                    dropThreshold: answer.dropThreshold, growThreshold: answer.growThreshold,
                    grownWithoutGradient: answer.grownWithoutGradient, idleOutputs: idle,
                    states: states.indices.filter { answer.change.grownStates[states[$0]] != nil },
                    changesForward: answer.forward != nil)
            })
    }

    /// What of it is too much for the header. Empty lists are left out.
    var tensors: [Tensor] {
        answers.enumerated().flatMap { layer, answer in
            let change = answer.change
            func positions(_ what: String, _ positions: [Int]) -> Tensor {
                Tensor(Self.name(layer, what), words: positions.map { UInt64($0) })
            }
            func values(_ what: String, _ values: [Float]) -> Tensor {
                Tensor(Self.name(layer, what), { values }, count: values.count)
            }
            return [positions("dropped", change.dropped), positions("grown", change.grown)]
                + (answer.forward.map { [positions("forward", $0)] } ?? [])
                + [values("values", change.grownValues)]
                + states.enumerated().compactMap { index, role in
                    change.grownStates[role].map { values("optimizer.\(index)", $0) }
                }
        }.filter { $0.byteCount > 0 }
    }

    /// Reads what `state` and `tensors` wrote.
    /// - Parameter matrices: of the layers that may change, with the connections of the checkpoint.
    /// - Throws: `SafetensorsFile.Damage` for what is no change of these matrices.
    init(_ state: CheckpointState.Update, from file: SafetensorsFile, matrices: [any SparseMatrix]) throws {
        guard state.layers.count == matrices.count else {
            throw SafetensorsFile.Damage(
                "its topology update is of \(state.layers.count) layers, not \(matrices.count)")
        }
        (step, epoch, dropFraction, seconds) = (state.step, state.epoch, state.dropFraction, 0)
        idleOutputs = state.layers.map(\.idleOutputs)
        states = matrices.first?.stored.roles ?? []
        let roles = states
        guard state.layers.allSatisfy({ $0.states.allSatisfy(roles.indices.contains) }) else {
            throw SafetensorsFile.Damage("its topology update has values for arrays that the optimiser does not keep")
        }
        answers = try zip(state.layers, matrices).enumerated().map { layer, pair in
            let (told, matrix) = pair
            func positions(_ what: String) throws -> [Int] {
                guard file.has(Self.name(layer, what)) else { return [] }
                let words = try file.words(Self.name(layer, what))
                guard words.allSatisfy({ $0 < UInt64(matrix.positionCount) }),
                    zip(words, words.dropFirst()).allSatisfy(<)
                else { throw SafetensorsFile.Damage("tensor '\(Self.name(layer, what))' holds no positions") }
                return words.map { Int($0) }
            }
            func values(_ what: String) throws -> [Float] {
                file.has(Self.name(layer, what)) ? try file.floats(Self.name(layer, what)) : []
            }
            let change = TopologyChange(
                dropped: try positions("dropped"), grown: try positions("grown"),
                grownValues: try values("values"),
                grownStates: try Dictionary(
                    told.states.map { (roles[$0], try values("optimizer.\($0)")) },
                    uniquingKeysWith: { $1 }))
            return LayerUpdate(
                change: change, forward: told.changesForward ? try positions("forward") : nil, dropped: told.dropped,
                grown: told.grown, regrown: told.regrown, dropThreshold: told.dropThreshold,
                growThreshold: told.growThreshold, grownWithoutGradient: told.grownWithoutGradient)
        }
    }

    private static func name(_ layer: Int, _ what: String) -> String { "update.\(layer).\(what)" }
}
