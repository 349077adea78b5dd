import { driftKinds } from "@livekeeper/douyin";
import {
	type AdmissionStatus,
	type IdentityView,
	type LookupView,
	type ReconnectStatus,
	roomPriorities,
} from "../live/index.ts";
import type { Metric, Row } from "./registry.ts";

/** Metrics of the admission of connections. */
export function connectionMetrics(connections: () => AdmissionStatus): Metric[] {
	return [
		{
			name: "livekeeper_connections_held",
			help: "Connections in use or about to be opened",
			rows: () => [[connections().held]],
		},
		{
			name: "livekeeper_connections_limit",
			help: "Maximum number of connections; absent without a limit",
			labels: ["of"],
			rows() {
				const { total, perIdentity, perLogin, perProxy } = connections().limits;
				const limits = { all: total, identity: perIdentity, login: perLogin, proxy: perProxy };
				return Object.entries(limits).flatMap(([of, limit]): Row[] => (limit === undefined ? [] : [[limit, of]]));
			},
		},
		{
			name: "livekeeper_connections_waiting",
			help: "Rooms waiting for a connection",
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
			help: "1 while most rooms have failed together and one room probes for all",
			rows: () => [[reconnect().outage ? 1 : 0]],
		},
		{
			name: "livekeeper_outage_waiting_rooms",
			help: "Rooms waiting for the probing room",
			rows: () => [[reconnect().outage?.waiting ?? 0]],
		},
		{
			name: "livekeeper_push_host_success_ratio",
			help: "Estimated probability that a connection to this push server succeeds now",
			labels: ["host"],
			rows: () => reconnect().hosts.map(({ host, successRate }): Row => [successRate, host]),
		},
		{
			name: "livekeeper_push_host_open",
			help: "1 for a push server that is avoided for a while because it kept failing",
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
			help: "1 for the current state of this login",
			labels: ["identity", "status"],
			rows: each(({ name, status }) => [[1, name, status]]),
		},
		{
			name: "livekeeper_identity_expiry_timestamp_seconds",
			help: "When this login expires, seconds since the epoch; absent if unknown",
			labels: ["identity"],
			rows: each(({ name, expiresAt }) => (expiresAt === undefined ? [] : [[expiresAt / 1000, name]])),
		},
		{
			name: "livekeeper_identity_state",
			help: "1 for how the site treats this login: fine, first_only, nothing, resting or unknown",
			labels: ["identity", "state"],
			rows: each(({ name, verdict }) => [[1, name, verdict.state]]),
		},
		{
			name: "livekeeper_identity_gift_coverage",
			help: "Share of the gifts' value that this login receives, 0 to 1; absent if unknown",
			labels: ["identity"],
			rows: each(({ name, shown: { diamonds } }) => {
				return diamonds.given > 0 ? [[Math.min(1, diamonds.seen / diamonds.given), name]] : [];
			}),
		},
		{
			name: "livekeeper_identity_gifts_per_hour",
			help: "Gifts per hour received by this login, and by all sessions of the same rooms together",
			labels: ["identity", "shown_to"],
			rows: each(({ name, shown: { giftsPerHour: own, giftsPerHourOfAll: all } }) => [
				...(own === undefined ? [] : [[own, name, "it"] as const]),
				...(all === undefined ? [] : [[all, name, "all"] as const]),
			]),
		},
		{
			name: "livekeeper_identity_resting_until_timestamp_seconds",
			help: "When this paused login is tried again, seconds since the epoch; absent unless it is paused",
			labels: ["identity"],
			rows: each(({ name, cooldown }) => (cooldown ? [[cooldown.until / 1000, name]] : [])),
		},
		{
			name: "livekeeper_identity_rooms",
			help: "Rooms that use this login",
			labels: ["identity"],
			rows: each(({ name, rooms }) => [[rooms.length, name]]),
		},
	];
}

type Way = LookupView["exits"][number]["ways"][number];

/** Metrics of the lookups of live rooms. An alert on refusals comes before a broadcast is missed. */
export function lookupMetrics(lookups: () => LookupView): Metric[] {
	const each = (rowsOf: (exit: string, way: Way) => Row[]) => () =>
		lookups().exits.flatMap(({ name, ways }) => ways.flatMap((way) => rowsOf(name, way)));
	return [
		{
			name: "livekeeper_lookup_rooms",
			help: "Rooms that are looked up, and how many of them the site has answered for",
			labels: ["rooms"],
			rows() {
				const { rooms, known } = lookups();
				return [
					[rooms, "all"],
					[known, "known"],
				];
			},
		},
		{
			name: "livekeeper_lookup_requests_24h",
			help: "Requests of the last 24 hours, by network exit and kind of look-up",
			labels: ["exit", "way"],
			rows: each((exit, { way, asked }) => [[asked, exit, way]]),
		},
		{
			name: "livekeeper_lookup_left",
			help: "Requests that may be sent right now, by network exit and kind of look-up",
			labels: ["exit", "way"],
			rows: each((exit, { way, left }) => [[left, exit, way]]),
		},
		{
			name: "livekeeper_lookup_refused_since_timestamp_seconds",
			help: "When the site began to refuse this kind of look-up from this network exit, seconds since the epoch, and by which sign; absent unless it does",
			labels: ["exit", "way", "sign"],
			rows: each((exit, { way, state, sign, since = 0 }) => {
				return state === "rests" && sign !== undefined ? [[since / 1000, exit, way, sign]] : [];
			}),
		},
		{
			name: "livekeeper_lookup_exit_closed",
			help: "1 for a network exit from which the site refuses every kind of look-up",
			labels: ["exit"],
			rows: () => lookups().exits.map(({ name, closed }): Row => [closed ? 1 : 0, name]),
		},
		{
			name: "livekeeper_site_drift",
			help: "Unknown content from the site in the last 24 hours, by kind",
			labels: ["kind"],
			rows() {
				const { drift } = lookups();
				const current = (drift?.entries ?? []).filter((entry) => drift?.isCurrent(entry));
				return driftKinds.map((kind): Row => {
					return [current.reduce((sum, entry) => sum + (entry.kind === kind ? entry.count : 0), 0), kind];
				});
			},
		},
		{
			name: "livekeeper_site_changed_since_timestamp_seconds",
			help: "When the site seems to have changed, seconds since the epoch, by the first kind observed; absent unless it does",
			labels: ["kind"],
			rows: () => (lookups().drift?.episodes ?? []).map(({ subject, since }): Row => [since / 1000, subject]),
		},
		{
			name: "livekeeper_site_profile_version",
			help: "Version of the site profile in use, by origin",
			labels: ["source"],
			rows() {
				const { profile, profileState } = lookups().site;
				return [[profile.version, profileState.source]];
			},
		},
		{
			name: "livekeeper_site_file_refused",
			help: "1 for a site profile or signer file that can't be used",
			labels: ["file"],
			rows() {
				const { profileState, signerState } = lookups().site;
				return [
					[profileState.problem ? 1 : 0, "profile"],
					[signerState.problem ? 1 : 0, "signer"],
				];
			},
		},
	];
}
