internal import SparseParts

extension Method {
    static let dense = Method(
        name: "dense", summary: "every weight of every layer, from the first step to the last: no sparsity at all",
        citation: "the reference of every study of sparse training", preset: Settings { $0.density = 1 },
        refusal: refusesGroups
    ) { _, _ in StaticPolicy() }

    @Sendable private static func refusesGroups(_ structure: LayerStructure, _: Settings) -> String? {
        if case .groups = structure { "it stores every weight" } else { nil }
    }
}
