"""The messages that are sent, as producers write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

Document = Callable[[str, str], bytes]  # of an identifier and the time of its creation

TEXT = (
    "Olá, Maria! Lembrete da Padaria São Jorge: sua cobrança de R$ 149,90 vence em 15/12/2025. "
    "Pague pelo PIX para evitar juros e multa. Dúvidas? É só responder a esta mensagem. Obrigado!"
)
TENANTS = [f"9a7a6c1f-2b11-4d59-8a6c-0d8b5a3e{number:04x}" for number in range(20)]


def now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def plain(identifier: str, created: str) -> bytes:
    """A text ready to go, on the instance that it names."""
    return _json(
        {
            "id": identifier,
            "instancia": "bench",
            "telefone": "5511988887777",
            "texto": f"{identifier} {TEXT}",
            "criado_em": created,
        }
    )


def plain_of(instance: Callable[[int], str]) -> Document:
    """Texts ready to go, each on the instance of its number."""

    def document(identifier: str, created: str) -> bytes:
        name = instance(int(identifier.rpartition("_")[2]))
        return plain(identifier, created).replace(b'"instancia":"bench"', b'"instancia":"%s"' % name.encode(), 1)

    return document


def charge(identifier: str, created: str) -> bytes:
    """A charge notification of one of the tenants: instance and text are the worker's to find."""
    tenant = TENANTS[int(identifier.rpartition("_")[2]) % len(TENANTS)]
    customer = "0d8b5a3e-0a0e-4d59-8a6c-0a7a6c1f2b11"
    return _json(
        {
            "id": identifier,
            "tipo_notificacao": "lembrete",
            "cobranca": {
                "id": "5f0c2a38-7f53-4a0c-9a3c-1f2f30f1b2aa",
                "clienteId": customer,
                "usuarioId": tenant,
                "valor": 1234.56,
                "dataVencimento": "2025-12-15T00:00:00-03:00",
                "descricao": "Mensalidade de dezembro",
                "status": "PENDENTE",
                "cliente": {
                    "id": customer,
                    "nome": "Maria da Silva",
                    "telefone": "11988887777",
                    "email": "maria@example.com",
                },
                "asaasPaymentUrl": "https://www.asaas.com/i/abc123",
            },
            "tentativas": 0,
            "proxima_tentativa": "0001-01-01T00:00:00Z",
            "criado_em": created,
        }
    )


def _json(document: dict) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
