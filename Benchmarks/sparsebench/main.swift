import Foundation
import SparseStore

do {
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    if options.help {
        print(Options.usage)
        exit(0)
    }
    try InstructionSet.check()
    let machine = Machine()
    if !options.json {
        print(
            String(
                format: "kernels %@; one core: FMA peak %.1f GFLOP/s, memory copy %.1f GB/s", InstructionSet.name,
                machine.peak, machine.bandwidth))
        print(Record.heading)
    }
    var records: [Record] = []
    for benchmark in Benchmark.all where options.ops.isEmpty || options.ops.contains(benchmark.op) {
        for subject in benchmark.subjects(options) {
            let work = try benchmark.prepare(subject)
            let record: Record
            if let reference = work.reference {
                let (one, other) = try Timing.ofBoth(seconds: options.seconds, work.run, reference)
                record = try Record(subject, work, timing: one, reference: other, machine: machine)
            } else {
                let timing = try Timing.of(seconds: options.seconds, runs: options.runs, work.run)
                record = try Record(subject, work, timing: timing, machine: machine)
            }
            if !options.json {
                print(record.line)
                for line in record.kindLines { print(line) }
            }
            records.append(record)
        }
    }
    if options.json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        print(String(decoding: try encoder.encode(records), as: UTF8.self))
    }
} catch let error as Options.Wrong {
    FileHandle.standardError.write(Data("sparsebench: \(error.description)\n".utf8))
    exit(2)
} catch let error as InstructionSet.Unavailable {
    FileHandle.standardError.write(Data("sparsebench: \(error.description)\n".utf8))
    exit(2)
} catch {
    FileHandle.standardError.write(Data("sparsebench: \(error)\n".utf8))
    exit(1)
}
