extension Method {
    static let dense = Method(
        name: "dense", summary: "every weight of every layer, from the first step to the last: no sparsity at all",
        citation: "the reference of every study of sparse training", preset: MethodOptions(density: 1),
        refusal: refusesGroups
    ) { _, _ in StaticPolicy() }

    private static func refusesGroups(_ structure: LayerStructure) -> String? {
        if case .groups = structure { "it stores every weight" } else { nil }
    }
}
