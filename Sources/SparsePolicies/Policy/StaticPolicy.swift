/// Connections never change: the control that every dynamic method needs.
public struct StaticPolicy: TopologyPolicy {
    public let clock = UpdateClock.never

    public init() {}

    public func update(_ context: UpdateContext) throws(PolicyError) -> [LayerUpdate] {
        context.parameters.map { _ in LayerUpdate() }
    }
}
