/// How full a server is.
struct Occupancy {
  /// Connections, with those that are about to be closed.
  let connections: Int
  /// Whether another client can be let in: there is room, or somebody who can give way.
  let hasRoom: Bool
  /// Whether there is room for fewer connections than there may be, for want of descriptors.
  let isCramped: Bool
}
