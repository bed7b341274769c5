// What two processes need to exchange so many bytes, by the calls that sparsetrain makes: latency and bandwidth for scaling.py.
//
//     swiftc -O -I Sources/CMPI $(pkg-config --cflags mpi-c | sed 's/\(^\| \)-/ -Xcc -/g') $(pkg-config --libs mpi-c) \
//         Benchmarks/exchange.swift -o exchange && mpirun -n 2 exchange
import CMPI
import Foundation

guard sm_begin() == 1 else { exit(1) }
let other = sm_rank() ^ 1
let (most, turns) = (1 << 24, 101)
let (sent, received) = (
    [UInt8](repeating: 0, count: most), UnsafeMutableRawPointer.allocate(byteCount: most, alignment: 64)
)
let clock = ContinuousClock()
var bytes = 8
while bytes <= most {
    let seconds = (0..<turns).map { _ in
        let time = clock.measure { sm_exchange(sent, bytes, received, bytes, other) }
        return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    }
    let median = seconds.sorted()[turns / 2]
    if sm_rank() == 0 {
        print(
            String(
                format: "%9ld bytes  %10.1f us  %8.1f MB/s each way", bytes, 1e6 * median, Double(bytes) / median / 1e6)
        )
    }
    bytes *= 8
}
sm_end()
