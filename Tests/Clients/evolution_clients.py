"""Drives `ifinu sandbox` with two clients of the Evolution API from PyPI, and takes its webhooks.

docs/SANDBOX.md has the commands. It ends with 0 when the clients could do what they do against the real API.
"""

import base64
import contextlib
import hashlib
import hmac
import json
from urllib.parse import quote

import requests
from evolution_api import EvoClient
from evolution_api.exceptions import EvolutionAPIError
from evolution_api.webhooks import parse_webhook
from evolutionapi.client import EvolutionClient
from evolutionapi.exceptions import EvolutionAuthenticationError, EvolutionNotFoundError
from evolutionapi.models.chat import ArchiveChat, Presence, ProfilePicture, ReadMessage, UnreadChat
from evolutionapi.models.instance import InstanceConfig
from evolutionapi.models.message import TextMessage
from evolutionapi.models.presence import PresenceStatus

from testkit.network import QuietHandler, serving
from testkit.servers import Sandbox
from testkit.waiting import eventually

NAME = "ifinu_ana@empresa.com.br_1767225600"
ODD_NAME = "loja #1?/50% do Zé."
NUMBER = "5511988887777"
JID = f"{NUMBER}@s.whatsapp.net"
SECRET = "segredo-do-webhook"


class Listener:
    """Keeps what webhooks tell at `url`."""

    def __init__(self, url):
        self.url = url
        self.calls = []

    def wait_for(self, what, condition):
        return eventually(lambda: next(filter(condition, list(self.calls)), None), what)


@contextlib.contextmanager
def listening():
    class Handler(QuietHandler):
        def do_POST(self):
            body = json.loads(self.body())
            listener.calls.append({"path": self.path, "headers": dict(self.headers), "body": body})
            self.answer(200)

    with serving(Handler) as address:
        listener = Listener(f"http://{address}")
        yield listener


def claims(token):
    """The claims of a token that is signed with the secret."""
    content, signature = token.rsplit(".", 1)
    expected = hmac.new(SECRET.encode(), content.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=") == expected, token
    body = content.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def wait_until_open(state):
    eventually(lambda: state()["instance"]["state"] == "open", "the instance to open")


def drive_evolutionapi(url, listener):
    client = EvolutionClient(url, "global")
    created = client.instances.create_instance(
        InstanceConfig(instanceName=NAME, integration="WHATSAPP-BAILEYS", qrcode=True, number=NUMBER)
    )
    assert created["instance"]["status"] == "connecting", created
    assert created["qrcode"]["base64"].startswith("data:image/png;base64,") and created["qrcode"]["pairingCode"]
    token = created["hash"]
    again = client.instances.create_instance(InstanceConfig(instanceName=NAME, integration="WHATSAPP-BAILEYS"))
    assert again["status"] == 403 and again["response"]["message"] == [f'This name "{NAME}" is already in use.'], again
    operations = client.instance_operations
    wait_until_open(lambda: operations.get_connection_state(NAME, token))
    assert operations.connect(NAME, token) == {"instance": {"instanceName": NAME, "state": "open"}}
    assert [row["name"] for row in client.instances.fetch_instances()] == [NAME]

    hook = {
        "enabled": True,
        "url": f"{listener.url}/own",
        "byEvents": True,
        "headers": {"jwt_key": SECRET, "X-Loja": "7"},
        "events": ["SEND_MESSAGE", "MESSAGES_UPDATE", "CONNECTION_UPDATE"],
    }
    stored = client.post(f"webhook/set/{NAME}", {"webhook": hook}, instance_token=token)
    assert stored["url"] == hook["url"] and stored["webhookByEvents"], stored
    assert client.get(f"webhook/find/{NAME}", instance_token=token)["events"] == hook["events"]

    sent = client.messages.send_text(NAME, TextMessage(number=NUMBER, text="Olá!", delay=1), token)
    key = sent["key"]["id"]
    assert sent["status"] == "PENDING" and sent["key"]["remoteJid"] == JID, sent
    call = listener.wait_for("send.message", lambda c: c["path"] == "/own/send-message")
    assert call["body"]["data"] == sent and call["body"]["destination"] == hook["url"]
    assert call["headers"]["X-Loja"] == "7" and "jwt_key" not in call["headers"]
    proof = claims(call["headers"]["Authorization"].removeprefix("Bearer "))
    assert proof["app"] == "evolution" and proof["action"] == "webhook" and proof["exp"] - proof["iat"] == 600
    for status in ["SERVER_ACK", "DELIVERY_ACK", "READ"]:
        update = listener.wait_for(
            status,
            lambda c, status=status: c["path"] == "/own/messages-update" and c["body"]["data"]["status"] == status,
        )
        assert client.process_message_update(update["body"]["data"])["keyId"] == key
        assert client.convert_webhook_event(update["body"])

    found = client.chat.get_messages(NAME, JID, token, whatsapp_message_id=key, from_me=True)["messages"]
    assert found["total"] == 1 and found["records"][0]["message"] == {"conversation": "Olá!"}, found
    assert found["records"][0]["MessageUpdate"][-1] == {"status": "READ"}
    one_bound = client.chat.get_messages(NAME, JID, token, timestamp_start="2100-01-01T00:00:00Z")["messages"]
    assert one_bound["total"] == 1, one_bound
    past = client.chat.get_messages(
        NAME, JID, token, timestamp_start="2020-01-01T00:00:00Z", timestamp_end="2020-12-31T23:59:59Z"
    )
    assert past["messages"]["total"] == 0

    read = client.chat.mark_message_as_read(NAME, [ReadMessage(JID, True, key)], token)
    assert read == {"message": "Read messages", "read": "success"}
    last = {"key": {"id": key, "fromMe": True, "remoteJid": JID}}
    assert client.chat.archive_chat(NAME, ArchiveChat(last, JID, True), token) == {"chatId": JID, "archived": True}
    unread = client.chat.mark_chat_unread(NAME, UnreadChat(last, JID), token)
    assert unread == {"chatId": JID, "markedChatUnread": True}
    picture = client.chat.fetch_profile_picture_url(NAME, ProfilePicture(NUMBER), token)
    assert picture == {"wuid": JID, "profilePictureUrl": None}
    presence = client.chat.send_presence(NAME, Presence(NUMBER, 1, "composing"), token)
    assert presence == {"presence": "composing"}
    assert operations.set_presence(NAME, PresenceStatus.AVAILABLE, token) == {"presence": "available"}

    assert operations.restart(NAME, token)["instance"]["instanceName"] == NAME
    wait_until_open(lambda: operations.get_connection_state(NAME, token))
    assert operations.logout(NAME, token)["response"] == {"message": "Instance logged out"}
    listener.wait_for(
        "connection.update",
        lambda c: c["path"] == "/own/connection-update" and c["body"]["data"]["state"] == "close",
    )
    assert operations.get_connection_state(NAME, token)["instance"]["state"] == "close"
    code = operations.connect(NAME, token)
    assert set(code) == {"pairingCode", "code", "base64", "count"} and code["count"] == 1, code
    wait_until_open(lambda: operations.get_connection_state(NAME, token))
    for wrong in ["outra", "x" * 40]:
        try:
            operations.get_connection_state(NAME, wrong)
            raise SystemExit("a wrong key was accepted")
        except EvolutionAuthenticationError:
            pass
    assert operations.delete(NAME, token)["response"] == {"message": "Instance deleted"}
    try:
        operations.get_connection_state(NAME, token)
        raise SystemExit("the instance is still there")
    except EvolutionNotFoundError:
        pass


def drive_evolution_whatsapp(url, listener):
    body = {
        "instanceName": ODD_NAME,
        "integration": "WHATSAPP-BAILEYS",
        "token": "meu-token",
        "qrcode": True,
        "webhook": {"url": f"{listener.url}/second", "events": []},
    }
    created = requests.post(f"{url}/instance/create", json=body, headers={"apikey": "global"}, timeout=60)
    assert created.status_code == 201 and created.json()["hash"] == "meu-token", created.text
    assert created.json()["webhook"] == {"webhookUrl": f"{listener.url}/second"}
    # Its paths are not escaped by the client itself.
    with EvoClient(base_url=url, api_key="meu-token", instance=quote(ODD_NAME, safe="")) as client:
        wait_until_open(client.connection_state)
        assert client.connection_state()["instance"]["instanceName"] == ODD_NAME
        sent = client.send_text(NUMBER, "Oi", link_preview=False)
        numbers = client.check_numbers([NUMBER, "5511988880000"])
        assert [entry["exists"] for entry in numbers] == [True, False], numbers
        try:
            client.send_text("5511988880000", "Oi")
            raise SystemExit("a number that is not on WhatsApp was taken")
        except EvolutionAPIError as error:
            assert error.status == 400 and "exists" in error.api_message
    call = listener.wait_for("send.message", lambda c: c["path"] == "/second" and c["body"]["event"] == "send.message")
    event = parse_webhook(call["body"])
    assert event.event_type == "SEND_MESSAGE" and event.instance == ODD_NAME and event.data == sent
    opened = listener.wait_for(
        "open", lambda c: c["path"] == "/second" and c["body"]["data"].get("state") == "open"
    )
    assert parse_webhook(opened["body"]).data.status_reason == 200
    listener.wait_for("the global webhook", lambda c: c["path"] == "/global" and c["body"]["instance"] == ODD_NAME)


def main():
    with listening() as listener:
        options = {
            "api_key": "global", "empty": True, "ack": "read", "ack_delay": "10ms", "pair_after": "100ms",
            "webhook_url": f"{listener.url}/global",
        }
        with Sandbox(**options) as sandbox:
            try:
                drive_evolutionapi(sandbox.url, listener)
                drive_evolution_whatsapp(sandbox.url, listener)
            finally:
                print(sandbox.log_end(), end="")
        print(f"{len(listener.calls)} webhook calls came")


if __name__ == "__main__":
    main()
