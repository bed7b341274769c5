import Foundation
import Testing

@testable import SparseTraining

struct TokenChoiceTests {
    private let outputs: [Float] = [0.5, 2, -1, 2, 1]

    @Test func withoutTemperatureTheLikeliestComes() {
        for number in 0..<20 {
            #expect(TokenChoice(temperature: 0).token(from: outputs[...], number: number) == 1)
            #expect(TokenChoice(temperature: 3, top: 1).token(from: outputs[...], number: number) == 1)
        }
    }

    /// Shares of 40,000 draws are those of the softmax, within five deviations.
    @Test(arguments: [0.5, 1, 2], [nil, 2, 3, 9] as [Int?]) func sharesAreThoseOfTheSoftmax(
        temperature: Double, top: Int?
    ) {
        let draws = 40_000
        let choice = TokenChoice(temperature: temperature, top: top, seed: 7)
        var hits = [Int](repeating: 0, count: outputs.count)
        for number in 0..<draws { hits[choice.token(from: outputs[...], number: number)] += 1 }
        let allowed = outputs.indices.sorted { (outputs[$1], $0) < (outputs[$0], $1) }.prefix(top ?? outputs.count)
        let total = allowed.reduce(0.0) { $0 + exp(Double(outputs[$1]) / temperature) }
        for token in outputs.indices {
            let share = allowed.contains(token) ? exp(Double(outputs[token]) / temperature) / total : 0
            let deviation = (share * (1 - share) * Double(draws)).squareRoot()
            #expect(abs(Double(hits[token]) - share * Double(draws)) <= 5 * deviation + 0.5, "token \(token)")
        }
    }

    @Test func sameSeedSameTokens() {
        func tokens(_ seed: UInt64) -> [Int] {
            (0..<50).map { TokenChoice(seed: seed).token(from: outputs[...], number: $0) }
        }
        #expect(tokens(3) == tokens(3) && tokens(3) != tokens(4))
    }
}
