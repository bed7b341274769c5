/// The limits that Linux sets to the control groups that a process is in, of either version. A group is bound by the limits of
/// all groups above it, so the least counts. Where there are no such files, or they say something else, there is no limit.
struct ControlGroups {
    /// Processors that the time which the groups are given comes to, rounded up; nil without a limit.
    let processors: Int?
    /// Bytes of memory that they may take; nil without a limit.
    let memory: UInt64?

    /// - Parameter root: A folder in place of `/`.
    init(root: String = "") {
        let memberships = ControlGroups.memberships(in: root)
        processors = memberships.flatMap { $0.folders(of: "cpu", root) }.compactMap { folder in
            ControlGroups.processors(cpuMax: text(folder + "/cpu.max"))
                ?? ControlGroups.processors(
                    quota: text(folder + "/cpu.cfs_quota_us"), period: text(folder + "/cpu.cfs_period_us"))
        }.min()
        memory = memberships.flatMap { $0.folders(of: "memory", root) }.compactMap { folder in
            ControlGroups.bytes(text(folder + "/memory.max"))
                ?? ControlGroups.bytes(text(folder + "/memory.limit_in_bytes"))
        }.min()
    }

    /// A line of `/proc/self/cgroup`: the group of one hierarchy, as seen from where that is mounted.
    private struct Membership {
        /// What the hierarchy controls, such as "cpu,cpuacct"; empty for version 2, which controls everything.
        let controllers: Substring
        let path: Substring

        /// The folders of the group and of all above it, if the hierarchy has to do with `controller`.
        func folders(of controller: String, _ root: String) -> [String] {
            let mounts = "\(root)/sys/fs/cgroup"
            if controllers.isEmpty {
                // Beside hierarchies of version 1 that of version 2 has a folder of its own.
                return ([mounts, mounts + "/unified"]).flatMap(ancestors)
            }
            guard controllers.split(separator: ",").contains(Substring(controller)) else { return [] }
            return Set([mounts + "/" + controllers, mounts + "/" + controller]).sorted().flatMap(ancestors)
        }

        /// In a container the path may be the host's, of which only the topmost folder is there, as the container's own group;
        /// so folders that do not exist are no reason to stop.
        private func ancestors(below mount: String) -> [String] {
            var folders = [mount]
            // A group outside what this process sees of the hierarchy has a path that begins with "/..".
            for name in path.split(separator: "/").prefix(ControlGroups.deepest) {
                if name == ".." || name == "." { break }
                folders.append((folders.last ?? mount) + "/" + name)
            }
            return folders
        }
    }

    /// More than any hierarchy is deep; paths are joined that often.
    private static let deepest = 64

    private static func memberships(in root: String) -> [Membership] {
        (text("\(root)/proc/self/cgroup") ?? "").split(separator: "\n").prefix(64).compactMap { line in
            // A path may have colons of its own.
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, fields[2].hasPrefix("/"), !fields[1].contains("/") else { return nil }
            return Membership(controllers: fields[1], path: fields[2])
        }
    }

    /// `QUOTA PERIOD`, in microseconds, or `max PERIOD`.
    static func processors(cpuMax text: String?) -> Int? {
        let fields = (text ?? "").split { $0.isWhitespace }
        return fields.count == 2 ? processors(quota: String(fields[0]), period: String(fields[1])) : nil
    }

    /// Microseconds of processor time in a period of so many.
    static func processors(quota: String?, period: String?) -> Int? {
        guard let quota = number(quota), let period = number(period), quota > 0, period > 0 else { return nil }
        let (whole, rest) = quota.quotientAndRemainder(dividingBy: period)
        return Int(clamping: rest > 0 ? whole + 1 : whole)
    }

    /// A number of bytes, or `max`. Of zero bytes no process could ask.
    static func bytes(_ text: String?) -> UInt64? { number(text).flatMap { $0 > 0 ? $0 : nil } }

    /// Digits and nothing else; nil for -1 and max, by which the files mean that there is no limit, and for what is too large.
    private static func number(_ text: String?) -> UInt64? {
        let fields = (text ?? "").split { $0.isWhitespace }
        guard fields.count == 1, fields[0].utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return UInt64(fields[0])
    }
}

/// The beginning of a file of the system, whose length is not known before; nil where there is none that can be read.
private func text(_ path: String) -> String? {
    let bytes = AlignedBuffer<UInt8>(count: 1 << 14)
    do throws(StoredBytes.Failure) {
        let count = try ByteStream(path: path).read(into: bytes, from: 0)
        return String(decoding: bytes.elements[..<count], as: UTF8.self)
    } catch {
        return nil
    }
}
