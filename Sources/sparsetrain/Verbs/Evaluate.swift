internal import Foundation
internal import SparseParts
internal import SparseTraining

/// `sparsetrain evaluate RUN`: what a trained network comes to on test samples, by default those of its own run.
extension Verb {
    static let evaluate = Verb(
        name: "evaluate", summary: "say how good a trained network is on test samples: those of its run, or others",
        subject: .run, options: [.checkpoint, .json], takes: \.isOfData
    ) { arguments in
        let model = try arguments.trainedModel()
        let configuration = try arguments.configuration(of: model)
        let result = try model.evaluate(configuration.testSamples())
        if arguments.has(.json) {
            try StandardOutput.write(Output.json(result))
        } else {
            try StandardOutput.write(
                Report.text(result)
                    + "\n\(model.model.name) of \(try arguments.requiredSubject()) on "
                    + "\(configuration.testData ?? configuration.data)")
        }
        return ExitStatus.done
    }
}
