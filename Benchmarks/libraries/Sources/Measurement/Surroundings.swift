import Glibc

/// Makes this process one that is hard to start others from: it blocks SIGTERM and has many descriptors open that a
/// child would inherit.
public func burden(descriptors: Int) throws {
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGTERM)
  pthread_sigmask(SIG_BLOCK, &signals, nil)
  var limit = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  limit.rlim_cur = limit.rlim_max
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  let file = open("/dev/null", O_RDONLY)
  for _ in 0..<descriptors where dup(file) < 0 { throw Failed("no more descriptors") }
}

/// What a child looks at: its inherited descriptors, its blocked signals, its process group.
public let lookAround = """
  echo descriptors: $(ls /proc/$$/fd | wc -l), blocked: $(grep SigBlk /proc/self/status | cut -f2), \
  leads a group: $(cut -d' ' -f5 /proc/$$/stat | grep -qx $$ && echo yes || echo no)
  """

/// Whether a process stands still.
public func isStopped(_ process: Int32) -> Bool {
  guard let file = fopen("/proc/\(process)/stat", "r") else { return false }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 512)
  guard fgets(&line, 512, file) != nil else { return false }
  return String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).contains(") T ")
}
