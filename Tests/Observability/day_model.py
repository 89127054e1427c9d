"""A model of a day: what comes in, what goes wrong, and the series that the pods of a fleet would show, minute by minute.

The arithmetic is that of a queue and no more: messages come, as many go out as the pods may send, some attempts fail.
What waits for an instance is told by the day itself. Everything follows from the day, and no chance is in it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

MINUTES = 24 * 60
JOB = 'namespace="ifinu-production",job="ifinu"'
TENANTS = 200
LANES = ("urgente", "whatsapp", "baixa")
# How attempts end, by reason: what is tried again, what is dead at once; the others park their instance, and the message
# waits with it.
RETRIED = ("tempo_esgotado", "servidor", "conexao", "licenca", "limite")
DEAD = ("numero_inexistente", "requisicao_invalida", "incerto")
PARKING = ("credencial", "instancia_desconhecida", "instancia_indisponivel", "bloqueio")
DEATHS = (*DEAD, "tentativas_esgotadas", "instancia_parada", "descadastrado")
STATES = ("ativa", "pausada", "ritmo", "limite_diario", "silencio", "parada")
WAITS = ("ritmo", "limite_diario", "silencio", "parada", "pausada", "ordem")
LOOKUPS = ("enviada", "ausente", "desconhecida")
RETRY_MINUTES = 5
PROBES_A_MINUTE = 2  # of an open breaker: one every 30 s
FAILURES_TO_OPEN = 20
PARK_MAX_SECONDS = 24 * 3600
# Bounds of the histograms of waiting that a rule reads.
IN_TIME = 300.0
ABSENT = "_"

Number = float | Callable[[int], float]


def at(clock: str) -> int:
    """The minute of a day: "09:30" is 570."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def growing(since: str, a_minute: float, most: float = float("inf")) -> Callable[[int], float]:
    """A number that grows from a moment on."""
    return lambda minute: min(most, max(0.0, (minute - at(since)) * a_minute))


def shrinking(since: str, first: float, a_minute: float) -> Callable[[int], float]:
    """A number that falls to nothing from a moment on."""
    return lambda minute: max(0.0, first - max(0, minute - at(since)) * a_minute)


def office_hours(minute: int) -> float:
    """Two messages a second from 8 to 20, one a minute else."""
    return 120.0 if at("08:00") <= minute < at("20:00") else 1.0


@dataclass(frozen=True)
class Conditions:
    """What a minute is like."""

    arrivals: Number = office_hours  # messages a minute that may go out at once
    pods: tuple[str, ...] = ("a", "b")
    silent_pods: tuple[str, ...] = ()  # known to Prometheus, without an answer
    rate: float = 50.0  # messages a second of a pod; 0 for no limit
    slots: int = 10
    answer_seconds: float = 0.15
    evolution: bool = True
    refusal: str = "conexao"  # why attempts fail while there is no Evolution for them
    redis: bool = True
    frozen_pods: tuple[str, ...] = ()  # take nothing, though they could
    failing: Mapping[str, float] = field(default_factory=dict)  # share of the attempts, by reason
    parked: Mapping[str, Number] = field(default_factory=dict)  # messages that wait for their instance, by reason
    instances: Mapping[str, Number] = field(default_factory=dict)  # instances that wait, by state; `ativa` by what is ready
    parked_since: str | None = None  # when the one that waits longest for its stopped instance came to wait
    late_from_instance: Number = 0.0  # messages a minute that go out after hours of waiting for their instance
    others: Mapping[str, float] = field(default_factory=dict)  # gauges of each pod in place of the usual
    counting: Mapping[str, float] = field(default_factory=dict)  # counters of each pod that grow by so much a minute
    outside: Mapping[str, float] = field(default_factory=dict)  # series of others than the worker


@dataclass(frozen=True)
class During:
    """From one moment to another, some things are different."""

    start: str
    end: str
    changes: Mapping[str, object]

    def covers(self, minute: int) -> bool:
        return at(self.start) <= minute < at(self.end)


def during(start: str, end: str, **changes: object) -> During:
    """`during("10:00", "10:30", evolution=False)`; the names are those of Conditions."""
    return During(start, end, changes)


def burst(when: str, messages: float) -> During:
    """So many messages at once, on top of the usual."""
    first = at(when)
    end = f"{(first + 1) // 60:02}:{(first + 1) % 60:02}"
    return During(when, end, {"arrivals": lambda minute: office_hours(minute) + messages})


class Fleet:
    """The queue and its pods; `samples` are the values of each series, one a minute."""

    def __init__(self) -> None:
        self.samples: dict[str, list[float | None]] = {}
        self._minute = 0
        self._waiting: deque[list[float]] = deque()  # [minute of arrival, messages]
        self._returns: dict[int, float] = defaultdict(float)
        self._counters: dict[str, dict[str, float]] = {}
        self._dead = 0.0
        self._failures_in_a_row = 0.0

    @property
    def ready(self) -> float:
        return sum(messages for _, messages in self._waiting)

    def live(self, conditions: Sequence[Conditions]) -> dict[str, list[float | None]]:
        """Goes through the minutes, and gives the series."""
        for now in conditions:
            self._advance(now)
            self._minute += 1
        return {name: values + [None] * (len(conditions) - len(values)) for name, values in self.samples.items()}

    def _advance(self, now: Conditions) -> None:
        counted: dict[str, float] = defaultdict(float, now.counting)
        arrived = self._value(now.arrivals) + self._returns.pop(self._minute, 0.0)
        if arrived:
            self._waiting.append([self._minute, arrived])
        working = [pod for pod in now.pods if pod not in now.frozen_pods] if now.redis else []
        attempts = min(self.ready, self._capacity(now, len(working)))
        self._attempt(now, attempts, len(working), counted)
        self._wait_for_instances(now, counted)
        share = 1 / len(working) if working else 0.0
        for pod in now.pods:
            self._count(pod, counted, now.counting, share if pod in working else 0.0)
            self._show(now, pod, attempts * share if pod in working else 0.0)
        for pod in (*now.pods, *now.silent_pods):
            self._put(f'up{{{JOB},instance="{pod}:9464"}}', float(pod in now.pods))
        for series, value in now.outside.items():
            self._put(series, value)

    def _capacity(self, now: Conditions, pods: int) -> float:
        if not now.evolution and self._failures_in_a_row >= FAILURES_TO_OPEN * pods:
            return PROBES_A_MINUTE * pods
        by_slots = now.slots / now.answer_seconds
        by_rate = now.rate or by_slots
        return 60 * pods * min(by_slots, by_rate) if now.evolution else FAILURES_TO_OPEN * pods

    def _attempt(self, now: Conditions, attempts: float, pods: int, counted: dict[str, float]) -> None:
        failing = now.failing if now.evolution else {now.refusal: 1.0}
        failed = {reason: attempts * share for reason, share in failing.items()}
        self._failures_in_a_row = self._failures_in_a_row + attempts if not now.evolution else 0.0
        sent = attempts - sum(failed.values())
        uncertain = failed.get("incerto", 0.0)
        counted['whatsapp_envios_total{resultado="sucesso"}'] += sent
        counted['whatsapp_envios_total{resultado="incerto"}'] += uncertain
        counted['whatsapp_envios_total{resultado="falha"}'] += sum(failed.values()) - uncertain
        counted['whatsapp_mensagens_total{destino="enviada"}'] += sent
        counted['whatsapp_redis_duracao_seconds_count{operacao="reserve"}'] += attempts
        for reason in (*RETRIED, *DEAD, *PARKING):
            counted[f'whatsapp_falhas_total{{motivo="{reason}"}}'] += failed.get(reason, 0.0)
        for reason in DEATHS:
            deaths = failed.get(reason, 0.0)
            counted[f'whatsapp_mortas_total{{motivo="{reason}"}}'] += deaths
            counted['whatsapp_mensagens_total{destino="morta"}'] += deaths
            self._dead += deaths
        again = sum(failed.get(reason, 0.0) for reason in RETRIED)
        counted['whatsapp_mensagens_total{destino="reagendada"}'] += again
        self._returns[self._minute + RETRY_MINUTES] += again
        late, went = 0.0, attempts
        while went > 0 and self._waiting:
            arrived, messages = self._waiting[0]
            taken = min(went, messages)
            late += taken if 60 * (self._minute - arrived) > IN_TIME else 0.0
            went -= taken
            if taken == messages:
                self._waiting.popleft()
            else:
                self._waiting[0][1] -= taken
        self._wait("whatsapp_fila_espera_seconds", 'fila="whatsapp"', attempts, late, counted)

    def _wait_for_instances(self, now: Conditions, counted: dict[str, float]) -> None:
        late = self._value(now.late_from_instance)
        self._wait("whatsapp_instancia_espera_seconds", 'motivo="parada"', late, late, counted)
        self._wait("whatsapp_fila_espera_seconds", 'fila="whatsapp"', late, late, counted)
        counted['whatsapp_envios_total{resultado="sucesso"}'] += late
        for result in LOOKUPS:
            counted[f'whatsapp_reconciliadas_total{{resultado="{result}"}}'] += 0.0

    @staticmethod
    def _wait(histogram: str, labels: str, messages: float, late: float, counted: dict[str, float]) -> None:
        counted[f"{histogram}_count{{{labels}}}"] += messages
        counted[f'{histogram}_bucket{{{labels},le="300"}}'] += messages - late

    def _count(self, pod: str, counted: Mapping[str, float], of_each: Mapping[str, float], share: float) -> None:
        mine = self._counters.setdefault(pod, defaultdict(float))
        for name, growth in counted.items():
            mine[name] += growth if name in of_each else growth * share
            self._put(_labelled(name, pod), mine[name])

    def _show(self, now: Conditions, pod: str, attempts: float) -> None:
        busy = min(now.slots, attempts / 60 * now.answer_seconds)
        is_open = not now.evolution and self._failures_in_a_row >= FAILURES_TO_OPEN
        gauges: dict[str, float] = {
            "whatsapp_trabalhadores": now.slots,
            "whatsapp_trabalhadores_ocupados": busy,
            "whatsapp_limitador_taxa": now.rate,
            'whatsapp_disjuntor_estado{estado="fechado"}': float(not is_open),
            "redis_up": float(now.redis),
            "process_open_fds": 40.0,
            "process_max_fds": 1024.0,
        }
        if now.redis:
            gauges |= self._in_redis(now)
        for name, value in (gauges | now.others).items():
            self._put(_labelled(name, pod), value)

    def _in_redis(self, now: Conditions) -> dict[str, float]:
        parked = {reason: self._value(now.parked.get(reason, 0.0)) for reason in WAITS}
        lengths = dict.fromkeys(LANES, 0.0) | {"whatsapp": self.ready + sum(parked.values())}
        instances = {state: self._value(now.instances.get(state, 0.0)) for state in STATES}
        instances["ativa"] = instances["ativa"] or min(TENANTS - sum(instances.values()), self.ready)
        gauges = {
            "whatsapp_em_voo": now.slots * len(now.pods) if self.ready else 0.0,
            "whatsapp_dlq_tamanho": self._dead,
            "whatsapp_dlq_limite": 100_000.0,
            "whatsapp_entrada_pausada": 0.0,
            "whatsapp_estacionada_maximo_seconds": PARK_MAX_SECONDS,
            **{f'whatsapp_fila_tamanho{{fila="{lane}"}}': length for lane, length in lengths.items()},
            **{f'whatsapp_estacionadas{{motivo="{reason}"}}': count for reason, count in parked.items()},
            **{f'whatsapp_instancias{{estado="{state}"}}': count for state, count in instances.items()},
        }
        if self._waiting:
            gauges['whatsapp_fila_mais_antiga_timestamp_seconds{fila="whatsapp"}'] = 60.0 * self._waiting[0][0]
        if now.parked_since is not None:
            gauges["whatsapp_estacionada_mais_antiga_timestamp_seconds"] = 60.0 * at(now.parked_since)
        return gauges

    def _value(self, number: Number) -> float:
        return number(self._minute) if callable(number) else number

    def _put(self, series: str, value: float) -> None:
        values = self.samples.setdefault(series, [])
        values.extend([None] * (self._minute - len(values)))
        values.append(value)


def _labelled(name: str, pod: str) -> str:
    plain, _, labels = name.partition("{")
    return f'{plain}{{{JOB},instance="{pod}:9464"{"," + labels[:-1] if labels else ""}}}'


def replayed(changes: Sequence[During]) -> dict[str, list[float | None]]:
    """The series of a day; of what two changes say at the same time, the later one holds."""
    conditions = []
    for minute in range(MINUTES):
        now = Conditions()
        for each in changes:
            if each.covers(minute):
                now = replace(now, **each.changes)
        conditions.append(now)
    return Fleet().live(conditions)


def notation(values: Sequence[float | None]) -> str:
    """Values as promtool reads them, equal ones counted."""
    parts: list[str] = []
    position = 0
    while position < len(values):
        end = position
        while end + 1 < len(values) and values[end + 1] == values[position]:
            end += 1
        times, value = end - position, values[position]
        if value is None:
            # A pod that is gone leaves stale markers; before it came there was nothing.
            parts += ["stale" if position else ABSENT, *([f"{ABSENT}x{times}"] if times else [])]
        else:
            text = f"{value:.6f}".rstrip("0").rstrip(".")
            parts.append(f"{text}x{times}" if times else text)
        position = end + 1
    return " ".join(parts)
