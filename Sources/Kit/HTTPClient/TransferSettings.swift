/// What is the same for all requests of a ``TransferLoop``.
package struct TransferSettings: Sendable {
  /// Header lines, `name: value`; a name alone, `name:`, leaves out one of libcurl's own.
  package var headers: [String]
  /// How long a connection may take, name look-up and TLS included.
  package var connectTimeout: Duration = .seconds(5)
  /// How long a request may take in all.
  package var timeout: Duration = .seconds(30)
  /// A PEM file with the certificate authorities to trust instead of the system's.
  package var caFile: String?
  /// Whether an answer that was compressed, as by a proxy unasked, is read all the same.
  package var undoesCodings = false
  /// How much of an answer's body is read, in bytes.
  package var maximumAnswer = 1 << 20
  /// How long an idle connection is kept to be used again. Node closes idle ones after 5 s, and a request that crosses
  /// with that close would end as uncertain.
  package var maximumIdle: Duration = .seconds(3)

  /// The defaults, with header lines.
  package init(headers: [String]) { self.headers = headers }
}
