import Foundation
import SparseTraining
import TestSupport
import Testing

// The example of docs/methods.md, from here to the end of `train`.

/// Drops the weights that the loss would miss least, to first order: those of smallest |w g|.
struct TaylorDrop: LayerDropRule {
    func victims(of layer: LayerView, fraction: Double) -> [Int] {
        let scores = zip(layer.weights, layer.gradients).map { $0 * $1 }
        return SmallestScores.indices(min(Int(fraction * Double(layer.count)), layer.dropLimit), of: scores)
    }
}

/// RigL with that drop rule. The preset holds every option that the method looks at.
let taylor = Method(
    name: "taylor", summary: "drop the smallest |w g|, grow where the dense gradient is largest",
    citation: "docs/methods.md",
    preset: Settings {
        $0.distribution = "erk"
        $0.deltaT = .steps(100)
        $0.beginStep = 0
        $0.endFraction = 0.75
        $0.dropFraction = 0.3
        $0.dropFloor = 0
        $0.dropSchedule = "cosine"
        $0.growRule = "gradient"
        $0.gradientAccumulation = 1
        $0.regrow = .keepsValue
        $0.newValues = .zero
        $0.trainsOnUpdate = true
    }
) { settings, run throws(PolicyError) in
    var policy = try DropAndGrow(settings, run: run)
    policy.drop = TaylorDrop()
    return policy
}

func train() throws -> TrainingSummary {
    var configuration = TrainingConfiguration()
    configuration.density = 0.05
    configuration.deltaT = .steps(50)
    return try Trainer(configuration, method: taylor).run()
}

@Suite struct CustomMethodExampleTests {
    @Test func theExampleLearns() throws {
        let summary = try train()
        #expect(summary.method == "taylor")
        #expect((summary.testAccuracy ?? 0) > 0.94)
        #expect(summary.topologyUpdates > 10 && summary.exploredFraction > summary.density)
    }

    @Test func theExampleOfTheDocumentationIsThisOne() throws {
        let page = try String(contentsOfFile: SharedData.packageRoot + "/docs/methods.md", encoding: .utf8)
        let test = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
        let example = try #require(page.firstMatch(of: /```swift\nimport SparseTraining\n\n([^`]*)```/)).1
        #expect(example.split(separator: "\n").count >= 25)
        #expect(test.contains(example))
    }
}
