internal import Foundation
internal import SparseStore

/// How the next token is chosen from what a network says of it.
public struct TokenChoice: Sendable, Equatable {
    /// Divides the outputs before the softmax: below 1 likely tokens become likelier; 0 takes the likeliest.
    public var temperature: Double
    /// Only so many of the likeliest compete; nil: all.
    public var top: Int?
    /// Key of the random numbers.
    public var seed: UInt64

    /// - Precondition: `temperature` is not negative, `top` is positive.
    public init(temperature: Double = 1, top: Int? = nil, seed: UInt64 = 0) {
        precondition(temperature >= 0 && temperature.isFinite && top ?? 1 > 0, "no way to choose a token")
        (self.temperature, self.top, self.seed) = (temperature, top, seed)
    }

    /// The id of the token chosen; of equal outputs lower ids come first.
    /// - Parameters:
    ///   - outputs: One number for each token.
    ///   - number: Tokens chosen before this one: the key of its random number.
    func token(from outputs: ArraySlice<Float>, number: Int) -> Int {
        var order = Array(outputs.indices)
        let count = temperature == 0 ? 1 : min(top ?? outputs.count, outputs.count)
        if count < outputs.count {
            order.sort { (outputs[$1], $0) < (outputs[$0], $1) }
            order.removeLast(order.count - count)
        }
        if count == 1 { return order[0] }
        let largest = Double(order.map { outputs[$0] }.max() ?? 0)
        let shares = order.map { exp((Double(outputs[$0]) - largest) / temperature) }
        var random = CounterRandom(seed: seed, purpose: .generation, step: number)
        var left = random.nextUnit() * shares.reduce(0, +)
        for (index, share) in shares.enumerated() {
            left -= share
            if left < 0 { return order[index] }
        }
        return order[order.count - 1]
    }
}
