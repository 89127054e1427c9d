"""Which numbers send, and which don't? Instances by state, what waits for them and why, stops, look-ups, duplicates."""

from __future__ import annotations

from dashboards.source import queries as q
from dashboards.source.board import Board
from dashboards.source.panels import BLUE, GREEN, RED, YELLOW, Row, lines, stat

BY_STATE = q.total(q.shared(q.series("whatsapp_instancias"), "estado"), "estado")
BY_REASON = q.total(q.shared(q.series("whatsapp_estacionadas"), "motivo"), "motivo")
PARKED = q.total(q.shared(q.series("whatsapp_estacionadas"), "motivo"))
WAITED = "whatsapp_instancia_espera_seconds"
OLDEST = f"time() - min({q.series('whatsapp_estacionada_mais_antiga_timestamp_seconds')})"
LONGEST = f"max({q.series('whatsapp_estacionada_maximo_seconds')})"
REASON = "{{motivo}}"


def in_state(state: str) -> str:
    """Gives how many instances are in a state, over the chosen fleets."""
    return q.total(q.shared(q.series("whatsapp_instancias", f'estado="{state}"')))


NOW = Row(
    "Agora",
    [
        stat(
            "Instâncias com mensagens",
            "Números de WhatsApp para os quais alguma mensagem espera, em qualquer estado.",
            "muito mais que o normal desta hora: algo segura a todas; veja ao lado e em Operação.",
            q.total(q.shared(q.series("whatsapp_instancias"), "estado")), "short", decimals=0, steps=((None, BLUE),),
        ),
        stat(
            "Paradas",
            "Instâncias que não enviam: telefone desligado, sessão perdida, chave, licença ou bloqueio.",
            "`ifinu instances` diz quais e por quê. Muitas de uma vez: é o servidor da Evolution, não um cliente.",
            in_state("parada"), "short", decimals=0, steps=((None, GREEN), (1, YELLOW), (10, RED)),
        ),
        stat(
            "No limite do dia",
            "Instâncias que já enviaram o que podem hoje, com mensagens que esperam por amanhã.",
            "todo dia as mesmas: a lista é grande demais para o número; combine com o cliente ou aumente `por_dia`.",
            in_state("limite_diario"), "short", decimals=0, steps=((None, GREEN), (1, YELLOW)),
        ),
        stat(
            "Prontas para sair",
            "Mensagens que não esperam por sua instância: é o que os pods podem enviar agora.",
            "cresce: falta vazão, veja Capacidade. É este número, e não a fila inteira, que o autoscaler segue.",
            q.READY, "short", decimals=0, steps=((None, GREEN), (5000, YELLOW), (10000, RED)),
        ),
        stat(
            "Esperam por sua instância",
            "Mensagens que ficam de lado até que sua instância possa enviá-las; o resto passa à frente.",
            "veja o motivo em “Por que as mensagens esperam”. Mais pods não ajudam estas.",
            PARKED, "short", decimals=0, steps=((None, BLUE),),
        ),
        stat(
            "Parada há mais tempo",
            "Há quanto tempo espera a mensagem mais antiga de uma instância parada; sem dados quando não há nenhuma.",
            "perto de IFINU_PARK_MAX ela morre (instancia_parada): reconecte o telefone ou aumente o prazo.",
            OLDEST, "s", decimals=0, steps=((None, GREEN), (1800, YELLOW), (64800, RED)),
        ),
    ],
)

WAITING = Row(
    "Quem espera, e por quê",
    [
        lines(
            "Instâncias por estado",
            "Instâncias com mensagens à espera, pelo que as segura agora.",
            "`parada` sobe de uma vez: procure um motivo comum (alerta InstanciasParadasEmMassa). `ritmo` é o normal de "
            "quem tem intervalo.",
            [(BY_STATE, "{{estado}}")], "short", width=12, stacked=True,
        ),
        lines(
            "Por que as mensagens esperam",
            "Mensagens que esperam por sua instância: intervalo, limite do dia, silêncio, parada, pausa, ou a ordem "
            "atrás de outra.",
            "`ritmo` que não cai: o número é lento demais para a lista. `parada` que cresce: `ifinu instances`.",
            [(BY_REASON, REASON)], "short", width=12, stacked=True,
        ),
    ],
)

STOPS = Row(
    "Paradas",
    [
        lines(
            "Paradas por motivo",
            "Instâncias que pararam, pela falha que as parou, em cada intervalo.",
            "`credencial` ou `licenca`: é a chave ou o servidor, `ifinu doctor`. `instancia_indisponivel`: o telefone.",
            [(q.total(q.increase("whatsapp_instancia_paradas_total"), "motivo"), REASON)], "short",
        ),
        lines(
            "A mais antiga e o prazo",
            "Há quanto tempo espera a mensagem mais antiga de uma instância parada, e o prazo (IFINU_PARK_MAX).",
            "a três quartos do prazo vem o alerta EstacionadasPertoDoPrazo; no prazo ela vira carta morta.",
            [(OLDEST, "a mais antiga"), (LONGEST, "prazo")], "s",
        ),
        lines(
            "Mortas por parada ou descadastro",
            "Mensagens que esperaram demais por sua instância, e as de quem pediu para não receber, em cada intervalo.",
            "`instancia_parada`: depois de reconectar, `ifinu dlq requeue --reason instancia_parada --instance NOME`.",
            [
                (
                    q.total(q.increase("whatsapp_mortas_total", 'motivo=~"instancia_parada|descadastrado"'), "motivo"),
                    REASON,
                )
            ],
            "short",
        ),
    ],
)

WAITS = Row(
    "Quanto esperam",
    [
        lines(
            "Espera pela instância, p50",
            "Quanto esperou por sua instância a metade das mensagens que saíram, por motivo.",
            "`ritmo` em horas: divida a lista entre mais números, ou diminua o intervalo se o número aguenta.",
            [(q.quantile(0.5, WAITED, by="motivo"), REASON)], "s",
        ),
        lines(
            "Espera pela instância, p95",
            "Quanto esperaram no máximo 95 % das mensagens que saíram, por motivo.",
            "compare com o p50: só a cauda longa é um ou outro número; as duas longas são quase todos.",
            [(q.quantile(0.95, WAITED, by="motivo"), REASON)], "s",
        ),
        lines(
            "Saíram depois de esperar",
            "Mensagens por segundo que esperaram por sua instância e saíram, por motivo.",
            "zero com muitas estacionadas: nada volta; veja as paradas e os limites do dia.",
            [(q.total(q.rate(f"{WAITED}_count"), "motivo"), REASON)], "mps", stacked=True,
        ),
    ],
)

DOUBTS = Row(
    "Incertos e repetidas",
    [
        lines(
            "Consultas por resultado",
            "Envios incertos que se procuraram na Evolution: tinham saído, não tinham, ou não se soube; em cada intervalo.",
            "`desconhecida` na maioria: a Evolution não guarda mensagens ou não responde (alerta ConsultasSemResposta).",
            [(q.total(q.increase("whatsapp_reconciliadas_total"), "resultado"), "{{resultado}}")], "short", width=12,
        ),
        lines(
            "Repetidas e estacionadas",
            "Mensagens por segundo que não saíram porque o mesmo id já saíra (IFINU_DEDUP_WINDOW), e as que foram postas "
            "de lado por causa da instância.",
            "repetidas acima de zero o tempo todo: um produtor enfileira duas vezes; procure o id no registro.",
            [
                (q.total(q.rate("whatsapp_mensagens_total", f'destino="{name}"')), f"{name}s")
                for name in ("duplicada", "estacionada")
            ],
            "mps", width=12,
        ),
    ],
)

INSTANCIAS = Board(
    "ifinu-instancias",
    "Quais números enviam e quais não: estados, por que as mensagens esperam, paradas, consultas e repetidas.",
    [NOW, WAITING, STOPS, WAITS, DOUBTS],
)
