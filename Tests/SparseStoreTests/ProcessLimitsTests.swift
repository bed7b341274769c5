import Foundation
import TestSupport
import Testing

@testable import SparseStore

/// What control groups allow, read from made folders of both versions, and what follows from it.
@Suite struct ProcessLimitsTests {
    /// The files of a system below a folder of its own.
    private func groups(_ files: [String: String]) throws -> ControlGroups {
        let root = try TemporaryFolder()
        for (path, text) in files {
            let file = URL(filePath: root.path + "/" + path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return ControlGroups(root: root.path)
    }

    @Test func noGroupsNoLimits() throws {
        for files in [[:], ["proc/self/cgroup": ""], ["proc/self/cgroup": "0::/a/b\n"]] {
            let groups = try groups(files)
            #expect(groups.processors == nil && groups.memory == nil)
        }
    }

    /// Version 2: the least of the group and of those above it, whichever that is.
    @Test func theLeastOfAllGroupsAbove() throws {
        let own = [
            "proc/self/cgroup": "0::/jobs/night/one\n", "sys/fs/cgroup/jobs/night/one/cpu.max": "max 100000\n",
            "sys/fs/cgroup/jobs/night/one/memory.max": "8589934592\n",
            "sys/fs/cgroup/jobs/cpu.max": "800000 100000\n", "sys/fs/cgroup/jobs/memory.max": "max\n",
        ]
        let groups = try groups(own)
        #expect(groups.processors == 8 && groups.memory == 8 << 30)
        let bound = try self.groups(
            own.merging([
                "sys/fs/cgroup/jobs/night/cpu.max": "250000 100000\n",
                "sys/fs/cgroup/jobs/night/memory.max": "1073741824\n",
                "sys/fs/cgroup/jobs/other/cpu.max": "1000 100000\n", "sys/fs/cgroup/jobs/other/memory.max": "1\n",
            ]) { $1 })
        #expect(bound.processors == 3 && bound.memory == 1 << 30)
    }

    /// Version 1: a hierarchy for each controller, some of them together, as well with that of version 2 beside them.
    @Test func versionOne() throws {
        let files = [
            "proc/self/cgroup": "9:name=systemd:/x\n4:memory:/docker/a:b\n2:cpu,cpuacct:/docker/a:b\n0::/unlimited\n",
            "sys/fs/cgroup/cpu,cpuacct/docker/a:b/cpu.cfs_quota_us": "150000\n",
            "sys/fs/cgroup/cpu,cpuacct/docker/a:b/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/memory/docker/a:b/memory.limit_in_bytes": "9223372036854771712\n",
            "sys/fs/cgroup/memory/docker/memory.limit_in_bytes": "2147483648\n",
            "sys/fs/cgroup/systemd/x/memory.limit_in_bytes": "1\n",
        ]
        let groups = try groups(files)
        #expect(groups.processors == 2 && groups.memory == 2 << 30)
        let both = try self.groups(
            files.merging(["sys/fs/cgroup/unified/unlimited/cpu.max": "100000 100000\n"]) { $1 })
        #expect(both.processors == 1)
    }

    /// In a container the paths may be the host's, while the container's own group is what is mounted; and a process may be in a group
    /// beside the part of the hierarchy that it sees.
    @Test(arguments: ["4:memory:/kubepods/pod1/c2\n3:cpu:/kubepods/pod1/c2\n", "4:memory:/../c2\n3:cpu:/../c2\n"])
    func thePathsOfTheHost(membership: String) throws {
        let groups = try groups([
            "proc/self/cgroup": membership, "sys/fs/cgroup/memory/memory.limit_in_bytes": "536870912\n",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/c2/memory.limit_in_bytes": "1\n", "sys/fs/c2/memory.limit_in_bytes": "1\n",
        ])
        #expect(groups.processors == 1 && groups.memory == 512 << 20)
    }

    /// Quota and period, both in microseconds, and the processors that they come to; nil: no limit is said.
    @Test(arguments: [
        ("100000 100000", 1), ("100001 100000", 2), ("1 1000000", 1), ("6400000 100000\n", 64), ("max 100000", nil),
        ("0 100000", nil), ("100000 0", nil), ("-1 100000", nil), ("+5 1", nil), ("100000", nil), ("1 2 3", nil),
        ("", nil),
        ("18446744073709551615 1", Int.max), ("18446744073709551616 1", nil), ("1e5 100000", nil),
        ("\u{0}\u{FF} \u{1}", nil),
        ("18446744073709551615 18446744073709551614", 2), ("١٠ ١", nil),
    ])
    func quotas(text: String, processors: Int?) throws {
        #expect(ControlGroups.processors(cpuMax: text) == processors)
        let groups = try groups(["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": text])
        #expect(groups.processors == processors)
    }

    @Test(arguments: [
        ("4096\n", 4096), ("max\n", nil), ("0", nil), ("-1", nil), ("4096 4096", nil), ("12 kB", nil), ("", nil),
        ("18446744073709551615", UInt64.max), ("99999999999999999999999", nil),
        (String(repeating: "9", count: 1000), nil),
    ])
    func bytes(text: String, bytes: UInt64?) throws {
        let groups = try groups(["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": text])
        #expect(groups.memory == bytes)
    }

    /// The list of groups itself may say anything.
    @Test(arguments: [
        "0::\n", "0::relative\n", "::::\n", "\n\n\n", "1:cpu\n", "0:../..:/a\n", String(repeating: "0::/", count: 80),
        "0::/" + String(repeating: "a/", count: 900), String(repeating: "7:cpu,memory:/\n", count: 70), "\u{0}",
    ])
    func lists(text: String) throws {
        let groups = try groups([
            "proc/self/cgroup": text, "sys/memory.max": "1", "sys/cpu.max": "1 1", "sys/fs/a/memory.max": "1",
        ])
        #expect(groups.processors == nil && groups.memory == nil)
    }

    /// A folder where a file should be.
    @Test func foldersAreNoFiles() throws {
        let groups = try groups(["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max/file": "1"])
        #expect(groups.memory == nil)
    }

    /// The least of what there is and what is allowed, and at least one.
    @Test func whatFollows() throws {
        let half = try groups([
            "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "350000 100000", "sys/fs/cgroup/memory.max": "1000",
        ])
        let none = try groups([:])
        #expect(ProcessLimits.processors(allowed: 16, groups: half) == 4)
        #expect(ProcessLimits.processors(allowed: 3, groups: half) == 3)
        #expect(ProcessLimits.processors(allowed: 16, groups: none) == 16)
        #expect(ProcessLimits.processors(allowed: 0, groups: none) == ProcessInfo.processInfo.activeProcessorCount)
        #expect(ProcessLimits.memory(physical: 4000, groups: half) == 1000)
        #expect(ProcessLimits.memory(physical: 500, groups: half) == 500)
        #expect(ProcessLimits.memory(physical: 500, groups: none) == 500)
        #expect(1...ProcessInfo.processInfo.activeProcessorCount ~= ProcessLimits.processors)
        #expect(1...ProcessInfo.processInfo.physicalMemory ~= ProcessLimits.memory)
    }
}
