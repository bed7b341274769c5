internal import Foundation

ProcessSetup.prepare()
exit(Command.run(Array(CommandLine.arguments.dropFirst())))
