"""Is there enough of it, and what would help? Pods, backlog and rate per pod, the limits, and the autoscaler."""

from __future__ import annotations

from dashboards.source import queries as q
from dashboards.source.board import Board
from dashboards.source.panels import BLUE, GREEN, RED, YELLOW, Row, lines, stat, table

DESIRED = "kube_horizontalpodautoscaler_status_desired_replicas"
CURRENT = "kube_horizontalpodautoscaler_status_current_replicas"
LEAST = "kube_horizontalpodautoscaler_spec_min_replicas"
MOST = "kube_horizontalpodautoscaler_spec_max_replicas"
READS = "kube_horizontalpodautoscaler_status_target_metric"
TARGET = "kube_horizontalpodautoscaler_spec_target_metric"
PATIENCE_SECONDS = 300

# Refusals take no time: with them in the mean, a dead Evolution would look like endless capacity.
ANSWER_SECONDS = q.mean("whatsapp_envio_duracao_seconds", 'resultado="sucesso"')
SLOTS = q.total(q.series("whatsapp_trabalhadores"))
LIMIT = q.total(q.series("whatsapp_limitador_taxa"))
# What the slots could send if nothing held them: each is busy for one answer at a time.
SLOT_RATE = f"{SLOTS} / ({ANSWER_SECONDS})"
BUSY = f"{q.total(q.series('whatsapp_trabalhadores_ocupados'))} / {SLOTS}"
GROWTH = q.total(q.shared(f"deriv({q.series('whatsapp_fila_tamanho', q.LANE)}[{q.WINDOW}])", "fila"))
NEEDED = f"ceil({q.READY} / ({PATIENCE_SECONDS} * {q.DONE} / {q.PODS} > 0))"

PODS = Row(
    "Pods",
    [
        stat(
            "Pods agora",
            "Workers que o Prometheus lê agora.",
            "menos que o desejado: pods não sobem (imagem, recursos, nó cheio) ou não são lidos. `kubectl get pods`.",
            q.PODS, "short", decimals=0, steps=((None, BLUE),),
        ),
        stat(
            "Pods desejados",
            "Quantos o HPA quer agora. Sem dados fora do Kubernetes.",
            "acima dos pods de agora por minutos: falta nó ou cota. Sem dados no Kubernetes: kube-state-metrics parou.",
            f"max({q.kube(DESIRED)})", "short", decimals=0, steps=((None, BLUE),),
        ),
        stat(
            "Pods no máximo",
            "O teto do HPA. Sem dados fora do Kubernetes.",
            "desejados no teto (alerta PodsNoMaximo): veja primeiro se mais pods ajudariam: linha “Limites”.",
            f"max({q.kube(MOST)})", "short", decimals=0, steps=((None, BLUE),),
        ),
        stat(
            "Pods para 5 minutos",
            "Quantos pods esvaziariam a fila em 5 minutos, cada um no ritmo de agora.",
            "acima do teto do HPA: aumente o teto, ou vagas e taxa por pod se a Evolution aguenta.",
            NEEDED, "short", decimals=0, steps=((None, GREEN), (10, YELLOW), (20, RED)),
        ),
        stat(
            "Fila por pod",
            "Mensagens prontas para sair divididas pelos pods: as que esperam por sua instância ficam de fora.",
            "é o número que o autoscaler segue: se cresce e os pods não, veja o roteiro em docs/OPERATIONS.md.",
            f"{q.READY} / {q.PODS}", "short", decimals=0, steps=((None, GREEN), (500, YELLOW), (1000, RED)),
        ),
        stat(
            "Tempo para esvaziar",
            "O que está pronto para sair dividido pelo que sai por segundo.",
            "acima de 30 min com pods no teto: o limite é outro, veja “Limites”.",
            q.DRAIN, "s", decimals=0, steps=((None, GREEN), (600, YELLOW), (1800, RED)),
        ),
    ],
)

BACKLOG = Row(
    "Fila e vazão",
    [
        lines(
            "Fila e fila por pod",
            "Mensagens que esperam, as que já podem sair, e estas por pod.",
            "prontas sobem e por pod não: o autoscaler acompanha. As duas sobem: ele não escala ou bateu no teto. Só o "
            "total sobe: esperam por suas instâncias, e pods não ajudam.",
            [(q.BACKLOG, "total"), (q.READY, "prontas"), (f"{q.READY} / {q.PODS}", "prontas por pod")], "short",
        ),
        lines(
            "Crescimento da fila",
            "Mensagens por segundo que entram além das que saem; negativo é fila que esvazia.",
            "positivo por 15 min: falta vazão. Compare com o que falta até o limite, abaixo.",
            [(GROWTH, "crescimento")], "mps", low=None,
        ),
        lines(
            "Tempo para esvaziar",
            "O que está pronto para sair dividido pelo que sai por segundo. Interrompida: nada sai.",
            "se não cai quando entram pods, eles não ajudam: a Evolution ou a taxa da frota é o limite.",
            [(q.DRAIN, "para esvaziar")], "s", steps=((None, GREEN), (1800, RED)),
        ),
    ],
)

LIMITS = Row(
    "Limites: o que segura a vazão",
    [
        lines(
            "Vazão da frota e seus limites",
            "Tentativas por segundo, o que os limitadores somados permitem, e o que as vagas dariam no tempo de "
            "resposta de agora.",
            "a menor das duas linhas de limite é o gargalo: taxa (IFINU_RATE ou mais pods) ou vagas (IFINU_WORKERS ou "
            "Evolution mais rápida).",
            [(q.ATTEMPTS, "vazão"), (LIMIT, "limite da taxa"), (SLOT_RATE, "limite das vagas")], "mps", width=12,
        ),
        lines(
            "Vazão por pod e seu limite",
            "Tentativas por segundo de cada pod, e a taxa que cada um pode usar.",
            "todos colados no limite: mais pods somam taxa. Longe dele com fila cheia: faltam vagas ou Evolution.",
            [
                (q.total(q.rate("whatsapp_envios_total"), "instance"), "{{instance}}"),
                (f"max({q.series('whatsapp_limitador_taxa')})", "limite por pod"),
            ],
            "mps", width=12,
        ),
        lines(
            "Uso dos limites",
            "Quanto da taxa e das vagas da frota está em uso.",
            "taxa a 100 %: mais pods ou mais taxa. Vagas a 100 % e taxa longe disso: aumente as vagas por pod.",
            [(f"{q.ATTEMPTS} / ({LIMIT} > 0)", "taxa"), (BUSY, "vagas")], "percentunit",
            steps=((None, GREEN), (0.9, RED)),
        ),
        lines(
            "Espera por ficha, média",
            "Quanto uma mensagem já retirada da fila espera pelo limitador.",
            "acima de 1 s: a taxa é o gargalo; menos vagas por pod não mudariam nada.",
            [(q.mean("whatsapp_limitador_espera_seconds"), "espera média")], "s",
        ),
        lines(
            "Resposta média da Evolution",
            "Quanto tempo um envio com sucesso ocupa uma vaga; interrompida: nenhum teve sucesso.",
            "cresce junto com os pods: a Evolution está no limite dela, e mais pods só pioram.",
            [(ANSWER_SECONDS, "resposta média")], "s",
        ),
    ],
)

COST = Row(
    "Custo",
    [
        lines(
            "CPU da frota",
            "Núcleos usados por todos os workers, e por cem mensagens por segundo.",
            "por mensagem cresce: falhas e novas tentativas gastam sem entregar.",
            [
                (q.total(q.rate("process_cpu_seconds_total")), "total"),
                (f"100 * {q.total(q.rate('process_cpu_seconds_total'))} / ({q.SENT} > 1)", "por 100 msg/s"),
            ],
            "short", width=12,
        ),
        lines(
            "Memória da frota",
            "Memória residente de todos os workers, e do maior deles.",
            "menos processos com mais IFINU_WORKERS fazem o mesmo trabalho com menos memória.",
            [
                (q.total(q.series("process_resident_memory_bytes")), "total"),
                (f"max({q.series('process_resident_memory_bytes')})", "maior"),
            ],
            "bytes", width=12,
        ),
    ],
)

AUTOSCALER = Row(
    "Autoscaler (HPA)",
    [
        lines(
            "Pods: agora, desejados e limites",
            "O que o HPA tem, o que quer e entre que limites. Sem dados fora do Kubernetes.",
            "desejado no teto por 30 min: alerta PodsNoMaximo. Desejado acima de agora: pods não sobem.",
            [
                (q.kube(CURRENT), "agora"),
                (q.kube(DESIRED), "desejados"),
                (q.kube(LEAST), "mínimo"),
                (q.kube(MOST), "máximo"),
            ],
            "short", width=12,
        ),
        lines(
            "Métrica do HPA e seu alvo",
            "O que o HPA lê e o alvo que busca, por métrica. Sem dados fora do Kubernetes.",
            "sem linha no Kubernetes: o HPA não recebe a métrica; veja o KEDA ou o prometheus-adapter.",
            [
                (q.kube(READS), "{{metric_name}} {{metric_target_type}}"),
                (q.kube(TARGET), "alvo {{metric_name}} {{metric_target_type}}"),
            ],
            "short", width=12,
        ),
        table(
            "Condições do HPA",
            "Cada condição do HPA e se vale agora. Sem dados fora do Kubernetes.",
            "`ScalingActive` falsa: sem métrica. `ScalingLimited` verdadeira: bateu no mínimo ou no teto. "
            "`AbleToScale` falsa: `kubectl describe hpa`.",
            f"{q.kube('kube_horizontalpodautoscaler_status_condition')} == 1", "short", width=24, height=6,
        ),
    ],
)

CAPACIDADE = Board(
    "ifinu-capacidade",
    "Há o bastante, e o que ajudaria: pods, fila e vazão por pod, limites, custo e o autoscaler.",
    [PODS, BACKLOG, LIMITS, COST, AUTOSCALER],
    with_hpa=True,
)
