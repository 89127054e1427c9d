"""The worker's series as PromQL: each selector carries the dashboard's variables, so that no panel forgets one."""

from __future__ import annotations

SCOPE = 'namespace=~"$namespace", job=~"$job", instance=~"$instance"'
LANE = 'fila=~"$fila"'
WINDOW = "$__rate_interval"

# The targets of the two objectives over 30 days, and which failures are a tenant's own: alerts/rules/recording.yml says
# why, and a test holds both to the same reasons.
OBJECTIVE = 0.99
BUDGET = 0.01
NOT_OURS = (
    'motivo!~"numero_inexistente|requisicao_invalida|bloqueio|limite|instancia_indisponivel|instancia_desconhecida'
    '|credencial"'
)
# Prometheus keeps the bound as it was exposed: 300 in the text format, 300.0 in OpenMetrics.
WITHIN_5_MINUTES = r'le=~"300(\\.0)?"'
WHATSAPP = 'fila="whatsapp"'
SUCCEEDED = 'resultado="sucesso"'


def series(name: str, *matchers: str) -> str:
    """Gives the series of the chosen processes."""
    return f"{name}{{{', '.join((SCOPE, *matchers))}}}"


def rate(name: str, *matchers: str) -> str:
    """Gives the growth a second over Grafana's own window, which never falls between two scrapes."""
    return f"rate({series(name, *matchers)}[{WINDOW}])"


def increase(name: str, *matchers: str, window: str = WINDOW) -> str:
    """Gives the growth over a window; the long ones of the objectives are no business of the zoom level."""
    return f"increase({series(name, *matchers)}[{window}])"


def quantile(share: float, histogram: str, *matchers: str, by: str = "") -> str:
    """Gives a percentile of a histogram, for each value of `by` if given."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, sum by ({labels}) ({rate(histogram + '_bucket', *matchers)}))"


def mean(histogram: str, *matchers: str, by: str = "") -> str:
    """Gives the mean of what a histogram saw."""
    seconds = total(rate(f"{histogram}_sum", *matchers), by)
    return f"{seconds} / {total(rate(f'{histogram}_count', *matchers), by)}"


def kube(name: str) -> str:
    """Gives a series of kube-state-metrics; its job and instance are its own, so only these two variables apply."""
    return f'{name}{{namespace=~"$namespace", horizontalpodautoscaler=~"$hpa"}}'


def shared(expression: str, *labels: str) -> str:
    """Gives what every process of a fleet reads from its one Redis: once a fleet, as the processes all say the same."""
    return f"max by ({', '.join(('namespace', 'job', *labels))}) ({expression})"


def in_redis(gauge: str) -> str:
    """Gives such a number over the chosen fleets."""
    return total(shared(series(gauge)))


def total(expression: str, by: str = "") -> str:
    """Gives the sum over processes, for each value of `by` if given."""
    return f"sum by ({by}) ({expression})" if by else f"sum({expression})"


LENGTHS = shared(series("whatsapp_fila_tamanho", LANE), "fila")
BACKLOG = total(LENGTHS)
OLDEST = f"time() - min by (fila) ({series('whatsapp_fila_mais_antiga_timestamp_seconds', LANE)})"
DONE = total(rate("whatsapp_mensagens_total", 'destino=~"enviada|morta"'))
# What may go out now, without what waits for its instance: subtracted within each process, whose gauges are of one moment.
_EACH = "namespace, job, instance"
READY = total(
    shared(f"{total(series('whatsapp_fila_tamanho'), _EACH)} - {total(series('whatsapp_estacionadas'), _EACH)}")
)
DRAIN = f"{READY} / ({DONE} > 0)"
SENT = total(rate("whatsapp_mensagens_total", 'destino="enviada"'))
FAILED = total(rate("whatsapp_envios_total", 'resultado!="sucesso"'))
ATTEMPTS = total(rate("whatsapp_envios_total"))
FAILING = f"{FAILED} / ({ATTEMPTS} > 0)"
PODS = f"count({series('ifinu_build_info')})"


def failure_share(window: str) -> str:
    """Gives the share of attempts that failed for our own or Evolution's reasons; a tenant's own are left out."""
    bad = f"sum({increase('whatsapp_falhas_total', NOT_OURS, window=window)})"
    good = f"sum({increase('whatsapp_envios_total', SUCCEEDED, window=window)})"
    return f"{bad} / ({good} + {bad})"


def late_share(window: str) -> str:
    """Gives the share of messages of the lane `whatsapp` that waited for more than five minutes, and not for their instance."""
    all_of_them, late = _counted("whatsapp_fila_espera_seconds", window, WHATSAPP)
    _, by_instance = _counted("whatsapp_instancia_espera_seconds", window)
    return f"clamp_min({late} - ({by_instance}), 0) / ({all_of_them} - ({by_instance}))"


def _counted(histogram: str, window: str, *matchers: str) -> tuple[str, str]:
    """Gives how many waited, and how many of them for more than five minutes."""
    count = f"sum({increase(f'{histogram}_count', *matchers, window=window)})"
    in_time = f"sum({increase(f'{histogram}_bucket', *matchers, WITHIN_5_MINUTES, window=window)})"
    return count, f"{count} - {in_time}"
