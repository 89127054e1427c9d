"""Days that a fleet has, and what each of them must raise: everything that a day does not name must keep silent.

A day is told in the words of `day_model`. Whoever adds an alert adds a day on which it fires, and sees here whether it
cries on the others.
"""

from __future__ import annotations

from dataclasses import dataclass

from day_model import During, burst, during, growing, office_hours, shrinking


@dataclass(frozen=True)
class Fires:
    """An alert that must fire; with `after` not before that moment, and then within so many minutes."""

    name: str
    severity: str
    after: str | None = None
    within: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.severity


@dataclass(frozen=True)
class Day:
    """A day and all that it raises, the Watchdog left out."""

    name: str
    changes: tuple[During, ...]
    fires: tuple[Fires, ...] = ()


def pages(name: str, after: str | None = None, within: int = 0) -> Fires:
    return Fires(name, "critical", after, within)


def warns(name: str, after: str | None = None, within: int = 0) -> Fires:
    return Fires(name, "warning", after, within)


def informs(name: str) -> Fires:
    return Fires(name, "info")


# The pods' names, and how many there are so many minutes after the load has come: half as many more, or two, a minute.
PODS = "abcdefghijklmnopqrst"
GROWTH = ((1, 4), (2, 6), (3, 9), (4, 14), (5, 20))
MORNING = burst("09:00", 20_000)
ALL_DAY = ("00:00", "24:00")

DAYS = [
    Day("a healthy burst at 09:00", (MORNING,)),
    Day("a silent night, and a silent day after it", (during(*ALL_DAY, arrivals=0.0),)),
    Day(
        "a rollout at noon: every pod replaced, one after the other",
        (
            MORNING,
            during("12:00", "12:02", pods=("b",)),
            during("12:02", "12:03", pods=("b", "c")),
            during("12:03", "12:05", pods=("c",)),
            during("12:05", "24:00", pods=("c", "d")),
        ),
    ),
    Day(
        "a campaign of 100,000 at the rate's bound",
        (burst("10:00", 100_000), during(*ALL_DAY, rate=30.0)),
        (
            warns("FilaWhatsAppGrande", "10:00", 15),
            warns("MensagemEsperandoDemais", "10:15", 10),
        ),
    ),
    Day(
        "a campaign of 100,000 over many numbers, for which the autoscaler adds pods",
        (
            burst("10:00", 100_000),
            *(during(f"10:{minute:02}", "10:20", pods=tuple(PODS[:number])) for minute, number in GROWTH),
        ),
    ),
    Day(
        "Evolution answers so slowly that more comes than goes",
        (during("10:00", "11:30", answer_seconds=15.0),),
        (
            warns("TrabalhadoresSaturados", "10:00", 25), warns("FilaNaoEsvazia", "10:30", 30),
            warns("MensagemEsperandoDemais"), pages("QueimaRapidaDoOrcamento", "10:00", 60),
            warns("QueimaLentaDoOrcamento"),
        ),
    ),
    Day(
        "a campaign of 300,000, which the rate that was set can't carry in time",
        (burst("10:00", 300_000),),
        (
            warns("FilaWhatsAppGrande"), warns("MensagemEsperandoDemais"), informs("LimitadorSaturado"),
            warns("LimiteDaFrotaAtingido", "10:30", 10),
        ),
    ),
    Day(
        "a campaign of 100,000 on three slow numbers, 3 s apart",
        (
            MORNING,
            during(
                "10:00", "24:00",
                parked={"ritmo": shrinking("10:00", 100_000, 60)}, instances={"ritmo": 3},
                late_from_instance=60.0,
            ),
        ),
    ),
    Day(
        "a bad list: 60 % of the numbers don't exist",
        (MORNING, during("09:00", "11:00", failing={"numero_inexistente": 0.6})),
        (warns("MortasCrescendo", "09:00", 30),),
    ),
    Day(
        "a list with many that have opted out",
        (MORNING, during("09:00", "11:00", counting={'whatsapp_mortas_total{motivo="descadastrado"}': 30})),
    ),
    Day(
        "a phone off, among healthy others, and back in the evening",
        (
            MORNING,
            during(
                "08:00", "19:00", failing={"instancia_indisponivel": 0.15}, parked={"parada": growing("08:00", 1)},
                instances={"parada": 1}, parked_since="08:00",
            ),
            during("19:00", "19:10", late_from_instance=66.0),
        ),
        (warns("InstanciasParadas", "08:30", 10),),
    ),
    Day(
        "twelve phones that were off since the night, found when the morning's burst comes",
        (
            MORNING,
            during(
                "09:00", "24:00", parked={"parada": growing("09:00", 120, 1_200)}, instances={"parada": 12},
                parked_since="09:00",
            ),
        ),
        (warns("InstanciasParadas", "09:30", 10),),
    ),
    Day(
        "phones that go off and on all day where messages come one by one: only they are ever seen to wait",
        (
            during(
                "08:00", "24:00", parked={"parada": growing("08:00", 0.4)},
                instances={"parada": growing("08:00", 0.2, 20)}, parked_since="08:20",
            ),
        ),
        (warns("InstanciasParadas"), warns("InstanciasParadasEmMassa")),
    ),
    Day(
        "a phone off for a whole day: its messages are about to die",
        (during("01:00", "24:00", parked={"parada": 40}, instances={"parada": 1}, parked_since="01:00"),),
        (warns("InstanciasParadas"), warns("EstacionadasPertoDoPrazo", "19:00", 10)),
    ),
    Day(
        "messages of a phone that was off too long have died",
        (during("12:00", "12:20", counting={'whatsapp_mortas_total{motivo="instancia_parada"}': 100}),),
        (warns("MortasCrescendo"),),
    ),
    Day(
        "a wrong key from 10:00 to 16:00, met by one instance after the other: every one is parked, and no message dies",
        (
            MORNING,
            during(
                "10:00", "16:00", arrivals=0.0, parked={"parada": growing("10:00", 120)},
                instances={"parada": growing("10:00", 40, 200)}, parked_since="10:00",
            ),
            during("16:00", "16:10", arrivals=lambda minute: office_hours(minute), late_from_instance=4_320.0),
        ),
        (
            pages("InstanciasParadasEmMassa", "10:00", 15), warns("InstanciasParadasEmMassa", "10:00", 10),
            warns("InstanciasParadas"),
        ),
    ),
    Day(
        "a wrong key for half an hour, met by so many instances in a row that the breakers open",
        (MORNING, during("11:00", "11:30", evolution=False, refusal="credencial")),
        (
            pages("DisjuntorAberto", "11:00", 5), warns("DisjuntorAberto"), pages("EnvioParado", "11:00", 12),
            warns("FilaNaoEsvazia"), pages("QueimaRapidaDoOrcamento"), warns("QueimaLentaDoOrcamento"),
            warns("MensagemEsperandoDemais"),
        ),
    ),
    Day(
        "one of two shards loses its sessions in the middle of the burst",
        (
            burst("09:00", 60_000),
            during(
                "09:02", "12:00", parked={"parada": 10_000}, instances={"parada": 110}, parked_since="09:02",
                failing={"instancia_indisponivel": 0.02},
            ),
        ),
        (
            pages("InstanciasParadasEmMassa", "09:02", 10), warns("InstanciasParadasEmMassa", "09:02", 10),
            warns("InstanciasParadas"),
        ),
    ),
    Day(
        "Evolution is away for half an hour",
        (MORNING, during("11:00", "11:30", evolution=False)),
        (
            pages("DisjuntorAberto", "11:00", 5), warns("DisjuntorAberto"), pages("EnvioParado", "11:00", 12),
            warns("FilaNaoEsvazia"), pages("QueimaRapidaDoOrcamento"), warns("QueimaLentaDoOrcamento"),
            warns("MensagemEsperandoDemais"),
        ),
    ),
    Day(
        "Redis is away for ten minutes",
        (MORNING, during("19:00", "19:10", redis=False)),
        (pages("RedisForaDoAr", "19:00", 4), warns("RedisForaDoAr")),
    ),
    Day(
        "a slow leak: 2 % of the attempts fail, from morning to night",
        (during(*ALL_DAY, failing={"servidor": 0.02}),),
        (warns("QueimaLentaDoOrcamento"),),
    ),
    Day(
        "Evolution fails a third of the attempts, and a bad list beside it must not hide that",
        (during("10:00", "12:00", failing={"servidor": 0.3, "numero_inexistente": 0.5}),),
        (
            warns("TaxaFalhaAlta", "10:00", 15), pages("TaxaFalhaAlta", "10:00", 15),
            pages("QueimaRapidaDoOrcamento", "10:00", 30), warns("QueimaLentaDoOrcamento"), warns("MortasCrescendo"),
        ),
    ),
    Day(
        "Evolution takes requests and does not answer, and keeps no messages to look them up in",
        (
            during(
                "10:00", "10:30", failing={"incerto": 0.05},
                counting={'whatsapp_reconciliadas_total{resultado="desconhecida"}': 3.0},
            ),
        ),
        (warns("EnviosIncertos"), warns("ConsultasSemResposta", "09:59", 15), warns("MortasCrescendo")),
    ),
    Day(
        "uncertain sends that were looked up and had arrived",
        (during("10:00", "10:30", counting={'whatsapp_reconciliadas_total{resultado="enviada"}': 3.0}),),
    ),
    Day(
        "daily caps in the way of two campaigns",
        (
            MORNING,
            during(
                "09:30", "24:00", parked={"limite_diario": 4_000}, instances={"limite_diario": 2},
            ),
        ),
        (informs("LimiteDiarioAtingido"),),
    ),
    Day(
        "quiet hours, an instance that an operator has paused, and messages in order behind a retry",
        (
            during(
                "00:00", "24:00", parked={"silencio": 500, "pausada": 200, "ordem": 20},
                instances={"silencio": 40, "pausada": 1},
            ),
            during("08:00", "08:10", late_from_instance=50.0),
        ),
    ),
    Day(
        "pods that are killed while they hold messages",
        (during("12:00", "12:10", counting={"whatsapp_recuperadas_total": 2.0}),),
        (warns("ArrendamentosRecuperados"),),
    ),
    Day(
        "a pod that stood still and lost its leases",
        (during("12:00", "12:02", counting={"whatsapp_arrendamentos_perdidos_total": 2.0}),),
        (warns("ArrendamentosPerdidos"),),
    ),
    Day(
        "a pod that no longer answers Prometheus",
        (during("12:00", "24:00", pods=("a",), silent_pods=("b",)),),
        (warns("AlvoAusente", "12:00", 15),),
    ),
    Day(
        "a night's deployment that does not start",
        (during("03:00", "03:30", pods=(), silent_pods=("c", "d"), arrivals=0.0), during("03:30", "24:00", pods=("e", "f"))),
        (pages("AlvoAusente", "03:00", 7), warns("AlvoAusente")),
    ),
    Day(
        "one pod takes nothing in the middle of a campaign",
        (burst("10:00", 50_000), during("10:00", "12:00", frozen_pods=("b",))),
        (warns("ReservaParada", "10:00", 15), warns("FilaWhatsAppGrande"), warns("QueimaLentaDoOrcamento"),
         pages("QueimaRapidaDoOrcamento")),
    ),
    Day(
        "the dead letters fill up, and are full",
        (
            during("10:00", "12:00", others={"whatsapp_dlq_tamanho": 85_000.0}),
            during(
                "12:00", "12:20", frozen_pods=("a", "b"),
                others={"whatsapp_dlq_tamanho": 100_000.0, "whatsapp_entrada_pausada": 1.0},
            ),
        ),
        (
            warns("MortasPertoDoLimite"), pages("MortasCheias", "12:00", 2), pages("EnvioParado"), warns("ReservaParada"),
            warns("QueimaLentaDoOrcamento"), pages("QueimaRapidaDoOrcamento"),
        ),
    ),
    Day(
        "dead letters that nobody looked at fall off",
        (during("12:00", "12:05", counting={"whatsapp_mortas_descartadas_total": 5.0}),),
        (warns("MortasDescartadas"),),
    ),
    Day(
        "a leak of descriptors",
        (during("12:00", "24:00", others={"process_open_fds": 900.0}),),
        (warns("DescritoresNoLimite", "12:00", 12),),
    ),
    Day(
        "the autoscalers at their maximum",
        (
            during(
                "12:00", "14:00",
                outside={
                    'kube_deployment_status_replicas{deployment="evolution-api"}': 20.0,
                    'kube_horizontalpodautoscaler_status_current_replicas{horizontalpodautoscaler="ifinu-worker"}': 20.0,
                    'kube_horizontalpodautoscaler_spec_max_replicas{horizontalpodautoscaler="ifinu-worker"}': 20.0,
                },
            ),
        ),
        (warns("PodsNoMaximo", "12:00", 32), warns("AutoescalaNoMaximo", "12:00", 32)),
    ),
]
