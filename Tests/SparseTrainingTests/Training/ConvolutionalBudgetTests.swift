import SparseModels
import Testing

@testable import SparseTraining

/// Weights stored by the Erdos-Renyi-kernel rule at density .1, computed apart from this program by the rule as RigL's
/// code has it.
@Suite struct ConvolutionalBudgetTests {
    private func counts(_ name: String, side: Int, classes: Int) throws -> [Int] {
        var configuration = TrainingConfiguration()
        (configuration.density, configuration.distribution) = (0.1, "erk")
        let model = try Parts.models.model(
            named: name, input: ActivationShape(channels: 3, rows: side, columns: side), classes: classes)
        return try configuration.budgets(for: model).map(\.storedCount)
    }

    @Test func wideResNet22() throws {
        let expected =
            [432, 512, 1941] + [Int](repeating: 2516, count: 5) + [2048, 3666] + [Int](repeating: 4816, count: 5)
            + [6973, 7116] + [Int](repeating: 9416, count: 5) + [1280]
        #expect(try counts("wrn-22-2", side: 32, classes: 10) == expected)
    }

    @Test func resNet50() throws {
        let first = [3952, 15710, 4096, 6538, 15710, 15710, 6538, 15710, 15710, 6538, 15710]
        let second = [37566, 18832, 12783, 31322] + [31322, 12783, 31322, 31322, 12783, 31322, 31322, 12783, 31322]
        let block = [62545, 25272, 62545]
        let third = [75034, 37566, 25272, 62545] + Array(repeating: block, count: 5).flatMap { $0 }
        let fourth = [149_971, 75034, 50251, 124_992, 124_992, 50251, 124_992, 124_992, 50251, 124_992]
        #expect(
            try counts("resnet50", side: 224, classes: 1000) == first + second + third + fourth + [148_702])
    }
}
