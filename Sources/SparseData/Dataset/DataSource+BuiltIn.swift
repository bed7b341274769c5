extension DataSource {
    /// Names of the data sets that need no file.
    public static var builtIn: [String] { DigitsFormat.names }
}
