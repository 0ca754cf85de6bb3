/// What stands on one socket of the kernel's.
protocol SocketOwner {
  var socket: Socket { get }
}
