import Foundation
import Testing

/// A training step, or a prediction, after the first asks for no memory: counted by a library that stands before malloc.
@Suite struct AllocationTests {
    private static let counter = """
        #include <stddef.h>
        #include <stdio.h>
        #include <stdatomic.h>
        extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
        extern void *__libc_memalign(size_t, size_t);
        static atomic_long count;
        void *malloc(size_t n) { count++; return __libc_malloc(n); }
        void *calloc(size_t a, size_t b) { count++; return __libc_calloc(a, b); }
        void *realloc(void *p, size_t n) { count++; return __libc_realloc(p, n); }
        void *aligned_alloc(size_t a, size_t n) { count++; return __libc_memalign(a, n); }
        int posix_memalign(void **p, size_t a, size_t n) { count++; return (*p = __libc_memalign(a, n)) ? 0 : 12; }
        __attribute__((destructor)) static void report(void) { fprintf(stderr, "allocations %ld\\n", (long)count); }
        """

    @Test(arguments: [
        ["--op", "step", "--rows", "200", "--density", "0.1"],
        ["--op", "model_step", "--model", "resnet20", "--batch", "8", "--density", "0.1"],
        ["--op", "model_step", "--model", "gpt:2x32", "--batch", "2", "--density", "0.1"],
        ["--op", "inference", "--rows", "200", "--batch", "1,128", "--density", "0.1"],
        ["--op", "inference_model", "--model", "lenet5", "--density", "0.1"],
    ])
    func stepsDoNotAllocate(work: [String]) throws {
        #if os(Linux)
        try withExecutable("sparsebench") { command in
            let source = command.folder.appending(path: "counter.c")
            try Data(Self.counter.utf8).write(to: source)
            let library = command.folder.appending(path: "counter.so").path
            let compiler = Process()
            compiler.executableURL = URL(filePath: "/usr/bin/env")
            compiler.arguments = ["clang", "-shared", "-fPIC", "-O1", source.path, "-o", library]
            try compiler.run()
            compiler.waitUntilExit()
            guard compiler.terminationStatus == 0 else {
                print("skipped: no clang to compile the counter")
                return
            }
            func allocations(runs: Int) throws -> Int {
                let result = try command.run(
                    work + ["--runs", "\(runs)", "--json"],
                    environment: ["LD_PRELOAD": library])
                #expect(result.status == 0)
                let line = try #require(result.errors.split(separator: "\n").last { $0.hasPrefix("allocations ") })
                return try #require(Int(line.dropFirst("allocations ".count)))
            }
            // The text of the report may differ by the lengths of numbers: less than one in ten of the 300 steps.
            #expect(abs(try allocations(runs: 400) - allocations(runs: 100)) < 30)
        }
        #endif
    }
}
