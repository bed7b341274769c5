internal import Foundation
internal import SparseData
internal import SparseParts
internal import SparseTraining

/// `sparsetrain generate RUN --prompt TEXT`: lets a trained language model write on.
extension Verb {
    static let generate = Verb(
        name: "generate", summary: "let a trained language model continue a text",
        subject: .run, options: [.prompt, .tokens, .temperature, .topTokens, .generationSeed, .checkpoint],
        run: { arguments in
            var command = try GenerateCommand(arguments)
            return try command.run()
        })
}

extension CommandOption {
    static let prompt = CommandOption(
        name: "prompt", unit: "TEXT", expected: "a text",
        help: "what it goes on from [a line break, or the first token where there is none]")
    static let tokens = CommandOption(
        name: "tokens", unit: "N", expected: "a whole number, at least 1", help: "tokens to write [500]")
    static let temperature = CommandOption(
        name: "temperature", unit: "T", expected: "a number, at least 0",
        help: "divides the outputs before a token is drawn; 0 takes the likeliest [1]")
    static let topTokens = CommandOption(
        name: "top-k", unit: "K", expected: "a whole number, at least 1",
        help: "draw from the K likeliest tokens only [all]")
    static let generationSeed = CommandOption(
        name: "seed", unit: "N", expected: "a whole number, at least 0", help: "key of the random numbers [0]")
}

private struct GenerateCommand {
    private let vocabulary: Vocabulary
    private let prompt: [Int]
    private let tokens: Int
    private let choice: TokenChoice
    private var generator: TokenGenerator

    init(_ arguments: Arguments) throws {
        tokens = try arguments.number(of: .tokens, default: 500) { $0 >= 1 }
        let temperature: Double = try arguments.number(of: .temperature, default: 1) { $0 >= 0 && $0.isFinite }
        let top: Int? =
            try arguments.value(of: .topTokens) == nil
            ? nil : arguments.number(of: .topTokens, default: 1) { $0 >= 1 }
        let seed: UInt64 = try arguments.number(of: .generationSeed, default: 0) { _ in true }
        choice = TokenChoice(temperature: temperature, top: top, seed: seed)
        let model = try arguments.trainedModel()
        generator = try TokenGenerator(model)
        guard let vocabulary = model.vocabulary else {
            throw ConfigurationError.rejected(
                reason: "\(try arguments.requiredSubject()) does not say what its tokens stand for")
        }
        self.vocabulary = vocabulary
        guard let text = arguments.value(of: .prompt) else {
            prompt = Self.usualPrompt(vocabulary)
            return
        }
        prompt = try vocabulary.encode(text, in: "--\(CommandOption.prompt.name)")
        guard !prompt.isEmpty else {
            throw ConfigurationError.invalidValue(
                option: CommandOption.prompt.name, value: text, expected: "a text of at least one token")
        }
    }

    private static func usualPrompt(_ vocabulary: Vocabulary) -> [Int] {
        // Some texts have no line breaks, and of ids nobody may know what they stand for.
        do { return try vocabulary.encode("\n") } catch { return [0] }
    }

    mutating func run() throws -> Int32 {
        var decoder = TokenDecoder(vocabulary)
        for token in prompt {
            try StandardOutput.write(text: decoder.text(of: token))
            generator.read(token)
        }
        let clock = ContinuousClock()
        var writing = Duration.zero
        for _ in 0..<tokens {
            let began = clock.now
            let token = generator.next(choice)
            writing += clock.now - began
            let text = decoder.text(of: token)
            if !text.isEmpty { try StandardOutput.write(text: text) }
        }
        try StandardOutput.write(decoder.rest())
        let seconds = writing / .seconds(1)
        Command.say(String(format: "%d tokens in %.2f s, %.0f tokens/s", tokens, seconds, Double(tokens) / seconds))
        return ExitStatus.done
    }
}

extension Arguments {
    /// The number that an option was given.
    /// - Throws: `ConfigurationError` that says what would be right.
    fileprivate func number<Number: LosslessStringConvertible>(
        of option: CommandOption, default usual: Number, _ isRight: (Number) -> Bool
    ) throws(ConfigurationError) -> Number {
        guard let text = value(of: option) else { return usual }
        guard let number = Number(text), isRight(number) else {
            throw .invalidValue(option: option.name, value: text, expected: option.expected)
        }
        return number
    }
}
