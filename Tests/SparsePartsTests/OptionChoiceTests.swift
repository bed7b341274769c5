import Foundation
import SparseParts
import Testing

private enum Season: String, OptionChoice {
    case summer
    case lateWinter = "late-winter"
}

private let season = Option<Season>("season", .run, "NAME", .choice, default: .summer, "when")
private let perhaps = Option<Season?>("perhaps", .run, "NAME", .choice, "when, if at all")

@Suite struct OptionChoiceTests {
    @Test func wordsAndFilesGiveCases() throws {
        var settings = Settings()
        #expect(settings[season] == .summer && settings[perhaps] == nil)
        try season.set("late-winter", in: &settings)
        try perhaps.set("summer", in: &settings)
        #expect(settings[season] == .lateWinter && settings[perhaps] == .summer)
        #expect(season.text(in: settings) == "late-winter" && season.choices == ["summer", "late-winter"])
        struct File: Codable {
            var settings = Settings()
            init(_ settings: Settings) { self.settings = settings }
            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: OptionKey.self)
                for option in [season as any DeclaredOption, perhaps] {
                    try option.decode(from: container, OptionKey(option.name), into: &settings)
                }
            }
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: OptionKey.self)
                for option in settings.options { try option.encode(settings, to: &container) }
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let written = try encoder.encode(File(settings))
        #expect(String(decoding: written, as: UTF8.self) == #"{"perhaps":"summer","season":"late-winter"}"#)
        #expect(try JSONDecoder().decode(File.self, from: written).settings == settings)
        let wrong = Data(#"{"perhaps":"summer","season":"latewinter"}"#.utf8)
        let error = #expect(throws: OptionError.self) { try JSONDecoder().decode(File.self, from: wrong) }
        #expect(error == unknown("latewinter", of: "season"))
    }

    @Test func anotherWordIsRefusedWithTheNearest() {
        var settings = Settings()
        let error = #expect(throws: OptionError.self) { try perhaps.set("sumer", in: &settings) }
        #expect(error == unknown("sumer", of: "perhaps"))
        guard case .unknownName(_, let name) = error else { return }
        #expect(name.nearest == "summer")
    }

    private func unknown(_ text: String, of option: String) -> OptionError {
        .unknownName(option: option, UnknownName(kind: option, name: text, known: ["summer", "late-winter"]))
    }
}
