import Delivery
import Testing

@Suite struct SendFailureTests {
  @Test(arguments: SendFailure.Kind.allCases)
  func `a failure is the fault of what its class says, unless more is known`(kind: SendFailure.Kind) {
    let usual: FaultScope =
      switch kind {
      case .unknownNumber, .invalidRequest, .serverError: .message
      case .connectionFailed, .unlicensed: .host
      default: .instance
      }
    #expect(SendFailure(kind, detail: "x").scope == usual)
    #expect(SendFailure(kind, detail: "x").isHostFault == (usual == .host))
    for scope in FaultScope.allCases { #expect(SendFailure(kind, detail: "x", scope: scope).scope == scope) }
  }
}
