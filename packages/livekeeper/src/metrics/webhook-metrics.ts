import { Counter, Gauge, type Registry } from "prom-client";

/** How deliveries to webhooks go. */
export interface WebhookStats {
	/** Webhooks at work. */
	webhooks: number;
	/** Of those, webhooks that are paused because they keep failing. */
	paused: number;
	/** Pairs of a webhook and a room. */
	lanes: number;
	/** Requests under way. */
	inFlight: number;
	/** Lanes that wait for their turn to send. */
	ready: number;
	/** Requests since the service started, by how they ended. */
	delivered: number;
	failed: number;
}

/** Deliveries to webhooks, counted by the dispatcher. */
export function webhookMetrics(registry: Registry, stats: () => WebhookStats): void {
	const registers = [registry];
	const gauge = (name: string, help: string, value: (stats: WebhookStats) => number) =>
		new Gauge({
			name: `livekeeper_${name}`,
			help,
			registers,
			collect() {
				this.set(value(stats()));
			},
		});
	gauge("webhooks", "Webhooks that are enabled and whose URL and secret can be read", ({ webhooks }) => webhooks);
	gauge("webhooks_paused", "Webhooks that are paused because they keep failing", ({ paused }) => paused);
	gauge("webhook_lanes", "Pairs of a webhook and a room", ({ lanes }) => lanes);
	gauge("webhook_lanes_ready", "Lanes that have something to send and wait for their turn", ({ ready }) => ready);
	gauge("webhook_requests_in_flight", "Webhook requests under way", ({ inFlight }) => inFlight);
	new Counter({
		name: "livekeeper_webhook_requests_total",
		help: "Webhook requests by how they ended",
		labelNames: ["outcome"],
		registers,
		collect() {
			const { delivered, failed } = stats();
			this.reset();
			this.inc({ outcome: "delivered" }, delivered);
			this.inc({ outcome: "failed" }, failed);
		},
	});
}
