internal import Foundation

Allocator.prepare()
exit(Command.run(Array(CommandLine.arguments.dropFirst())))
