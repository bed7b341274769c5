internal import Foundation

#if canImport(Glibc)
/// Sets a parameter of malloc; Swift's module of the C library leaves it out.
@_silgen_name("mallopt")
private func mallopt(_ parameter: Int32, _ value: Int32) -> Int32

// M_TRIM_THRESHOLD: what is freed goes back to the system. Left alone, malloc keeps ever larger pieces, and after the first
// topology update a run would hold half as much again as it uses.
_ = mallopt(-1, 1 << 17)
#endif

exit(Command.run(Array(CommandLine.arguments.dropFirst())))
