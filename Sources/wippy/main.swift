import Glibc
import WippyCLI

exit(CommandLineTool.run(Array(CommandLine.arguments.dropFirst())))
