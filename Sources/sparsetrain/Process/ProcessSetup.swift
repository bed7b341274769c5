internal import Foundation

/// What holds for the whole process, before anything else is done.
enum ProcessSetup {
    static func prepare() {
        Allocator.prepare()
        occupyClosedDescriptors()
        // To write into a pipe that nobody reads, or beyond a limit of file size, is an error and not the end.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// The next file that is opened, a checkpoint say, gets the lowest free number: with standard error closed, messages would
    /// be written into it. What takes the number here is opened the wrong way round, so that using it fails as before.
    private static func occupyClosedDescriptors() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
        where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
