/// What a layer needs of a batch once its forward pass is over, beside the gradient of its output. The memory of whatever no
/// layer needs any more serves for something else, so that a layer which claims too little reads another's numbers.
public struct LayerNeeds: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `backward` reads the input.
    public static let input = LayerNeeds(rawValue: 1)
    /// `activationBackward` or `backward` reads the output.
    public static let output = LayerNeeds(rawValue: 2)
    /// `parameterGradient` reads the input and the output's gradient, after all layers' backward passes.
    public static let afterwards = LayerNeeds(rawValue: 4)
    /// `activationBackward` or `backward` changes the output's gradient.
    public static let gradientOfItsOwn = LayerNeeds(rawValue: 8)

    public static let all: LayerNeeds = [.input, .output, .afterwards, .gradientOfItsOwn]
}
