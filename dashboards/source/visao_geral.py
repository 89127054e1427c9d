"""Is it going well? The objectives, the traffic, how long messages wait, and what could not be sent."""

from __future__ import annotations

from dashboards.source import queries as q
from dashboards.source.board import Board
from dashboards.source.panels import BLUE, GREEN, RED, YELLOW, Row, heatmap, lines, stat

SHARE_STEPS = ((None, RED), (q.OBJECTIVE, YELLOW), (0.995, GREEN))
BUDGET_STEPS = ((None, RED), (0.0, YELLOW), (0.25, GREEN))
WAITED = "whatsapp_fila_espera_seconds"
ANSWER = "whatsapp_envio_duracao_seconds"

NOW = Row(
    "Agora",
    [
        stat(
            "Enviadas por segundo",
            "Mensagens aceitas pela Evolution por segundo, em toda a frota.",
            "zero com fila cheia é parada: veja o disjuntor e o Redis em Operação.",
            q.SENT, "mps", decimals=1,
        ),
        stat(
            "Tentativas que falham",
            "Parte das tentativas que terminou em falha ou sem resposta.",
            "veja em “Falhas por motivo” qual motivo cresce; cada um tem sua cura em docs/OPERATIONS.md.",
            q.FAILING, "percentunit", decimals=1, steps=((None, GREEN), (0.05, YELLOW), (0.10, RED)),
        ),
        stat(
            "Mensagens na fila",
            "Mensagens que esperam nas filas escolhidas, lidas do Redis.",
            "se também cresce o tempo para esvaziar, veja em Capacidade o que limita: vagas, taxa ou Evolution.",
            q.BACKLOG, "short", steps=((None, GREEN), (5000, YELLOW), (10000, RED)),
        ),
        stat(
            "A mais antiga espera há",
            "Idade da mensagem mais antiga que ainda espera; sem dados quando as filas estão vazias.",
            "`urgente` passa à frente de `whatsapp`, e esta de `baixa`: veja por fila qual ficou para trás.",
            f"max({q.OLDEST})", "s", decimals=0, steps=((None, GREEN), (300, YELLOW), (900, RED)),
        ),
        stat(
            "Tempo para esvaziar",
            "O que está pronto para sair dividido pelo que sai por segundo, se nada mais entrasse.",
            "acima de 30 min, aumente pods ou taxa (Capacidade). Sem dados com fila cheia: nada sai. O que espera por sua "
            "instância fica de fora: veja Instâncias.",
            q.DRAIN, "s", decimals=0, steps=((None, GREEN), (600, YELLOW), (1800, RED)),
        ),
        stat(
            "Cartas mortas",
            "Mensagens desistidas que o Redis guarda.",
            "`ifinu dlq list` mostra o motivo de cada uma; corrija a causa e devolva com `ifinu dlq requeue`.",
            q.in_redis("whatsapp_dlq_tamanho"), "short", steps=((None, GREEN), (1, YELLOW), (1000, RED)),
        ),
    ],
)

OBJECTIVES = Row(
    "Objetivos (SLO) e orçamento de erro, 30 dias",
    [
        stat(
            "Tentativas sem falha nossa",
            "Objetivo: 99 % das tentativas em 30 dias sem falha nossa ou da Evolution. O que é de um cliente só (número "
            "inexistente, telefone desligado, bloqueio …) não entra na conta.",
            "abaixo de 99 % o orçamento acabou: adie mudanças e trate o motivo que mais pesa.",
            f"1 - {q.failure_share('30d')}", "percentunit", width=6, decimals=2, steps=SHARE_STEPS, instant=True,
        ),
        stat(
            "Orçamento de falhas que resta",
            "Quanto do 1 % de falhas permitidas em 30 dias ainda não foi gasto.",
            "negativo é objetivo perdido. Se cai depressa, veja “Consumo do orçamento”.",
            f"1 - {q.failure_share('30d')} / {q.BUDGET}", "percentunit", width=6, decimals=1,
            steps=BUDGET_STEPS, instant=True,
        ),
        stat(
            "Saíram em até 5 minutos",
            "Objetivo: 99 % das mensagens da fila `whatsapp` saem em até 5 minutos, sem contar as que esperaram por sua "
            "instância. Aqui entra também a espera imposta pela taxa configurada; nos alertas, não.",
            "compare com a espera do limitador em Operação: se é ela, a taxa é que é baixa, não o sistema que é lento.",
            f"1 - ({q.late_share('30d')})", "percentunit", width=6, decimals=2, steps=SHARE_STEPS, instant=True,
        ),
        stat(
            "Orçamento de atrasos que resta",
            "Quanto do 1 % de atrasos permitidos em 30 dias ainda não foi gasto.",
            "negativo é objetivo perdido: aumente a capacidade antes do próximo pico das 09:00.",
            f"1 - ({q.late_share('30d')}) / {q.BUDGET}", "percentunit", width=6, decimals=1,
            steps=BUDGET_STEPS, instant=True,
        ),
        lines(
            "Consumo do orçamento de falhas",
            "Quantas vezes mais depressa que o permitido o orçamento é gasto: a 1× dura 30 dias, a 14,4× dois.",
            "acima de 14,4× em 5 min e em 1 h alguém é chamado: ache o motivo em “Falhas por motivo”.",
            [(f"{q.failure_share(window)} / {q.BUDGET}", window) for window in ("5m", "1h", "6h")],
            "none", width=12, height=7, steps=((None, GREEN), (6, YELLOW), (14.4, RED)),
        ),
        lines(
            "Consumo do orçamento de atrasos",
            "O mesmo para mensagens de `whatsapp` que esperaram mais de 5 minutos.",
            "sobe nos picos: se volta só, é capacidade; se fica, algo parou. Veja a fila e o tempo para esvaziar.",
            [(f"({q.late_share(window)}) / {q.BUDGET}", window) for window in ("5m", "1h", "6h")],
            "none", width=12, height=7, steps=((None, GREEN), (6, YELLOW), (14.4, RED)),
        ),
    ],
)

TRAFFIC = Row(
    "Tráfego e falhas",
    [
        lines(
            "Mensagens por destino",
            "O que houve com cada mensagem retirada da fila, por segundo.",
            "`reagendada` alta é falha passageira que se repete; `devolvida` alta é pod que para a toda hora.",
            [(q.total(q.rate("whatsapp_mensagens_total"), "destino"), "{{destino}}")], "mps", stacked=True,
        ),
        lines(
            "Taxa de falha",
            "Parte das tentativas que falhou e parte que ficou sem resposta.",
            "acima de 10 % o alerta TaxaFalhaAlta dispara: olhe os motivos ao lado.",
            [
                (f"{q.total(q.rate('whatsapp_envios_total', matcher))} / {q.ATTEMPTS}", name)
                for name, matcher in (("falha", 'resultado="falha"'), ("incerto", 'resultado="incerto"'))
            ],
            "percentunit", steps=((None, GREEN), (0.10, RED)),
        ),
        lines(
            "Falhas por motivo",
            "Tentativas que falharam, por motivo e por segundo.",
            "`credencial` e `instancia_desconhecida` matam toda mensagem: pare os workers e corrija. `servidor`, "
            "`conexao` e `tempo_esgotado`: veja a Evolution. `limite` e `bloqueio`: baixe a taxa.",
            [(f"{q.total(q.rate('whatsapp_falhas_total'), 'motivo')} > 0", "{{motivo}}")], "mps", stacked=True,
        ),
    ],
)

LATENCY = Row(
    "Latência",
    [
        heatmap(
            "Espera até o envio",
            "Do `criado_em`, ou da hora marcada, até o pedido sair: quanto mais forte, mais mensagens.",
            "a mancha que sobe é fila que cresce; veja em Operação se é o limitador, o pool ou a Evolution.",
            q.total(q.increase(f"{WAITED}_bucket", q.LANE), "le"), width=12,
        ),
        lines(
            "Espera até o envio, percentis",
            "Metade, 95 % e 99 % das mensagens esperaram no máximo isto.",
            "p99 longe do p50 é uma fila ou um grupo de reenvios que ficou para trás: veja por fila.",
            [(q.quantile(share, WAITED, q.LANE), f"p{share * 100:g}") for share in (0.5, 0.95, 0.99)],
            "s", width=6,
        ),
        lines(
            "Espera p95 por fila",
            "95 % das mensagens de cada fila esperaram no máximo isto.",
            "`baixa` pode esperar; se `urgente` espera, há urgentes demais ou nada sai.",
            [(q.quantile(0.95, WAITED, q.LANE, by="fila"), "{{fila}}")], "s", width=6,
        ),
        heatmap(
            "Resposta da Evolution",
            "Tempo de cada resposta da Evolution, de todos os resultados.",
            "a mancha que sobe é a Evolution que demora: veja a CPU dela e o banco dela.",
            q.total(q.increase(f"{ANSWER}_bucket"), "le"), width=12,
        ),
        lines(
            "Resposta da Evolution, percentis",
            "Metade, 95 % e 99 % dos envios com sucesso terminaram em até isto.",
            "a vaga fica ocupada por esse tempo: se dobra, a capacidade do pod cai à metade.",
            [(q.quantile(share, ANSWER, 'resultado="sucesso"'), f"p{share * 100:g}") for share in (0.5, 0.95, 0.99)],
            "s", width=6,
        ),
        lines(
            "Resposta p95 por resultado",
            "95 % das respostas de cada resultado vieram em até isto.",
            "falha lenta é tempo esgotado; falha rápida é recusa: o log traz `class` e `detail`.",
            [(q.quantile(0.95, ANSWER, by="resultado"), "{{resultado}}")], "s", width=6,
        ),
    ],
)

QUEUE = Row(
    "Fila",
    [
        lines(
            "Mensagens na fila",
            "Mensagens que esperam em cada fila.",
            "subida reta sem descida: entra mais do que sai. Acima de 10.000 por 10 min dispara FilaWhatsAppGrande.",
            [(q.total(q.LENGTHS, "fila"), "{{fila}}")], "short", stacked=True,
        ),
        lines(
            "Idade da mais antiga",
            "Há quanto tempo espera a mensagem na ponta de cada fila; sem linha quando a fila está vazia.",
            "sobe 1 s por segundo: essa fila não anda. Veja a fila acima dela e o disjuntor.",
            [(q.OLDEST, "{{fila}}")], "s",
        ),
        lines(
            "Tempo para esvaziar",
            "Fila dividida pelo que sai por segundo. Interrompida: nada sai.",
            "se não cai com mais pods, o limite é a Evolution ou a taxa da frota: veja Capacidade.",
            [(q.DRAIN, "para esvaziar")], "s", steps=((None, GREEN), (1800, RED)),
        ),
    ],
)

DEAD = Row(
    "Cartas mortas e incertas",
    [
        lines(
            "Cartas mortas por motivo",
            "Mensagens desistidas em cada intervalo, por motivo.",
            "`payload_invalido` é do produtor; `tentativas_esgotadas` é da Evolution; `veneno` derruba workers. "
            "`ifinu dlq list --reason MOTIVO`.",
            [(f"{q.total(q.increase('whatsapp_mortas_total'), 'motivo')} > 0", "{{motivo}}")], "short",
            width=12, stacked=True,
        ),
        lines(
            "Cartas mortas guardadas",
            "Quantas o Redis guarda, e quantas esperam nova tentativa.",
            "perto de IFINU_DLQ_MAX as mais velhas caem sem ninguém ver: trate-as ou aumente o limite.",
            [(q.in_redis("whatsapp_dlq_tamanho"), "mortas"), (q.in_redis("whatsapp_agendadas"), "agendadas")], "short",
            width=6,
        ),
        stat(
            "Incertas no período",
            "Envios cuja resposta não veio no período escolhido: ninguém sabe se chegaram.",
            "confira no WhatsApp se chegou, depois apague ou devolva pelo id (docs/RELIABILITY.md).",
            q.total(q.increase("whatsapp_envios_total", 'resultado="incerto"', window="$__range")), "short",
            width=3, height=8, decimals=0, steps=((None, GREEN), (1, YELLOW), (20, RED)), instant=True,
        ),
        stat(
            "Último sucesso",
            "Quando a frota entregou a última mensagem à Evolution.",
            "mais de 5 min com fila cheia é parada: siga o roteiro da fila parada em docs/OPERATIONS.md.",
            f"max({q.series('whatsapp_ultimo_envio_timestamp_seconds')}) * 1000", "dateTimeFromNow",
            width=3, height=8, steps=((None, BLUE),), instant=True,
        ),
    ],
)

VISAO_GERAL = Board(
    "ifinu-visao-geral",
    "Vai bem? Objetivos e orçamento, tráfego, falhas, latência, fila e cartas mortas de toda a frota.",
    [NOW, OBJECTIVES, TRAFFIC, LATENCY, QUEUE, DEAD],
)
