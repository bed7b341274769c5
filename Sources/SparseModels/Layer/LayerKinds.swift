/// The kinds of layers that can be read from a file, by name. A program with layers of its own adds them:
///
///     let kinds = LayerKinds.standard.adding(MyLayer.self)
public struct LayerKinds: Sendable {
    /// Those of this package.
    public static let standard = LayerKinds([
        Linear.self, Conv2D.self, BatchNorm.self, ReLU.self, Pooling.self, Dropout.self, Addition.self, Copy.self,
    ])

    private var types: [String: any LayerDefinition.Type] = [:]

    /// Of two kinds of one name the later counts.
    public init(_ types: [any LayerDefinition.Type]) {
        for type in types { self.types[type.kindName] = type }
    }

    /// These kinds and one more.
    public func adding(_ type: any LayerDefinition.Type) -> LayerKinds {
        var kinds = self
        kinds.types[type.kindName] = type
        return kinds
    }

    /// Nil when there is no kind of this name.
    func type(named name: String) -> (any LayerDefinition.Type)? { types[name] }

    /// Ascending.
    var names: [String] { types.keys.sorted() }
}
