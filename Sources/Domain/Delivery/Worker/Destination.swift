internal import Messaging

/// Finds out where a message goes: on which instance and its shard, to which number, with which text.
struct Destination: Sendable {
  let directory: any InstanceDirectory
  /// Nil where one server has all instances.
  let router: ShardRouter?
  /// For messages that name no instance and belong to no known tenant.
  let defaultInstance: InstanceName?
  /// For load-test messages, which name no number.
  let testNumber: PhoneNumber?

  enum Failure: Error {
    /// The message can't go anywhere, whenever it is tried.
    case undeliverable(PayloadError)
    /// Where it goes could not be looked up now.
    case lookup(QueueError)
  }

  func address(_ message: Message) async throws(Failure) -> OutgoingMessage {
    let (number, text) = try recipient(of: message)
    let instance = if let named = message.instance { named } else { try await instance(ofTenantOf: message) }
    let shard: Shard? = if let router { try await shard(of: instance, by: router) } else { nil }
    return OutgoingMessage(id: message.id, instance: instance, shard: shard, number: number, text: text)
  }

  /// The same, for a message whose destination takes no looking up; nil for others, and for those that can't go anywhere.
  func addressAtOnce(_ message: Message) -> OutgoingMessage? {
    guard router == nil, let instance = message.instance ?? (message.tenant == nil ? defaultInstance : nil),
      let (number, text) = try? recipient(of: message)
    else { return nil }
    return OutgoingMessage(id: message.id, instance: instance, number: number, text: text)
  }

  private func recipient(of message: Message) throws(Failure) -> (PhoneNumber, String) {
    switch message.content {
    case .plain(let number, let text): return (number, text)
    case .charge(let notification): return (notification.number, try text(for: notification))
    case .loadTest:
      guard let testNumber else {
        throw .undeliverable(
          PayloadError(field: WireField.number, problem: "is missing, and IFINU_TEST_NUMBER is not set"))
      }
      return (testNumber, "Mensagem de teste \(message.id)")
    }
  }

  private func text(for notification: ChargeNotification) throws(Failure) -> String {
    let text = ChargeText.text(for: notification)
    guard text.utf8.count <= Message.maximumTextLength || text.unicodeScalars.count <= Message.maximumTextLength else {
      throw .undeliverable(
        PayloadError(field: WireField.charge, problem: "makes a text of over \(Message.maximumTextLength) characters"))
    }
    return text
  }

  private func instance(ofTenantOf message: Message) async throws(Failure) -> InstanceName {
    if let tenant = message.tenant, let instance = try await instance(ofTenant: tenant) { return instance }
    if let tenant = message.tenant, !tenant.isUUID {
      throw .undeliverable(
        PayloadError(field: "cobranca.usuarioId", problem: "is no UUID, and the hash of instances does not name it"))
    }
    guard let defaultInstance else {
      let problem =
        message.tenant == nil
        ? "is missing, and IFINU_EVOLUTION_INSTANCE is not set"
        : "of the tenant in cobranca.usuarioId is not in the hash of instances, and IFINU_EVOLUTION_INSTANCE is not set"
      throw .undeliverable(PayloadError(field: WireField.instance, problem: problem))
    }
    return defaultInstance
  }

  private func instance(ofTenant tenant: TenantID) async throws(Failure) -> InstanceName? {
    guard let name = try await name(ofTenant: tenant) else { return nil }
    guard let instance = InstanceName(name) else {
      throw .undeliverable(
        PayloadError(
          field: WireField.instance,
          problem:
            "of this tenant is no name of 1 to 255 bytes without control characters: mend it in the hash of instances"))
    }
    return instance
  }

  private func name(ofTenant tenant: TenantID) async throws(Failure) -> String? {
    do {
      for spelling in tenant.spellings {
        if let name = try await directory.instance(ofTenant: spelling) { return name }
      }
      return nil
    } catch {
      throw .lookup(error)
    }
  }

  private func shard(of instance: InstanceName, by router: ShardRouter) async throws(Failure) -> Shard {
    let shard: Shard?
    do {
      shard = try await router.shard(of: instance)
    } catch {
      throw .lookup(error)
    }
    guard let shard else {
      throw .undeliverable(
        PayloadError(field: WireField.instance, problem: "has a shard of no plain name: mend it in the hash of shards"))
    }
    return shard
  }
}
