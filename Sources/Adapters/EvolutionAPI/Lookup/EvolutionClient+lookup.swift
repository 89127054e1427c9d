package import Delivery
internal import HTTPClient
internal import JSON
internal import Messaging
package import Time

extension EvolutionClient: SentMessageLookup {
  /// How many pages are read of one answer.
  private static let maximumPages = 8

  /// Looks a message up among those that Evolution keeps.
  ///
  /// The recipient's own messages come first. Where it is not among them, the latest to all recipients follow, as
  /// Evolution may have written down another address; and the server must show that it keeps what it sends: it has
  /// messages of that time, or the last one that this client had a receipt for, or any.
  package func look(for message: OutgoingMessage, since: Timestamp, excluding: Set<String>) async -> SentLookup {
    guard let url = servers.url(of: message.shard)?.findMessages(message.instance) else {
      return .unknown("the instance's shard makes no address")
    }
    let search = SentSearch(for: message, since: since, excluding: excluding)
    do throws(Obstacle) {
      var own = StoredMessages()
      for address in search.addresses { own.add(try await stored(at: url, search.condition(to: address), search)) }
      if let verdict = search.verdict(atRecipient: own) { return verdict }
      let all = try await stored(at: url, search.condition(), search)
      if let verdict = search.verdict(atAll: all) { return verdict }
      let isKeeping =
        if all.records.contains(where: search.isRecent) { true } else {
          try await keepsMessages(of: message.instance, at: url)
        }
      return isKeeping ? .absent : .unsupported("the server keeps no messages")
    } catch {
      return error.isLasting ? .unsupported(error.words) : .unknown(error.words)
    }
  }

  private func keepsMessages(of instance: InstanceName, at url: String) async throws(Obstacle) -> Bool {
    let last = lastReceipts.id(of: instance)
    let key: JSONValue = last.map { ["id": .string($0), "fromMe": true] } ?? ["fromMe": true]
    return try await page(1, of: 1, at: url, ["key": key]).records.contains { message in
      message.isFromInstance && (last == nil || message.id == last)
    }
  }

  /// The messages that a condition holds for, as many pages as are read at most.
  private func stored(
    at url: String, _ condition: JSONValue, _ search: SentSearch
  ) async throws(Obstacle) -> StoredMessages {
    var messages = StoredMessages()
    for number in 1...Self.maximumPages {
      let page = try await page(number, of: SentSearch.pageSize, at: url, condition)
      messages.add(page)
      messages.isWhole = page.isWhole
      // A server that does not filter by time goes back to its first message.
      if page.records.allSatisfy({ $0.time.map { $0 < search.start } ?? false }) { messages.isWhole = true }
      if messages.isWhole { break }
    }
    return messages
  }

  private func page(
    _ number: Int, of size: Int, at url: String, _ condition: JSONValue
  ) async throws(Obstacle) -> StoredMessages {
    let body: JSONValue = ["where": condition, "page": .integer(number), "offset": .integer(size)]
    switch await transfers.perform(TransferRequest(url: url, body: body.bytes)) {
    case .failed(let failure): throw Obstacle(words: "no answer: \(failure.message)")
    case .answer(let answer):
      guard answer.status == 200 else {
        // No such route, or not for this server: asking again changes nothing.
        let isLasting = [400, 404, 405, 410, 501].contains(answer.status)
        throw Obstacle(words: "HTTP \(answer.status)", isLasting: isLasting)
      }
      guard !answer.isTruncated else { throw Obstacle(words: "the answer is too long") }
      guard let page = StoredMessages(answer.body, page: number) else {
        throw Obstacle(words: "the answer is no list of messages", isLasting: true)
      }
      return page
    }
  }
}

/// What keeps a message from being looked up.
private struct Obstacle: Error {
  let words: String
  var isLasting = false
}
