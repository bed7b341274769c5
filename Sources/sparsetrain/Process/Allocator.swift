/// How glibc's malloc keeps the memory that a topology update has let go of. Left alone, it raises the size from which memory
/// comes from the system and goes back to it, and with it what it keeps: after the first update of a large model a run would
/// hold half as much again as it uses.
enum Allocator {
    /// Before anything is allocated. Lower thresholds, and small models would fetch the memory of each update from the system
    /// anew, page by page: their updates would take 20 to 60 % longer.
    static func prepare() { set(mapping: 1 << 19) }

    /// For a model whose largest layer has so many weights. Beside large layers the lists that small ones reuse are not worth
    /// keeping: without them the peak of GraNet at 8192 x 8192 is lower by 4 %.
    static func prepare(largestLayer weights: Int) {
        if weights > 1 << 17 { set(mapping: 1 << 17) }
    }

    private static func set(mapping size: Int32) {
        #if canImport(Glibc)
        _ = mallopt(-3, size)  // M_MMAP_THRESHOLD
        _ = mallopt(-1, 1 << 21)  // M_TRIM_THRESHOLD
        #endif
    }
}

#if canImport(Glibc)
/// Sets a parameter of malloc; Swift's module of the C library leaves it out.
@_silgen_name("mallopt")
private func mallopt(_ parameter: Int32, _ value: Int32) -> Int32
#endif
