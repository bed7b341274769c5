import Foundation
import TestSupport
import Testing

/// Runs of the command on arrays of NumPy, whose targets are in files of their own.
@Suite struct ArrayRunTests {
    private func write(_ name: String, _ array: PlainWeightFile.Array, to executable: Executable) throws {
        try Data(PlainWeightFile.npy(array)).write(to: executable.folder.appending(path: name))
    }

    private func samples(_ count: Int) -> PlainWeightFile.Array {
        .init("x", [count, 4], numbers: (0..<count * 4).map { Double(($0 * 7) % 13) })
    }

    private func classes(_ count: Int, of all: Int) -> PlainWeightFile.Array {
        .init("y", "I64", [count], numbers: (0..<count).map { Double($0 % all + 1) })
    }

    /// Other samples have no targets, or those that are named with them: never the targets of the run's own.
    @Test func otherSamplesHaveOtherTargets() throws {
        try withExecutable { executable in
            try write("x.npy", samples(40), to: executable)
            try write("y.npy", classes(40, of: 3), to: executable)
            let options = ["--data", "x.npy", "--labels", "y.npy", "--model", "mlp:8", "--epochs", "1", "--quiet"]
            let run = try executable.run(options + ["--out", "run"])
            #expect(run.status == 0, "\(run.errors)")
            let own = try executable.run(["evaluate", "run", "--json"])
            #expect(own.status == 0, "\(own.errors)")
            for count in [40, 7] {
                try write("new.npy", samples(count), to: executable)
                let predicted = try executable.run(["predict", "run", "--data", "new.npy"])
                #expect(predicted.status == 0, "\(predicted.errors)")
                #expect(predicted.output.split(separator: "\n").count == count + 1)
                #expect(predicted.output.hasPrefix("class,p:1,p:2,p:3\n"))
                let evaluated = try executable.run(["evaluate", "run", "--data", "new.npy"])
                #expect(evaluated.status != 0 && evaluated.errors.contains("--labels"), "\(evaluated.errors)")
            }
            try write("new.npy", samples(30), to: executable)
            try write("two.npy", classes(30, of: 2), to: executable)
            let some = try executable.run(["evaluate", "run", "--data", "new.npy", "--labels", "two.npy", "--json"])
            #expect(some.status == 0, "\(some.errors)")
        }
    }
}
