extension Catalog where Item == Method {
    /// The methods known by name. A new one is a file beside this with an extension of `Method`, and a line here.
    public static var methods: Self {
        let all: [Method] = [
            .dense, .static, .set, .rigl, .itopSET, .itopRigL, .deepR, .dsr, .snfs, .granet, .srigl, .mest, .topKAST,
        ]
        return Catalog("method", all.map { Entry($0.name, $0.summary, $0) })
    }
}
