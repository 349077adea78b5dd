import { type AdmissionStatus, type IdentityView, type ReconnectStatus, roomPriorities } from "../live/index.ts";
import type { Metric, Row } from "./registry.ts";

/** Metrics of the admission of connections. */
export function connectionMetrics(connections: () => AdmissionStatus): Metric[] {
	return [
		{
			name: "livekeeper_connections_held",
			help: "Connections in use, or about to be",
			rows: () => [[connections().held]],
		},
		{
			name: "livekeeper_connections_limit",
			help: "How many connections there may be; absent where there is no limit",
			labels: ["of"],
			rows() {
				const { total, perIdentity, perLogin, perProxy } = connections().limits;
				const limits = { all: total, identity: perIdentity, login: perLogin, proxy: perProxy };
				return Object.entries(limits).flatMap(([of, limit]): Row[] => (limit === undefined ? [] : [[limit, of]]));
			},
		},
		{
			name: "livekeeper_connections_waiting",
			help: "Rooms that wait for a connection",
			labels: ["priority"],
			rows() {
				const { queue } = connections();
				return roomPriorities.map((priority): Row => {
					return [queue.filter((room) => room.priority === priority).length, priority];
				});
			},
		},
	];
}

/** Metrics of reconnecting, for all rooms together. */
export function reconnectMetrics(reconnect: () => ReconnectStatus): Metric[] {
	return [
		{
			name: "livekeeper_outage",
			help: "1 while most rooms have failed at once and one tries for all",
			rows: () => [[reconnect().outage ? 1 : 0]],
		},
		{
			name: "livekeeper_outage_waiting_rooms",
			help: "Rooms that wait for the one that tries for all",
			rows: () => [[reconnect().outage?.waiting ?? 0]],
		},
		{
			name: "livekeeper_push_host_success_ratio",
			help: "How likely an attempt at a push host succeeds now, as far as is known",
			labels: ["host"],
			rows: () => reconnect().hosts.map(({ host, successRate }): Row => [successRate, host]),
		},
		{
			name: "livekeeper_push_host_open",
			help: "1 for a push host that is not used for a while, because it failed again and again",
			labels: ["host"],
			rows: () => reconnect().hosts.map(({ host, open }): Row => [open ? 1 : 0, host]),
		},
	];
}

/** Returns the current named identities. */
export type IdentitySource = () => readonly IdentityView[];

/** Metrics of logins. An alert on their expiry comes before gifts go missing. */
export function identityMetrics(identities: IdentitySource): Metric[] {
	const each = (rowsOf: (identity: IdentityView) => Row[]) => () => identities().flatMap(rowsOf);
	return [
		{
			name: "livekeeper_identity_login",
			help: "1 for the state that a named identity's login is in",
			labels: ["identity", "status"],
			rows: each(({ name, status }) => [[1, name, status]]),
		},
		{
			name: "livekeeper_identity_expiry_timestamp_seconds",
			help: "When a named identity's login ends, since the epoch; absent where nobody knows",
			labels: ["identity"],
			rows: each(({ name, expiresAt }) => (expiresAt === undefined ? [] : [[expiresAt / 1000, name]])),
		},
		{
			name: "livekeeper_identity_state",
			help: "1 for how the site treats a named identity: fine, first_only, nothing, resting or unknown",
			labels: ["identity", "state"],
			rows: each(({ name, verdict }) => [[1, name, verdict.state]]),
		},
		{
			name: "livekeeper_identity_gift_coverage",
			help: "Share of the gifts' worth that a named identity is shown, 0 to 1; absent where nothing tells",
			labels: ["identity"],
			rows: each(({ name, shown: { diamonds } }) => {
				return diamonds.given > 0 ? [[Math.min(1, diamonds.seen / diamonds.given), name]] : [];
			}),
		},
		{
			name: "livekeeper_identity_gifts_per_hour",
			help: "Gifts an hour that a named identity is shown, and that all sessions of the same rooms are",
			labels: ["identity", "shown_to"],
			rows: each(({ name, shown: { giftsPerHour: own, giftsPerHourOfAll: all } }) => [
				...(own === undefined ? [] : [[own, name, "it"] as const]),
				...(all === undefined ? [] : [[all, name, "all"] as const]),
			]),
		},
		{
			name: "livekeeper_identity_resting_until_timestamp_seconds",
			help: "When a named identity that rests is tried again, since the epoch; absent while it does not rest",
			labels: ["identity"],
			rows: each(({ name, cooldown }) => (cooldown ? [[cooldown.until / 1000, name]] : [])),
		},
		{
			name: "livekeeper_identity_rooms",
			help: "Rooms that use a named identity",
			labels: ["identity"],
			rows: each(({ name, rooms }) => [[rooms.length, name]]),
		},
	];
}
