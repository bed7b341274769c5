import Foundation
import TestSupport

// What libFuzzer calls. `run.sh` builds it with the table of parsers of the tests.

private let environment = ProcessInfo.processInfo.environment

/// The one that `SPARSETRAIN_PARSER` names.
nonisolated(unsafe) private let parser = try! HostileParser(
    named: environment["SPARSETRAIN_PARSER", default: ""], folder: TemporaryFolder())

/// Without the name of a parser: lists them. Writes what the parser accepts into the folder `SPARSETRAIN_SEEDS`.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_: UnsafeMutableRawPointer, _: UnsafeMutableRawPointer) -> Int32 {
    if environment["SPARSETRAIN_PARSER"] == nil {
        print(HostileParser.names.joined(separator: "\n"))
        exit(0)
    }
    if let folder = environment["SPARSETRAIN_SEEDS"] {
        for (number, original) in parser.originals.enumerated() {
            try! Data(original).write(to: URL(filePath: folder).appending(path: "seed-\(number)"))
        }
    }
    return 0
}

/// Reads some bytes. An error that the parser may not throw ends the process, as a trap in it does.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    do {
        try parser.parse(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
        precondition(parser.mayThrow(error) && !"\(error)".isEmpty, "\(error)")
    }
    return 0
}
