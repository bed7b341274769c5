internal import SparseStore

/// The fifth stage of a step, where it is asked for: one norm of all gradients.
extension Network {
    /// The Euclidean norm of all gradients together, as of the last `parameterGradients`.
    package func gradientNorm() -> Double {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        updatePlan.refresh(layers, parameters, threads: workers.parts)
        let (plan, parameters) = (updatePlan, parameters)
        workers.run(tasks: plan.chunks.count) { index in
            let chunk = plan.chunks[index]
            plan.squares[index] = VectorOperations.sumOfSquares(
                parameters[chunk.parameter].gradient, range: chunk.range)
        }
        var sum = 0.0
        for square in plan.squares.elements { sum += square }
        return sum.squareRoot()
    }

    /// What the gradients are multiplied by so that their norm is at most `clipNorm`.
    /// - Throws: `NonFiniteGradient` when the norm is not finite.
    func clippingScale(_ clipNorm: Double) throws(NonFiniteGradient) -> Float {
        observer?.willDo(.clip)
        defer { observer?.didDo(.clip) }
        let norm = gradientNorm()
        guard norm.isFinite else { throw NonFiniteGradient(parameter: nonFiniteParameter() ?? "") }
        return norm > clipNorm ? Float(clipNorm / norm) : 1
    }

    /// Name of the first parameter with a gradient that is not finite, as of the last `parameterGradients`.
    private func nonFiniteParameter() -> String? {
        for (chunk, place) in updatePlan.chunks.enumerated() where !updatePlan.squares[chunk].isFinite {
            return parameters[place.parameter].name
        }
        return nil
    }
}
