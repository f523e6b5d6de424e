"""Counts for Prometheus: sums over everybody, about nobody. Needs the extra ``metrics``."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from inglenook_server.relay import Relay


class RelayCollector(Collector):
    """Reads the relay's counters when asked."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def collect(self) -> Iterator[Metric]:
        counters = self._relay.counters
        for name, text, value in (
            ("events_stored", "Envelopes stored.", counters.events_stored),
            ("pushes", "Pushes.", counters.pushes),
            ("pulls", "Pulls.", counters.pulls),
            ("pages_streamed", "Pages sent on live streams.", counters.pages_streamed),
            ("readers_dropped", "Live streams closed as too slow.", counters.readers_dropped),
        ):
            yield CounterMetricFamily(f"nook_relay_{name}", text, value=value)
        answers = CounterMetricFamily(
            "nook_relay_refusals", "Answers that are not 2xx.", labels=["code"]
        )
        for code, count in sorted(counters.answers_by_code.items()):
            answers.add_metric([code], count)
        yield answers
        yield GaugeMetricFamily("nook_relay_streams", "Live streams.", value=self._relay.hub.count)
        yield GaugeMetricFamily(
            "nook_relay_spaces_cached", "Spaces in memory.", value=len(self._relay.spaces)
        )


def start_metrics(relay: Relay, port: int) -> None:
    """Serve ``/metrics`` on 127.0.0.1, from a thread of its own."""
    registry = CollectorRegistry()
    registry.register(RelayCollector(relay))
    start_http_server(port, addr="127.0.0.1", registry=registry)
