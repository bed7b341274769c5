import SparseParts
import SparseStore
import Testing

@testable import SparseModels

/// One token at a time gives what a window of panels gives.
struct TokenNetworkTests {
    @Test(arguments: [1, 2, 3, 4]) func tokensOneByOneGiveWhatPanelsGive(seed: Int) throws {
        let length = [5, 32, 40, 21][seed % 4]
        let model = try smallGPT("2x24", vocabulary: 11, context: 40, heads: 3) {
            if seed % 2 == 0 { ($0.norm, $0.activation, $0.dropout) = (.rms, .silu, 0.5) }
        }
        let sequence = try SequenceCase(model, lengths: [length], density: 0.5, seed: seed)
        let outputs = sequence.network.forward(sequence.inputs, samples: sequence.samples)
        let tokens = try #require(try TokenNetwork(sequence.network, context: 40))
        let memory = tokens.makeMemory()
        // A second sequence begins anew.
        for _ in 0..<2 {
            for position in 0..<length {
                tokens.forward(TokenPlace(token: Int(sequence.ids[position]), position: position), memory)
                for channel in 0..<11 {
                    let expected = outputs[position, channel]
                    #expect(abs(memory.output[channel] - expected) <= 2e-5 * max(1, abs(expected)))
                }
            }
        }
    }

    /// Tokens that are still to come cannot be looked at.
    @Test func fullAttentionHasNoTokens() throws {
        let model = try smallGPT("1x8", vocabulary: 5, context: 8, heads: 2) { $0.attention = .full }
        let sequence = try SequenceCase(model, lengths: [8])
        #expect(try TokenNetwork(sequence.network, context: 8) == nil)
    }
}
