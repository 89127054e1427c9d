// Prints the port, and serves until it is killed. The product's server over libmicrohttpd.
import HTTPServer
import Measurement

let body = SharedBody(page)
let server = try HTTPServer(address: SocketAddress(host: "127.0.0.1", port: 0)) { request in
  guard request.method == "GET", request.path == "/metrics" else { return .text(404, "not here\n") }
  return HTTPResponse(status: 200, headers: [("Content-Type", "text/plain; version=0.0.4")], sharing: body)
}
announce("listening on \(server.port)")
while true { try await Task.sleep(for: .seconds(3600)) }
