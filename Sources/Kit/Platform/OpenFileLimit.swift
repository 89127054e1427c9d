internal import Glibc

/// How many files and connections the process may hold open.
public enum OpenFileLimit {
  /// How many there may be now.
  public static var current: Int { limit.map { Int(clamping: $0.rlim_cur) } ?? .max }

  /// Raises the limit as far as the system allows without asking: the usual 1,024 are fewer than a thousand connections
  /// and what else there is. Where it can't be raised it stays.
  ///
  /// - Returns: how many it may hold open now; nil where nobody says.
  @discardableResult
  public static func raise() -> Int? {
    guard var limit else { return nil }
    let before = limit.rlim_cur
    limit.rlim_cur = limit.rlim_max
    let isRaised = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    return Int(clamping: isRaised ? limit.rlim_max : before)
  }

  private static var limit: rlimit? {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
    return limit
  }
}
