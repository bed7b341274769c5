/// What the command line asks for.
struct Options {
    var ops: [String] = []
    var formats: [String] = []
    var rows: [Int] = []
    var columns: [Int] = []
    var inChannels: [Int] = []
    var outChannels: [Int] = []
    var heights: [Int] = []
    var widths: [Int] = []
    var kernels: [Int] = []
    var model: String?
    var densities: [Double] = []
    var batches: [Int] = []
    var threads: [Int] = []
    var seconds = 0.3
    var runs: Int?
    var json = false
    var help = false

    struct Wrong: Error, CustomStringConvertible {
        var description: String
    }

    static let usage = """
        usage: sparsebench [--op LIST] [--format LIST] [--rows LIST] [--columns LIST] [--density LIST] [--batch LIST]
                           [--threads LIST] [--seconds S] [--runs N] [--json]

        Times the engine's parts and holds them against what one core of this machine can do. LIST is one value or
        several with commas; without a list the standard cases run.

          --op        \(Benchmark.all.map(\.op).joined(separator: ", "))
          --format    csr, block4, block8, block16, dense
          --rows      outputs of the matrix (for step and update: hidden units of the layers)
          --columns   inputs of the matrix
          --in-channels, --out-channels, --height, --width, --kernel
                      of the convolutions, whose lists go side by side
          --model     network of model_step, default wrn-22-2, of inference_model, telemetry or cuts, default resnet20
          --density   share of stored weights
          --batch     samples, default 128
          --threads   default 1
          --seconds   time for each case, default 0.3
          --runs      exactly so many runs of each case instead
          --json      an array of records instead of a table
        """

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            var name = argument
            var value: String?
            if let equals = argument.firstIndex(of: "=") {
                name = String(argument[..<equals])
                value = String(argument[argument.index(after: equals)...])
            }
            if name == "--json" {
                json = true
                continue
            }
            if name == "--help" || name == "-h" {
                help = true
                continue
            }
            guard let text = value ?? rest.popFirst() else { throw Wrong(description: "\(name) needs a value") }
            switch name {
            case "--op": ops = text.split(separator: ",").map(String.init)
            case "--format": formats = text.split(separator: ",").map(String.init)
            case "--rows": rows = try Options.list(name, text, Int.init, valid: { $0 > 0 })
            case "--columns": columns = try Options.list(name, text, Int.init, valid: { $0 > 0 })
            case "--in-channels": inChannels = try Options.list(name, text, Int.init, valid: { $0 > 0 })
            case "--out-channels": outChannels = try Options.list(name, text, Int.init, valid: { $0 > 0 })
            case "--height": heights = try Options.list(name, text, Int.init, valid: { $0 > 0 })
            case "--width": widths = try Options.list(name, text, Int.init, valid: { $0 > 0 })
            case "--kernel": kernels = try Options.list(name, text, Int.init, valid: { $0 > 0 && $0 % 2 == 1 })
            case "--model": model = text
            case "--density": densities = try Options.list(name, text, Double.init, valid: { $0 > 0 && $0 <= 1 })
            case "--batch": batches = try Options.list(name, text, Int.init, valid: { $0 > 0 })
            case "--threads": threads = try Options.list(name, text, Int.init, valid: { $0 > 0 })
            case "--seconds": seconds = try Options.list(name, text, Double.init, valid: { $0 > 0 })[0]
            case "--runs": runs = try Options.list(name, text, Int.init, valid: { $0 > 0 })[0]
            default: throw Wrong(description: "unknown option \(name)")
            }
        }
        for op in ops where !Benchmark.all.contains(where: { $0.op == op }) {
            throw Wrong(description: "unknown op \(op); one of \(Benchmark.all.map(\.op).joined(separator: ", "))")
        }
        for format in formats where !Benchmark.formats.contains(format) {
            throw Wrong(description: "unknown format \(format); one of \(Benchmark.formats.joined(separator: ", "))")
        }
    }

    private static func list<T>(
        _ name: String, _ text: String, _ parse: (String) -> T?, valid: (T) -> Bool
    ) throws -> [T] {
        let values = try text.split(separator: ",").map { part in
            guard let value = parse(String(part)), valid(value) else {
                throw Wrong(description: "\(name): \(part) is not a value it takes")
            }
            return value
        }
        if values.isEmpty { throw Wrong(description: "\(name) needs a value") }
        return values
    }
}
