import { driftKinds } from "@livekeeper/douyin";
import type { LookupView } from "../live/index.ts";
import type { Metric, Row } from "./registry.ts";

type Way = LookupView["exits"][number]["ways"][number];

/** Metrics of the lookups of live rooms. An alert on refusals comes before a broadcast is missed. */
export function lookupMetrics(lookups: () => LookupView): Metric[] {
	const each = (rowsOf: (exit: string, way: Way) => Row[]) => () =>
		lookups().exits.flatMap(({ name, ways }) => ways.flatMap((way) => rowsOf(name, way)));
	return [
		{
			name: "livekeeper_lookup_rooms",
			help: "Rooms that are looked up, and those of them that the site has said anything about",
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
			help: "Requests of the last 24 hours from an exit by a way",
			labels: ["exit", "way"],
			rows: each((exit, { way, asked }) => [[asked, exit, way]]),
		},
		{
			name: "livekeeper_lookup_left",
			help: "Requests that may be made at once from an exit by a way",
			labels: ["exit", "way"],
			rows: each((exit, { way, left }) => [[left, exit, way]]),
		},
		{
			name: "livekeeper_lookup_refused_since_timestamp_seconds",
			help: "Since when the site refuses a way to an exit, since the epoch, and by which sign; absent while it does not",
			labels: ["exit", "way", "sign"],
			rows: each((exit, { way, state, sign, since = 0 }) => {
				return state === "rests" && sign !== undefined ? [[since / 1000, exit, way, sign]] : [];
			}),
		},
		{
			name: "livekeeper_lookup_exit_closed",
			help: "1 for an exit to which the site refuses every way",
			labels: ["exit"],
			rows: () => lookups().exits.map(({ name, closed }): Row => [closed ? 1 : 0, name]),
		},
		{
			name: "livekeeper_site_drift",
			help: "Observations of what the site sends that this version does not know, of the last day, by kind",
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
			help: "Since when the site seems to have changed, since the epoch, by the kind that was first; absent while it does not",
			labels: ["kind"],
			rows: () => (lookups().drift?.episodes ?? []).map(({ subject, since }): Row => [since / 1000, subject]),
		},
		{
			name: "livekeeper_site_profile_version",
			help: "Version of the site profile in force, by its origin",
			labels: ["source"],
			rows() {
				const { profile, profileState } = lookups().site;
				return [[profile.version, profileState.source]];
			},
		},
		{
			name: "livekeeper_site_file_refused",
			help: "1 for a file of the site profile or the signer that can't be used",
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
