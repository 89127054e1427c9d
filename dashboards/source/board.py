"""The frame that the dashboards share: variables, links, and the grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboards.source.panels import DATASOURCE, Json, Row

COLUMNS = 24
ALL = {"selected": True, "text": ["All"], "value": ["$__all"]}
TITLES = {
    "ifinu-visao-geral": "IFINU / Visão geral",
    "ifinu-operacao": "IFINU / Operação",
    "ifinu-capacidade": "IFINU / Capacidade",
    "ifinu-instancias": "IFINU / Instâncias",
}
SCRAPED = 'namespace=~"$namespace", job=~"$job"'
HPA = 'kube_horizontalpodautoscaler_spec_max_replicas{namespace=~"$namespace"}'


@dataclass(frozen=True)
class Board:
    """One dashboard."""

    uid: str
    description: str
    rows: Sequence[Row]
    with_hpa: bool = False

    def as_json(self) -> Json:
        """Gives the document that Grafana imports."""
        return {
            "annotations": {"list": []},
            "description": self.description,
            "editable": False,
            "fiscalYearStartMonth": 0,
            "graphTooltip": 1,
            "links": [_link(uid) for uid in TITLES if uid != self.uid],
            "panels": list(_panels(self.rows)),
            "refresh": "30s",
            "schemaVersion": 39,
            "tags": ["ifinu", "whatsapp"],
            "templating": {"list": _variables(self.with_hpa)},
            "time": {"from": "now-3h", "to": "now"},
            "timepicker": {},
            "timezone": "browser",
            "title": TITLES[self.uid],
            "uid": self.uid,
        }


def _link(uid: str) -> Json:
    return {
        "asDropdown": False,
        "icon": "dashboard",
        "includeVars": True,
        "keepTime": True,
        "tags": [],
        "targetBlank": False,
        "title": TITLES[uid],
        "tooltip": "",
        "type": "link",
        "url": f"/d/{uid}",
    }


def _panels(rows: Sequence[Row]) -> Iterator[Json]:
    """Lays the panels out line by line; a line is as high as its highest panel."""
    identifier, y = 0, 0
    for row in rows:
        identifier += 1
        yield _heading(row.title, identifier, y)
        x, y, height = 0, y + 1, 0
        for panel in row.panels:
            if x + panel.width > COLUMNS:
                x, y, height = 0, y + height, 0
            identifier += 1
            yield panel.as_json(identifier, x, y)
            x, height = x + panel.width, max(height, panel.height)
        y += height


def _heading(title: str, identifier: int, y: int) -> Json:
    place = {"h": 1, "w": COLUMNS, "x": 0, "y": y}
    return {"collapsed": False, "gridPos": place, "id": identifier, "panels": [], "title": title, "type": "row"}


def _variables(with_hpa: bool) -> list[Json]:
    variables = [
        _datasource(),
        # Outside Kubernetes no series has a namespace: `.*` takes those without the label, too.
        _query("namespace", "Namespace", "label_values(ifinu_build_info, namespace)", ".*"),
        _query("job", "Job", 'label_values(ifinu_build_info{namespace=~"$namespace"}, job)', ".+"),
        _query("instance", "Instance", f"label_values(ifinu_build_info{{{SCRAPED}}}, instance)", ".+"),
        _query("fila", "Fila", f"label_values(whatsapp_fila_tamanho{{{SCRAPED}}}, fila)", ".+"),
    ]
    if with_hpa:
        variables.append(_query("hpa", "HPA", f"label_values({HPA}, horizontalpodautoscaler)", ".*ifinu.*"))
    return variables


def _datasource() -> Json:
    return {
        "current": {},
        "hide": 0,
        "includeAll": False,
        "label": "Data source",
        "multi": False,
        "name": "datasource",
        "options": [],
        "query": "prometheus",
        "refresh": 1,
        "regex": "",
        "skipUrlSync": False,
        "type": "datasource",
    }


def _query(name: str, label: str, query: str, all_value: str) -> Json:
    on_time_change = 2
    return {
        "allValue": all_value,
        "current": ALL,
        "datasource": DATASOURCE,
        "hide": 0,
        "includeAll": True,
        "label": label,
        "multi": True,
        "name": name,
        "options": [],
        "query": query,
        "refresh": on_time_change,
        "regex": "",
        "skipUrlSync": False,
        "sort": 1,
        "type": "query",
    }
