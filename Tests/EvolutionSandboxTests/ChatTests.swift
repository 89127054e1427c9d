import EvolutionSandbox
import JSON
import TestSupport
import Testing

/// The small routes of chats, presence and settings.
@Suite(.hangLimit) struct ChatTests {
  private static let key = #"{"id":"3EB0","fromMe":true,"remoteJid":"5511988887777@s.whatsapp.net"}"#

  @Test(arguments: [
    (
      "chat/whatsappNumbers/loja", #"{"numbers":["5531988887777","5511988880000"]}"#, 200,
      #"[{"jid":"553188887777@s.whatsapp.net","exists":true,"number":"5531988887777"},{"jid":"5511988880000@s.whatsapp.net","exists":false,"number":"5511988880000"}]"#
    ),
    (
      "chat/whatsappNumbers/loja", #"{"numbers":[]}"#, 400,
      #"{"status":400,"error":"Bad Request","message":[["numbers does not meet minimum length of 1"]]}"#
    ),
    (
      "chat/whatsappNumbers/loja", #"{"numbers":["1",2]}"#, 400,
      #"{"status":400,"error":"Bad Request","message":[["\"numbers\" must be an array of numeric strings"]]}"#
    ),
    ("chat/whatsappNumbers/loja", "{}", 400, "{}"),
    (
      "chat/whatsappNumbers/fechada", #"{"numbers":["5511988887777"]}"#, 400,
      #"{"data":null,"isBoom":true,"isServer":false,"output":{"statusCode":428,"payload":{"statusCode":428,"error":"Precondition Required","message":"Connection Closed"},"headers":{}}}"#
    ),
    (
      "chat/markMessageAsRead/loja", #"{"readMessages":[\#(key)]}"#, 201,
      #"{"message":"Read messages","read":"success"}"#
    ),
    (
      "chat/markMessageAsRead/loja", #"{"readMessages":[{"id":"x","fromMe":true}]}"#, 400,
      #"{"status":400,"error":"Bad Request","response":{"message":[["readMessages[0] requires property \"remoteJid\""]]}}"#
    ),
    (
      "chat/markMessageAsRead/fechada", #"{"readMessages":[\#(key)]}"#, 500,
      #"{"status":500,"error":"Internal Server Error","response":{"message":["Read messages fail","Error: Connection Closed"]}}"#
    ),
    (
      "chat/archiveChat/loja", #"{"lastMessage":{"key":\#(key)},"archive":true}"#, 201,
      #"{"chatId":"5511988887777@s.whatsapp.net","archived":true}"#
    ),
    (
      "chat/archiveChat/loja", #"{"chat":"5511988887777@s.whatsapp.net","archive":false}"#, 500,
      #"{"status":500,"error":"Internal Server Error","response":{"message":[{"archived":false,"message":["An error occurred while archiving the chat. Open a calling.","[object Object]"]}]}}"#
    ),
    (
      "chat/markChatUnread/loja", #"{"lastMessage":{"key":\#(key)}}"#, 201,
      #"{"chatId":"5511988887777@s.whatsapp.net","markedChatUnread":true}"#
    ),
    (
      "chat/markChatUnread/loja", "{}", 400,
      #"{"status":400,"error":"Bad Request","response":{"message":[["instance requires property \"lastMessage\""]]}}"#
    ),
    (
      "chat/fetchProfilePictureUrl/loja", #"{"number":"5511988887777"}"#, 200,
      #"{"wuid":"5511988887777@s.whatsapp.net","profilePictureUrl":null}"#
    ),
    (
      "chat/sendPresence/loja", #"{"number":"5511988887777","delay":1,"presence":"composing"}"#, 201,
      #"{"presence":"composing"}"#
    ),
    (
      "chat/sendPresence/loja", #"{"number":"5511988880000","delay":1,"presence":"composing"}"#, 400,
      #"{"status":400,"error":"Bad Request","response":{"message":["[object Object]"]}}"#
    ),
    (
      "chat/sendPresence/loja", #"{"number":"5511988887777","presence":"dormindo"}"#, 400,
      #"{"status":400,"error":"Bad Request","response":{"message":[["presence is not one of enum values: unavailable,available,composing,recording,paused","instance requires property \"delay\""]]}}"#
    ),
    ("instance/setPresence/loja", #"{"presence":"available"}"#, 201, #"{"presence":"available"}"#),
    (
      "instance/setPresence/fechada", #"{"presence":"available"}"#, 400,
      #"{"status":400,"error":"Bad Request","response":{"message":["Error: Connection Closed"]}}"#
    ),
    (
      "chat/checkIsWhatsappNumber/loja", #"{"numbers":["5511988887777"]}"#, 404,
      #"{"status":404,"error":"Not Found","response":{"message":["Cannot POST /chat/checkIsWhatsappNumber/loja"]}}"#
    ),
  ])
  func `a small route answers as Evolution's`(path: String, body: String, status: Int, text: String) async throws {
    try await withSandbox {
      $0.closedInstances = ["fechada"]
    } _: { sandbox, client in
      let answer = try await client.post("/\(path)", body)
      #expect(answer.status == status)
      #expect(answer.text == text)
      #expect(sandbox.receivedCount == 0)
    }
  }

  @Test func `a chat that has messages can be archived by its name`() async throws {
    try await withSandbox { _, client in
      _ = try await client.sendText()
      let answer = try await client.post(
        "/chat/archiveChat/loja", #"{"chat":"5511988887777@s.whatsapp.net","archive":true}"#)
      #expect(answer.text == #"{"chatId":"5511988887777@s.whatsapp.net","archived":true}"#)
    }
  }

  @Test func `settings are kept`() async throws {
    try await withSandbox { _, client in
      let all = #""groupsIgnore":true,"alwaysOnline":false,"readMessages":false,"readStatus":false"#
      let body = #"{"rejectCall":true,"msgCall":"Não",\#(all),"syncFullHistory":false}"#
      let answer = try await client.post("/settings/set/loja", body)
      #expect(answer.status == 201)
      #expect(answer.text == #"{"settings":{"instanceName":"loja","settings":\#(body)}}"#)
      #expect(
        try await client.get("/settings/find/loja").text
          == #"{"rejectCall":true,"msgCall":"Não",\#(all),"syncFullHistory":false,"wavoipToken":""}"#)
      let missing = try await client.post("/settings/set/loja", #"{"rejectCall":true,"msgCall":1}"#)
      #expect(missing.status == 400)
      #expect(missing.text.contains(#"["msgCall is not of a type(s) string","instance requires property \"groups"#))
      #expect(try await client.get("/settings/find/outra").json["groupsIgnore"]?.boolean == false)
    }
  }
}
