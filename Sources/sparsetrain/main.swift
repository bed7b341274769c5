internal import Foundation

#if canImport(Glibc)
/// Sets a parameter of malloc; Swift's module of the C library leaves it out.
@_silgen_name("mallopt")
private func mallopt(_ parameter: Int32, _ value: Int32) -> Int32

// Left alone, malloc raises the size from which memory comes from the system and goes back to it (M_MMAP_THRESHOLD, -3), and
// with it what it keeps (M_TRIM_THRESHOLD, -1): after the first topology update of a large model a run would hold half as much
// again as it uses. Lower still, small models would fetch the memory of each update from the system anew, page by page.
_ = mallopt(-3, 1 << 19)
_ = mallopt(-1, 1 << 21)
#endif

exit(Command.run(Array(CommandLine.arguments.dropFirst())))
