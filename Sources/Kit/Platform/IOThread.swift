internal import CLinux
internal import Glibc

/// A thread of the operating system for work that blocks, which must never stand on the cooperative pool.
public enum IOThread {
  /// Starts a detached thread that runs the body once.
  ///
  /// - Parameters:
  ///   - name: what `top -H` and debuggers show; cut after 15 bytes by the kernel.
  ///   - body: the thread's whole life.
  /// - Throws: ``SystemError`` when the system refuses another thread.
  public static func start(named name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    var thread = pthread_t()
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        _ = unsafe pthread_setname_np(pthread_self(), String(start.name.prefix(15)))
        start.body()
        return nil
      }, start.toOpaque())
    guard code == 0 else {
      unsafe start.release()
      throw SystemError(operation: "pthread_create", code: code)
    }
    pthread_detach(thread)
  }

  /// Does something that blocks on a thread of its own, and awaits it.
  ///
  /// - Parameters:
  ///   - name: what `top -H` and debuggers show; cut after 15 bytes by the kernel.
  ///   - body: what to do.
  /// - Returns: what it gave.
  /// - Throws: ``SystemError`` from the body, or when the system refuses another thread.
  public static func run<Value: Sendable>(
    named name: String, _ body: @escaping @Sendable () throws(SystemError) -> Value
  ) async throws(SystemError) -> Value {
    let result: Result<Value, SystemError> = await withCheckedContinuation { continuation in
      do throws(SystemError) {
        try start(named: name) {
          continuation.resume(returning: Result { () throws(SystemError) in try body() })
        }
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
    return try result.get()
  }

  private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }
}
