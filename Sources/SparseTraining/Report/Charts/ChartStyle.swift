/// Colours and lines of charts: the palette of Okabe and Ito, which people with any kind of colour vision tell apart, darker on
/// light ground and lighter on dark.
enum ChartStyle {
    static let colors = 8
    static let shades = 10

    /// Colours by their names in the rules.
    struct Palette {
        let colors: [String: String]

        fileprivate init(_ named: [String: String], series: [String], shades from: [Int], _ to: [Int]) {
            var colors = named
            for (index, color) in series.enumerated() { colors["s\(index)"] = color }
            for shade in 0..<ChartStyle.shades {
                let parts = zip(from, to).map { "\($0 + ($1 - $0) * shade / (ChartStyle.shades - 1))" }
                colors["h\(shade)"] = "rgb(" + parts.joined(separator: ",") + ")"
            }
            self.colors = colors
        }

        /// As variables of a style sheet.
        var variables: String {
            ":root{" + colors.sorted { $0.key < $1.key }.map { "--\($0.key):\($0.value)" }.joined(separator: ";") + "}"
        }
    }

    static let light = Palette(
        ["ground": "#fff", "ink": "#1b1f24", "faint": "#d5dae0", "soft": "#5b6470"],
        series: ["#0072b2", "#d55e00", "#007a5a", "#b0457f", "#9a6f00", "#3a87b8", "#57606a", "#111827"],
        shades: [238, 242, 247], [8, 48, 107])

    static let dark = Palette(
        ["ground": "#15181c", "ink": "#e6e9ed", "faint": "#363d46", "soft": "#a4adb8"],
        series: ["#56b4e9", "#ff8a3d", "#2fc79a", "#e58fc0", "#f0c04a", "#9ad0f5", "#b6bec8", "#f3f4f6"],
        shades: [33, 39, 47], [255, 214, 102])

    /// The rules for a page that has a palette as variables.
    static let rules = rules { "var(--\($0))" }

    /// The rules for a picture by itself: programs that make figures of papers know no variables.
    static let rulesOfFile = rules { light.colors[$0] ?? "#000" }

    private static func rules(color: (String) -> String) -> String {
        var rules = [
            ".chart{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;font-size:11px}",
            ".chart text{fill:\(color("ink"))}", ".chart .title{font-size:13px;font-weight:600}",
            ".chart .soft{fill:\(color("soft"))}", ".chart .ground{fill:\(color("ground"))}",
            ".chart .grid{stroke:\(color("faint"));stroke-width:1;fill:none}",
            ".chart .axis{stroke:\(color("soft"));stroke-width:1;fill:none}",
            ".chart .line{fill:none;stroke-width:1.8;stroke-linejoin:round}",
            ".chart .thin{stroke-width:1.2}", ".chart .cells{shape-rendering:crispEdges;stroke:none}",
        ]
        for index in 0..<colors {
            rules.append(".chart .s\(index){stroke:\(color("s\(index)"))}")
            rules.append(".chart .f\(index){fill:\(color("s\(index)"));stroke:none}")
        }
        for shade in 0..<shades { rules.append(".chart .h\(shade){fill:\(color("h\(shade)"))}") }
        return rules.joined()
    }

    /// Lines that have the same colour differ in their dashes.
    static func dashes(of series: Int) -> String {
        switch series / colors % 3 {
        case 1: " stroke-dasharray=\"6 3\""
        case 2: " stroke-dasharray=\"2 3\""
        default: ""
        }
    }
}
