public import SparseParts

extension Parts {
    /// The methods known by name. A new one is a file beside this with an extension of `Method`, and a line below.
    public static let methods = Registry<Method>(
        "method",
        all.map(\.entry))

    private static let all: [Method] = [
        .dense, .static, .set, .rigl, .itopSET, .itopRigL, .deepR, .dsr, .snfs, .granet, .srigl, .mest, .topKAST, .gmp,
        .randomPrune, .magnitudeInit, .snip, .iterativeSNIP, .force, .grasp, .synFlow,
    ]
}

extension Registry<Method> {
    /// Makes a method known by its name.
    public func add(_ method: Method) { add(method.entry) }
}

extension Method {
    fileprivate var entry: Registry<Method>.Entry { .init(name, summary, declared: options, self) }
}

extension Options {
    /// The method that moves connections: dense, static, set, rigl, ...; `Parts.methods` has all.
    public var method: Option<String> {
        Option(
            "algo", .method, "NAME", .oneOf(Parts.methods.names), default: "rigl", aliases: ["method"],
            carryOver: .refused, "method that moves connections, see sparsetrain methods")
    }
}
