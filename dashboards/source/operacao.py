"""What is each process doing? Pool, limiter, breaker, leases, Redis, the process itself and its scrapes."""

from __future__ import annotations

from dashboards.source import queries as q
from dashboards.source.board import Board
from dashboards.source.panels import GREEN, RED, YELLOW, Row, lines, stat, states, table

EACH = "{{instance}}"
BREAKER = {"0": ("fechado", GREEN), "1": ("meio aberto", YELLOW), "2": ("aberto", RED)}
UP = {"0": ("fora", RED), "1": ("no ar", GREEN)}
BUSY = f"{q.series('whatsapp_trabalhadores_ocupados')} / {q.series('whatsapp_trabalhadores')}"
OPEN = q.series("whatsapp_disjuntor_estado", 'estado="aberto"')
HALF_OPEN = q.series("whatsapp_disjuntor_estado", 'estado="meio_aberto"')
REDIS = "whatsapp_redis_duracao_seconds"
HTTP = "http_request_duration_seconds"


def by_instance(name: str, *matchers: str) -> str:
    """Gives a counter's rate in each process."""
    return q.total(q.rate(name, *matchers), "instance")


POOL = Row(
    "Pool de vagas",
    [
        lines(
            "Vagas ocupadas por pod",
            "Vagas com mensagem em mãos; a linha do total é o tamanho do pool.",
            "sempre no total: a Evolution responde devagar ou faltam vagas. Aumente IFINU_WORKERS, custa pouco.",
            [
                (q.series("whatsapp_trabalhadores_ocupados"), EACH),
                (f"max({q.series('whatsapp_trabalhadores')})", "vagas por pod"),
            ],
            "short",
        ),
        lines(
            "Uso do pool",
            "Parte das vagas ocupada em cada pod.",
            "acima de 90 % por 15 min o pool é o gargalo, se o limitador não espera (ao lado, abaixo).",
            [(BUSY, EACH)], "percentunit", high=1, steps=((None, GREEN), (0.9, RED)),
        ),
        lines(
            "Enviadas por pod",
            "Mensagens com sucesso por segundo em cada pod.",
            "um pod muito abaixo dos outros: compare o disjuntor, a memória e o Redis dele; reinicie-o se destoa.",
            [(by_instance("whatsapp_mensagens_total", 'destino="enviada"'), EACH)], "mps",
        ),
    ],
)

PACE = Row(
    "Limitador e disjuntor",
    [
        lines(
            "Taxa permitida e usada por pod",
            "Tentativas por segundo de cada pod diante do que IFINU_RATE permite (0 é sem limite).",
            "colada no limite com fila cheia: aumente IFINU_RATE com cautela, de 50 a 75, ou o número de pods.",
            [
                (by_instance("whatsapp_envios_total"), EACH),
                (f"max({q.series('whatsapp_limitador_taxa')})", "permitida por pod"),
            ],
            "mps", width=6,
        ),
        lines(
            "Fichas do limitador",
            "Fichas que restam em cada pod; com 0, a próxima mensagem espera.",
            "em 0 o tempo todo é o limitador que segura a fila: isso pode ser o desejado.",
            [(q.series("whatsapp_limitador_fichas"), EACH)], "short", width=6,
        ),
        lines(
            "Espera por ficha",
            "Quanto as mensagens esperam por uma ficha.",
            "p95 acima de 1 s: a taxa é menor do que o que o pool pode enviar.",
            [
                (q.quantile(0.5, "whatsapp_limitador_espera_seconds"), "p50"),
                (q.quantile(0.95, "whatsapp_limitador_espera_seconds"), "p95"),
                (q.mean("whatsapp_limitador_espera_seconds"), "média"),
            ],
            "s", width=6,
        ),
        states(
            "Disjuntor",
            "Estado do disjuntor de cada pod. Aberto: a Evolution falhou tantas vezes seguidas que se espera antes de "
            "tentar outra vez.",
            "aberto em todos: a Evolution caiu, `ifinu doctor` a testa. Aberto em um só: a rede desse pod.",
            f"2 * {OPEN} + ignoring (estado) {HALF_OPEN}",
            EACH, width=6, steps=((None, GREEN), (1, YELLOW), (2, RED)), mappings=BREAKER,
        ),
    ],
)

LEASES = Row(
    "Arrendamentos, novas tentativas e cartas mortas",
    [
        lines(
            "Em voo e agendadas",
            "Mensagens arrendadas por workers e novas tentativas à espera da hora, de toda a frota.",
            "em voo maior que as vagas somadas: workers sumiram com elas; voltam após IFINU_LEASE.",
            [(q.in_redis("whatsapp_em_voo"), "em voo"), (q.in_redis("whatsapp_agendadas"), "agendadas")],
            "short", width=6,
        ),
        lines(
            "Recuperadas e perdidas",
            "Arrendamentos de workers sumidos que foram recuperados, e acertos recusados porque o arrendamento já "
            "era de outro, em cada intervalo.",
            "cada perdido pode ser mensagem enviada duas vezes. Veja por que os pods morrem: memória, despejo, prazo.",
            [
                (q.total(q.increase("whatsapp_recuperadas_total")), "recuperadas"),
                (q.total(q.increase("whatsapp_arrendamentos_perdidos_total")), "perdidas"),
            ],
            "short", width=6,
        ),
        lines(
            "Reagendadas e devolvidas por pod",
            "Mensagens que voltam mais tarde (falha passageira) ou à frente da fila (parada do pod), por segundo.",
            "reagendadas em todos os pods: veja os motivos em Visão geral. Devolvidas: há pods reiniciando.",
            [
                (by_instance("whatsapp_mensagens_total", 'destino="reagendada"'), f"reagendadas {EACH}"),
                (by_instance("whatsapp_mensagens_total", 'destino="devolvida"'), f"devolvidas {EACH}"),
            ],
            "mps", width=6,
        ),
        lines(
            "Mortas e descartadas",
            "Cartas mortas feitas em cada pod e as que caíram por excesso, em cada intervalo.",
            "descartadas acima de 0: mensagens somem sem ninguém ver; aumente IFINU_DLQ_MAX ou limpe com `ifinu dlq`.",
            [
                (q.total(q.increase("whatsapp_mortas_total"), "instance"), f"mortas {EACH}"),
                (q.total(q.increase("whatsapp_mortas_descartadas_total")), "descartadas"),
            ],
            "short", width=6,
        ),
    ],
)

STORE = Row(
    "Redis",
    [
        states(
            "Redis visto de cada pod",
            "Se a última conversa de cada pod com o Redis deu certo.",
            "fora em todos: o Redis caiu, nada se perde e nada sai. Fora em um: rede ou senha desse pod.",
            q.series("redis_up"), EACH, width=6, steps=((None, RED), (1, GREEN)), mappings=UP,
        ),
        lines(
            "Tempo do Redis p95 por operação",
            "95 % das operações do worker no Redis terminaram em até isto.",
            "acima de 10 ms: disco (`appendfsync always`), CPU do Redis, rede ou chave gigante de outro sistema.",
            [(q.quantile(0.95, REDIS, by="operacao"), "{{operacao}}")], "s", width=6,
        ),
        lines(
            "Tempo médio do Redis por pod",
            "Média de todas as operações, vista de cada pod.",
            "um pod bem acima dos outros está longe do Redis ou sem CPU.",
            [(q.mean(REDIS, by="instance"), EACH)], "s", width=6,
        ),
        lines(
            "Operações no Redis",
            "Operações com sucesso por segundo.",
            "`reserve` em zero com fila cheia: a busca parou; `/livez` reinicia o pod em 60 s.",
            [(q.total(q.rate(f"{REDIS}_count"), "operacao"), "{{operacao}}")], "ops", width=6,
        ),
    ],
)

PROCESS = Row(
    "Processo",
    [
        lines(
            "CPU por pod",
            "Núcleos usados por cada processo.",
            "colada no limite do pod: o Kubernetes o freia; aumente o limite. CPU não é bom sinal para escalar.",
            [(q.rate("process_cpu_seconds_total"), EACH)], "short",
        ),
        lines(
            "Memória por pod",
            "Memória residente de cada processo.",
            "subida sem fim é vazamento: guarde o gráfico, reinicie o pod e abra um chamado.",
            [(q.series("process_resident_memory_bytes"), EACH)], "bytes",
        ),
        lines(
            "Descritores abertos",
            "Parte dos descritores de arquivo que cada processo usa.",
            "acima de 80 % novas conexões falham em breve: aumente o limite (`ulimit -n`) e veja quem não fecha.",
            [(f"{q.series('process_open_fds')} / {q.series('process_max_fds')}", EACH)], "percentunit",
            high=1, steps=((None, GREEN), (0.8, RED)),
        ),
        lines(
            "Linhas de execução",
            "Threads de cada processo.",
            "deve ser constante: se cresce, guarde o gráfico, reinicie o pod e abra um chamado.",
            [(q.series("process_threads"), EACH)], "short",
        ),
        lines(
            "Rede por pod",
            "Bytes recebidos e enviados por segundo no espaço de rede do processo.",
            "zero com o pod no ar é rede cortada; muito acima do normal é nova tentativa em massa.",
            [
                (q.rate("process_network_receive_bytes_total"), f"recebe {EACH}"),
                (q.rate("process_network_transmit_bytes_total"), f"envia {EACH}"),
            ],
            "binBps",
        ),
        lines(
            "Tempo no ar",
            "Há quanto tempo cada processo roda; um dente é um reinício.",
            "muitos dentes: `kubectl describe pod` diz se foi memória, sonda ou despejo.",
            [(f"time() - {q.series('process_start_time_seconds')}", EACH)], "s",
        ),
        table(
            "Versões no ar",
            "A versão que cada processo roda.",
            "duas versões por mais de alguns minutos: a atualização parou no meio, `kubectl rollout status`.",
            q.series("ifinu_build_info"), "short", width=24, height=6,
        ),
    ],
)

SCRAPES = Row(
    "Coletas",
    [
        states(
            "Alvos do Prometheus",
            "Se o Prometheus consegue ler cada processo.",
            "fora: o pod morreu, a porta não é a de IFINU_HTTP_ADDRESS ou a rede não deixa passar.",
            q.series("up"), EACH, width=6, steps=((None, RED), (1, GREEN)), mappings=UP,
        ),
        lines(
            "Duração da coleta",
            "Quanto o Prometheus leva para ler cada processo.",
            "acima de 1 s: pod sem CPU, ou séries demais (ao lado).",
            [(q.series("scrape_duration_seconds"), EACH)], "s", width=6,
        ),
        lines(
            "Séries por coleta",
            "Séries que cada processo expõe, e as que passaram do limite por família e foram dobradas em `__outros__`.",
            "se cresce sem parar, um rótulo tem valores demais; dobradas acima de 0 são detalhe que se perde.",
            [
                (q.series("scrape_samples_scraped"), EACH),
                (q.total(q.increase("telemetry_series_folded_total")), "dobradas"),
            ],
            "short", width=6,
        ),
        lines(
            "Pedidos HTTP por rota e código",
            "O que o servidor do worker respondeu, por segundo.",
            "503 em `/readyz` é pod fora de serviço; 503 em `outra` são coletas demais ao mesmo tempo.",
            [(f"{q.total(q.rate('http_requests_total'), 'rota, codigo')} > 0", "{{rota}} {{codigo}}")],
            "reqps", width=6,
        ),
        lines(
            "Resposta HTTP p99 por rota",
            "99 % das respostas do servidor do worker saíram em até isto.",
            "`/livez` lenta é processo sem CPU: o Kubernetes vai reiniciá-lo.",
            [(f"{q.quantile(0.99, HTTP, by='rota')} >= 0", "{{rota}}")], "s", width=12,
        ),
        lines(
            "Pedidos HTTP em curso",
            "Pedidos que o servidor do worker responde agora, por rota.",
            "perto de 8 em `/metrics` as próximas coletas recebem 503: há coletores demais.",
            [(f"max by (rota) ({q.series('http_requests_in_flight')})", "{{rota}}")], "short", width=6,
        ),
        stat(
            "Alvos fora",
            "Processos que o Prometheus conhece e não consegue ler.",
            "acima de 0: veja “Alvos do Prometheus” e o pod correspondente.",
            f"count({q.series('up')}) - {q.total(q.series('up'))}", "short", width=6, height=8,
            steps=((None, GREEN), (1, RED)),
        ),
    ],
)

OPERACAO = Board(
    "ifinu-operacao",
    "O que cada processo faz: pool, limitador, disjuntor, arrendamentos, Redis, processo e coletas, por pod.",
    [POOL, PACE, LEASES, STORE, PROCESS, SCRAPES],
)
