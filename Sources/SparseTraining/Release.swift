/// Which release of the package this is.
public enum Release {
    /// Version of the package: major, minor, patch.
    public static let version = "0.1.0"
}
