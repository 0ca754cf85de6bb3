import Glibc
import WippyCLI
import WippyHTTP

exit(CommandLineTool.run(Array(CommandLine.arguments.dropFirst()), http: NIOStack()))
